// The bus's machine: every request ends once, whoever dies.
#include "tests/core/routing/node_fixture.h"

namespace dragoman::routing {
namespace {

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

TEST_F(NodeTest, F4_WhatKillsTwoProcessesTogetherReachesNoThird) {
  for (const char* name : {"x", "y", "z"}) Greet(name);
  Ask();
  Ask();
  for (int i = 0; i < kLivesMax; ++i) {
    const auto asked = Asked();
    ASSERT_THAT(asked, SizeIs(2));
    Lose(asked[0].first);
  }
  EXPECT_THAT(Take<Node::Finish>(), SizeIs(2));
  EXPECT_THAT(Asked(), IsEmpty());
}

// Those who were gone before it was sent did not end with it.
TEST_F(NodeTest, F4_WhatNeverReachedAProcessDidNotKillIt) {
  Greet("process 0");
  const MessageId id = Ask();
  const auto unreached = [&](const std::string& link) {
    Header header;
    header.id = id;
    header.kind = Kind::kProbe;
    node_.OnUnreached(link, EncodeHeader(header));
    Lose(link);
  };
  for (std::size_t i = 0; i <= kAsksMax; ++i) {
    const auto asked = Asked();
    ASSERT_THAT(asked, SizeIs(1));
    Greet("process " + std::to_string(i + 1));
    unreached(asked[0].first);
    EXPECT_THAT(Take<Node::Finish>(), IsEmpty());
  }
  const auto last = Asked();
  ASSERT_THAT(last, SizeIs(1));
  Header answer;
  answer.id = id;
  answer.kind = Kind::kOutcome;
  node_.OnFrames(last[0].first, EncodeHeader(answer), Encode(Outcome{}), kStart);
  EXPECT_THAT(Take<Node::Finish>(), SizeIs(1));
}

TEST_F(NodeTest, WhatIsRefusedAtTheEndDoesNotLeaveAfterAll) {
  Greet("x");
  Ask();
  EXPECT_THAT(Asked(), SizeIs(1));
  Say("x", Kind::kBeat, Encode(Beat{.draining = true}));
  Greet("y");
  Ask();  // behind the one that x has
  EXPECT_THAT(Asked(), IsEmpty());
  node_.GiveUp(kStart);
  EXPECT_THAT(Take<Node::Finish>(), SizeIs(2));
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

TEST_F(NodeTest, L9_RememberedOutcomesAreBoundedInBytesToo) {
  Greet("s");
  const Outcome large{.text = std::string(kRememberedBytesMax / 4, 'x')};
  std::vector<Message> messages;
  for (int i = 0; i < 5; ++i) {
    messages.push_back({AMessage().header, {}});
    messages.back().header.from_side = Side::kXmpp;
    node_.OnFrames("s", EncodeHeader(messages.back().header), {}, kStart);
    node_.Reply(messages.back().header.id, large, kStart);
  }
  Take<Node::Deliver>();
  for (const Message& message : messages)
    node_.OnFrames("s", EncodeHeader(message.header), {}, kStart);
  EXPECT_THAT(Take<Node::Deliver>(), SizeIs(2));  // four do not fit: each is a few bytes more
}

TEST_F(NodeTest, L9_NoMoreDeliveriesAreOpenThanTheirBound) {
  Greet("s");
  Message message{AMessage().header, {}};
  message.header.from_side = Side::kXmpp;
  message.header.budget_ms = UINT32_MAX;
  for (std::size_t i = 0; i <= kDeliveriesMax; ++i) {
    message.header.id = NextId();
    node_.OnFrames("s", EncodeHeader(message.header), {}, kStart);
  }
  EXPECT_THAT(Take<Node::Deliver>(), SizeIs(kDeliveriesMax));
  const auto sent = Take<Node::Send>();
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(DecodeHeader(sent.back().header)->id, message.header.id);
  EXPECT_EQ(Decode<Outcome>(sent.back().payload)->reason, Reason::kOverloaded);
  node_.Advance(kStart + kBudgetMax);  // whatever budget they claim
  EXPECT_EQ(node_.open_deliveries(), 0u);
}

}  // namespace
}  // namespace dragoman::routing
