// The bus's machine: every request ends once, whoever dies; nothing is believed that has no
// business.
#include "core/routing/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/routing/rendezvous.h"

namespace dragoman::routing {
namespace {

using namespace envelope;
using policy::Reason;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimePoint kStart{Duration(100'000)};
constexpr std::uint64_t kKey = 7;

class NodeTest : public testing::Test {
 protected:
  NodeTest() : node_({Role::kRouter, "router-0", "test"}, kStart) {}

  template <typename Wanted>
  std::vector<Wanted> Take() {
    std::vector<Wanted> taken;
    std::deque<Node::Effect> rest;
    while (auto effect = node_.Poll()) rest.push_back(std::move(*effect));
    for (Node::Effect& effect : rest) {
      if (auto* wanted = std::get_if<Wanted>(&effect)) {
        taken.push_back(std::move(*wanted));
      } else {
        kept_.push_back(std::move(effect));
      }
    }
    std::erase_if(kept_, [&](Node::Effect& effect) {
      auto* wanted = std::get_if<Wanted>(&effect);
      if (wanted != nullptr) taken.insert(taken.begin(), std::move(*wanted));
      return wanted != nullptr;
    });
    return taken;
  }
  void Say(const LinkId& link, Kind kind, const std::string& payload, TimePoint now = kStart) {
    Header header;
    header.kind = kind;
    node_.OnFrames(link, EncodeHeader(header), payload, now);
  }
  // Both Hellos, as a link of its own called as the instance.
  void Greet(const std::string& name, Role role = Role::kXmppFrontend, TimePoint now = kStart) {
    Say(name, Kind::kHello, Encode(Hello{role, name, "test", 1, 0}), now);
    std::uint64_t session = 0;
    for (const Node::Send& send : Take<Node::Send>()) {
      if (send.link == name && DecodeHeader(send.header)->kind == Kind::kHello)
        session = Decode<Hello>(send.payload)->session;
    }
    Say(name, Kind::kHello, Encode(Hello{role, name, "test", 1, session}), now);
    Take<Node::Send>();
  }
  MessageId NextId() {
    MessageId id{};
    ++last_id_;
    for (std::size_t i = 0; i < 4; ++i) id[i] = static_cast<std::uint8_t>(last_id_ >> (8 * i));
    return id;
  }
  Message AMessage(std::uint32_t budget_ms = 10'000) {
    Message message = MakeMessage(NextId(), Side::kSip, {"romeo", "a.example", {}},
                                  {"juliet", "b.example", {}}, Probe{});
    message.header.budget_ms = budget_ms;
    return message;
  }
  MessageId Ask(std::uint32_t budget_ms = 10'000, TimePoint now = kStart,
                std::uint64_t key = kKey) {
    const Message message = AMessage(budget_ms);
    node_.Request(message, {Role::kXmppFrontend, key}, now);
    return message.header.id;
  }
  void Answer(const LinkId& link, const MessageId& id, const Outcome& outcome = {},
              TimePoint now = kStart) {
    Header header;
    header.id = id;
    header.kind = Kind::kOutcome;
    node_.OnFrames(link, EncodeHeader(header), Encode(outcome), now);
  }
  // What was asked, as link and id.
  std::vector<std::pair<LinkId, MessageId>> Asked() {
    std::vector<std::pair<LinkId, MessageId>> asked;
    for (Node::Send& send : Take<Node::Send>()) {
      const auto header = DecodeHeader(send.header);
      if (header->kind == Kind::kProbe) asked.emplace_back(send.link, header->id);
      if (header->kind == Kind::kProbe) attempts_.push_back(header->attempt);
    }
    return asked;
  }
  void Lose(const LinkId& link) { node_.OnLinkDown(link, kStart); }

  std::uint32_t last_id_ = 0;
  Node node_;
  std::deque<Node::Effect> kept_;
  std::vector<std::uint8_t> attempts_;  // of all that was asked
};

TEST_F(NodeTest, ARequestGoesOutAndEndsWithItsOutcome) {
  Greet("x");
  const MessageId id = Ask();
  EXPECT_THAT(Asked(), ElementsAre(std::pair("x", id)));
  Answer("x", id);
  const auto finished = Take<Node::Finish>();
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_TRUE(finished[0].outcome.accepted());
  Answer("x", id);  // a second one has no request left
  EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
  EXPECT_TRUE(node_.Idle());
}

TEST_F(NodeTest, ARequestWaitsForAMemberAndThenKeepsItsOrder) {
  const MessageId first = Ask();
  const MessageId second = Ask();
  EXPECT_THAT(Asked(), IsEmpty());
  Say("x", Kind::kHello, Encode(Hello{Role::kXmppFrontend, "x", "test"}));
  EXPECT_THAT(Asked(), ElementsAre(std::pair("x", first), std::pair("x", second)));
}

TEST_F(NodeTest, WithoutAnybodyTheDeadlineEndsIt) {
  Ask(1000);
  node_.Advance(kStart + 999ms);
  EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
  node_.Advance(kStart + 1000ms);
  const auto finished = Take<Node::Finish>();
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_EQ(finished[0].outcome.reason, Reason::kNoFrontend);
  Greet("x");  // nothing of it is left
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(NodeTest, F1_ALostMembersRequestsGoToTheNextWithTheSameId) {
  Greet("x");
  const MessageId first = Ask();
  const MessageId second = Ask();
  Asked();
  Greet("y");
  Lose("x");
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", first), std::pair("y", second)));
  EXPECT_THAT(attempts_, ElementsAre(0, 0, 1, 1));
}

TEST_F(NodeTest, F4_AMessageKillsTwoProcessesAtMost) {
  for (const char* name : {"x", "y", "z"}) Greet(name);
  Ask();
  for (int i = 0; i < kLivesMax; ++i) {
    EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
    const auto asked = Asked();
    ASSERT_THAT(asked, SizeIs(1));
    Lose(asked[0].first);
  }
  const auto finished = Take<Node::Finish>();
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_EQ(finished[0].outcome.reason, Reason::kPoison);
  EXPECT_THAT(finished[0].outcome.text, testing::HasSubstr("bytes, sha256 "));
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(NodeTest, ARepeatedRequestIsAnsweredFromMemory) {
  Greet("s", Role::kXmppFrontend);
  Message message = AMessage();
  message.header.from_side = Side::kXmpp;
  const std::string header = EncodeHeader(message.header);
  node_.OnFrames("s", header, message.payload, kStart);
  EXPECT_THAT(Take<Node::Deliver>(), SizeIs(1));
  node_.OnFrames("s", header, message.payload, kStart);
  EXPECT_THAT(Take<Node::Deliver>(), IsEmpty());  // under way
  node_.Reply(message.header.id, {}, kStart);
  EXPECT_THAT(Take<Node::Send>(), SizeIs(1));
  node_.OnFrames("s", header, message.payload, kStart);
  EXPECT_THAT(Take<Node::Deliver>(), IsEmpty());
  const auto sent = Take<Node::Send>();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(DecodeHeader(sent[0].header)->kind, Kind::kOutcome);
}

TEST_F(NodeTest, ADeliveryLapsesWithItsTime) {
  Greet("s");
  Message message = AMessage(3000);
  message.header.from_side = Side::kXmpp;
  node_.OnFrames("s", EncodeHeader(message.header), message.payload, kStart);
  EXPECT_FALSE(node_.Idle());
  node_.Advance(kStart + 3000ms);
  const auto lapsed = Take<Node::Lapsed>();
  ASSERT_THAT(lapsed, SizeIs(1));
  EXPECT_EQ(lapsed[0].id, message.header.id);
  Take<Node::Send>();
  node_.Reply(message.header.id, {}, kStart + 3000ms);
  EXPECT_THAT(Take<Node::Send>(), IsEmpty());
  EXPECT_TRUE(node_.Idle());
}

// ---- order while members change (ARCH-6, ARCH-7)

class OrderTest : public NodeTest {
 protected:
  // A key that `newcomer` takes over from `x`.
  std::uint64_t MovingKey(const std::string& newcomer) {
    std::uint64_t key = 1;
    while (Weight(key, newcomer) <= Weight(key, "x")) ++key;
    return key;
  }
};

TEST_F(OrderTest, ARCH6_WhatMovesWaitsUntilTheOldOneIsDone) {
  Greet("x");
  const std::uint64_t key = MovingKey("y");
  const MessageId first = Ask(10'000, kStart, key);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("x", first)));
  Greet("y");
  const MessageId second = Ask(10'000, kStart, key);
  const MessageId third = Ask(10'000, kStart, key);
  EXPECT_THAT(Asked(), IsEmpty());
  Answer("x", first);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", second), std::pair("y", third)));
}

TEST_F(OrderTest, ARCH6_OtherTargetsDoNotWait) {
  Greet("x");
  const std::uint64_t moving = MovingKey("y");
  std::uint64_t staying = 1;
  while (Weight(staying, "y") > Weight(staying, "x")) ++staying;
  Ask(10'000, kStart, moving);
  Asked();
  Greet("y");
  Ask(10'000, kStart, moving);
  const MessageId free = Ask(10'000, kStart, staying);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("x", free)));
}

TEST_F(OrderTest, ARCH6_TheOldOneIsWaitedForNoLongerThanItsDeadline) {
  Greet("x");
  const std::uint64_t key = MovingKey("y");
  Ask(900, kStart, key);
  Greet("y");
  const MessageId second = Ask(10'000, kStart, key);
  Asked();
  node_.Advance(kStart + 900ms);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", second)));
}

TEST_F(OrderTest, ARCH7_ARetriedRequestHoldsBackItsSuccessors) {
  Greet("x");
  const std::uint64_t key = MovingKey("y");
  const MessageId first = Ask(10'000, kStart, key);
  Greet("y");
  const MessageId second = Ask(10'000, kStart, key);
  Asked();
  Lose("x");
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", first), std::pair("y", second)));
}

TEST_F(OrderTest, ARCH6_ADrainingMemberEndsWhatItHasBeforeTheNextBegins) {
  Greet("x");
  Greet("y");
  const std::uint64_t key = MovingKey("y");
  const MessageId first = Ask(10'000, kStart, key);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", first)));
  Say("y", Kind::kGoodbye, Encode(Goodbye{}));
  const MessageId second = Ask(10'000, kStart, key);
  EXPECT_THAT(Asked(), IsEmpty());
  Answer("y", first);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("x", second)));
}

// ---- who may say what (T-50)

TEST_F(NodeTest, T50_AStrangerGetsAHelloAndNothingElse) {
  Message message = AMessage();
  message.header.from_side = Side::kXmpp;
  node_.OnFrames("nobody", EncodeHeader(message.header), message.payload, kStart);
  EXPECT_THAT(Take<Node::Deliver>(), IsEmpty());
  const auto refused = Take<Refused>();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].why, Objection::kStranger);
  const auto sent = Take<Node::Send>();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(DecodeHeader(sent[0].header)->kind, Kind::kHello);
}

TEST_F(NodeTest, T50_WhatARoleMayNotSayIsRefusedAndCounted) {
  Greet("x", Role::kXmppFrontend);
  Message message = AMessage();  // for the SIP side
  node_.OnFrames("x", EncodeHeader(message.header), message.payload, kStart);
  EXPECT_THAT(Take<Node::Deliver>(), IsEmpty());
  const auto refused = Take<Refused>();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].why, Objection::kSender);
  EXPECT_EQ(refused[0].instance, "x");
  const auto sent = Take<Node::Send>();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(Decode<Outcome>(sent[0].payload)->reason, Reason::kUnsupported);
}

TEST_F(NodeTest, T50_AnOutcomeCountsOnlyFromOneThatWasAsked) {
  Greet("x");
  const MessageId id = Ask();
  Greet("y");
  Answer("y", id);
  EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
  const auto refused = Take<Refused>();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].why, Objection::kUnasked);
  Answer("nobody", id);
  EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
  Answer("x", id);
  EXPECT_THAT(Take<Node::Finish>(), SizeIs(1));
}

TEST_F(NodeTest, T52_AKindThatIsNotKnownIsUnsupported) {
  Greet("x");
  Message message = AMessage();
  message.header.kind = static_cast<Kind>(200);
  node_.OnFrames("x", EncodeHeader(message.header), "of the future", kStart);
  const auto sent = Take<Node::Send>();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(DecodeHeader(sent[0].header)->id, message.header.id);
  EXPECT_EQ(Decode<Outcome>(sent[0].payload)->reason, Reason::kUnsupported);
  const auto refused = Take<Refused>();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].why, Objection::kUnknown);
}

TEST_F(NodeTest, T51_WhatIsNoMessageIsCountedAndDropped) {
  Greet("x");
  node_.OnFrames("x", "not protobuf", "", kStart);
  Say("x", Kind::kHello, "not protobuf");
  Say("x", Kind::kBeat, "\xFF");
  Message message = AMessage(0);  // wants no Outcome: nobody speaks so
  message.header.from_side = Side::kXmpp;
  node_.OnFrames("x", EncodeHeader(message.header), message.payload, kStart);
  const auto refused = Take<Refused>();
  ASSERT_THAT(refused, SizeIs(4));
  for (const Refused& one : refused) EXPECT_EQ(one.why, Objection::kMalformed);
  EXPECT_THAT(Take<Node::Deliver>(), IsEmpty());
}

// ---- who was given up (F-5, F-11)

class GivenUpTest : public NodeTest {
 protected:
  // The header as it was delivered.
  Header Deliver(const LinkId& link) {
    message_ = AMessage();
    message_.header.from_side = Side::kXmpp;
    return Again(link);
  }
  Header Again(const LinkId& link, TimePoint now = kStart) {
    node_.OnFrames(link, EncodeHeader(message_.header), message_.payload, now);
    const auto delivered = Take<Node::Deliver>();
    return delivered.empty() ? Header{} : delivered[0].message.header;
  }
  Message message_;
};

TEST_F(GivenUpTest, F5_WhatWasNotBegunBeforeAnAbsenceIsWithdrawn) {
  Greet("x");
  const Header begun = Deliver("x");
  EXPECT_TRUE(node_.Begin(begun));
  const Header waiting = Deliver("x");
  node_.Advance(kStart + 5s);
  const auto withdrawn = Take<Node::Withdrawn>();
  ASSERT_THAT(withdrawn, SizeIs(1));
  EXPECT_EQ(withdrawn[0].id, waiting.id);
  EXPECT_FALSE(node_.Begin(waiting));
  EXPECT_TRUE(node_.Begin(begun));
  EXPECT_EQ(node_.open_deliveries(), 1u);
  Greet("x", Role::kXmppFrontend, kStart + 5s);
  const Header again = Again("x", kStart + 5s);  // nobody else was asked: it is a new one
  EXPECT_EQ(again.id, waiting.id);
  EXPECT_FALSE(node_.Begin(waiting));  // whatever still holds the old one does not begin it
  EXPECT_TRUE(node_.Begin(again));
}

TEST_F(GivenUpTest, F5_RequestsFromBeforeAnAbsenceAreFromAStranger) {
  Greet("x");
  node_.Advance(kStart + 5s);
  EXPECT_THAT(Take<Woke>(), SizeIs(1));
  Message message = AMessage();
  message.header.from_side = Side::kXmpp;
  node_.OnFrames("x", EncodeHeader(message.header), message.payload, kStart + 5s);
  EXPECT_THAT(Take<Node::Deliver>(), IsEmpty());
}

TEST_F(GivenUpTest, F5_OutcomesFromBeforeAnAbsenceAreStillFacts) {
  Greet("x");
  const MessageId id = Ask();
  node_.Advance(kStart + 5s);
  Answer("x", id, {}, kStart + 5s);
  EXPECT_THAT(Take<Node::Finish>(), SizeIs(1));
}

TEST_F(GivenUpTest, TheDeadAskNobodyElseSoTheirWorkIsDone) {
  Greet("x");
  const Header header = Deliver("x");
  Lose("x");
  EXPECT_TRUE(node_.Begin(header));
  Greet("y");
  EXPECT_EQ(Again("y").ticket, 0u);  // it is under way
  node_.Reply(header.id, {}, kStart);
  const auto sent = Take<Node::Send>();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].link, "y");  // who asked last is answered
}

TEST_F(GivenUpTest, AnAskerThatComesBackHasAskedSomebodyElse) {
  Greet("x");
  const Header header = Deliver("x");
  Lose("x");
  Greet("x");
  EXPECT_THAT(Take<Node::Withdrawn>(), SizeIs(1));
  EXPECT_FALSE(node_.Begin(header));
}

TEST_F(GivenUpTest, ARefusalFromOneThatWasGivenUpDoesNotCount) {
  Greet("x");
  const MessageId id = Ask();
  Greet("y");
  Say("x", Kind::kHello, Encode(Hello{Role::kXmppFrontend, "x", "test", 2, 0}));  // begins anew
  EXPECT_THAT(Asked(), testing::Contains(std::pair("y", id)));
  Answer("x", id, {.reason = Reason::kConnectionLost});
  EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
  Answer("x", id);  // but that it arrived is true whoever says it
  EXPECT_THAT(Take<Node::Finish>(), SizeIs(1));
}

TEST_F(NodeTest, ABegunAnewIsNoDeath) {
  Greet("x");
  const MessageId id = Ask();
  for (std::uint64_t session = 2; session < 2 + 2 * kLivesMax; ++session) {
    Say("x", Kind::kHello, Encode(Hello{Role::kXmppFrontend, "x", "test", session, 0}));
    std::uint64_t ours = 0;
    for (const auto& send : Take<Node::Send>()) {
      if (DecodeHeader(send.header)->kind == Kind::kHello)
        ours = Decode<Hello>(send.payload)->session;
    }
    Say("x", Kind::kHello, Encode(Hello{Role::kXmppFrontend, "x", "test", session, ours}));
    EXPECT_THAT(Asked(), ElementsAre(std::pair("x", id)));
  }
  EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
}

// ---- bounds

TEST_F(NodeTest, L9_AboveTheBoundRequestsAreRefusedAtOnce) {
  for (std::size_t i = 0; i < kOpenRequestsMax; ++i) Ask();
  EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
  Ask();
  const auto finished = Take<Node::Finish>();
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_EQ(finished[0].outcome.reason, Reason::kOverloaded);
}

TEST_F(NodeTest, L26_WhatTheBusDoesNotTakeIsRefused) {
  Greet("x");
  const MessageId full = Ask();
  const MessageId large = Ask();
  const auto header_of = [](const MessageId& id) {
    Header header;
    header.id = id;
    header.kind = Kind::kProbe;
    return EncodeHeader(header);
  };
  node_.OnUnsent("y", header_of(full), Reason::kOverloaded, kStart);  // it was not sent there
  EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
  node_.OnUnsent("x", header_of(full), Reason::kOverloaded, kStart);
  node_.OnUnsent("x", header_of(large), Reason::kMessageTooLarge, kStart);
  const auto finished = Take<Node::Finish>();
  ASSERT_THAT(finished, SizeIs(2));
  EXPECT_EQ(finished[0].outcome.reason, Reason::kOverloaded);
  EXPECT_EQ(finished[1].outcome.reason, Reason::kMessageTooLarge);
}

TEST_F(NodeTest, TheOldestOutcomesAreForgotten) {
  Greet("s");
  std::vector<Message> messages;
  for (std::size_t i = 0; i <= kRememberedMax; ++i) {
    Message message{AMessage().header, {}};
    message.header.from_side = Side::kXmpp;
    node_.OnFrames("s", EncodeHeader(message.header), {}, kStart);
    node_.Reply(message.header.id, {}, kStart);
    if (i == 0 || i == kRememberedMax) messages.push_back(message);
  }
  Take<Node::Deliver>();
  for (const Message& message : messages)
    node_.OnFrames("s", EncodeHeader(message.header), {}, kStart);
  const auto delivered = Take<Node::Deliver>();
  ASSERT_THAT(delivered, SizeIs(1));
  EXPECT_EQ(delivered[0].message.header.id, messages[0].header.id);
}

}  // namespace
}  // namespace dragoman::routing
