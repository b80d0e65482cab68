// The bus's machine: every request ends once, whoever dies.
#include "core/routing/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/routing/rendezvous.h"
#include "tests/core/counting_random.h"

namespace dragoman::routing {
namespace {

using namespace envelope;
using policy::Reason;

constexpr TimePoint kStart{Duration(1000)};

template <typename Wanted>
std::vector<Wanted> Take(Node& node) {
  std::vector<Wanted> taken;
  while (auto effect = node.Poll()) {
    if (auto* wanted = std::get_if<Wanted>(&*effect)) taken.push_back(std::move(*wanted));
  }
  return taken;
}

class NodeTest : public testing::Test {
 protected:
  NodeTest() : node_({Role::kRouter, "router-0", "test"}, {}, kStart) {}

  void Greet(const std::string& name, Role role = Role::kXmppFrontend, TimePoint now = kStart) {
    Header header;
    header.kind = Kind::kHello;
    node_.OnFrames(name, EncodeHeader(header), Encode(Hello{role, name, "test"}), now);
  }
  MessageId Ask(std::uint32_t budget_ms = 10'000, TimePoint now = kStart) {
    Message message = MakeMessage(NewId(random_), Side::kSip, {"romeo", "a.example", {}},
                                  {"juliet", "b.example", {}}, Probe{});
    message.header.budget_ms = budget_ms;
    const MessageId id = message.header.id;
    node_.Request(std::move(message), {Role::kXmppFrontend, 7}, now);
    return id;
  }
  void Answer(const std::string& link, const MessageId& id, TimePoint now = kStart) {
    Header header;
    header.id = id;
    header.kind = Kind::kOutcome;
    node_.OnFrames(link, EncodeHeader(header), Encode(Outcome{}), now);
  }
  std::vector<Node::Send> Requests() {
    std::vector<Node::Send> requests;
    for (Node::Send& send : Take<Node::Send>(node_)) {
      if (DecodeHeader(send.header)->kind == Kind::kProbe) requests.push_back(std::move(send));
    }
    return requests;
  }
  CountingRandom random_;
  Node node_;
};

TEST_F(NodeTest, ARequestGoesOutAndEndsWithItsOutcome) {
  Greet("x");
  const MessageId id = Ask();
  ASSERT_EQ(Requests().size(), 1u);
  Answer("x", id);
  const auto finished = Take<Node::Finish>(node_);
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_TRUE(finished[0].outcome.accepted());
  Answer("x", id);  // a second one has no request left
  EXPECT_TRUE(Take<Node::Finish>(node_).empty());
}

TEST_F(NodeTest, ARequestWaitsForAMemberAndThenKeepsItsOrder) {
  const MessageId first = Ask();
  const MessageId second = Ask();
  EXPECT_TRUE(Requests().empty());
  Greet("x");
  const auto sent = Requests();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(DecodeHeader(sent[0].header)->id, first);
  EXPECT_EQ(DecodeHeader(sent[1].header)->id, second);
}

TEST_F(NodeTest, WithoutAnybodyTheDeadlineEndsIt) {
  Ask(1000);
  node_.Advance(kStart + 999ms);
  EXPECT_TRUE(Take<Node::Finish>(node_).empty());
  node_.Advance(kStart + 1000ms);
  const auto finished = Take<Node::Finish>(node_);
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].outcome.reason, Reason::kNoFrontend);
}

TEST_F(NodeTest, F1_ALostMembersRequestsGoToTheNextWithTheSameId) {
  Greet("x");
  const MessageId id = Ask();
  EXPECT_EQ(Requests().size(), 1u);
  Greet("y");
  node_.OnUnreachable("x", kStart);
  const auto again = Requests();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].link, "y");
  EXPECT_EQ(DecodeHeader(again[0].header)->id, id);
  EXPECT_EQ(DecodeHeader(again[0].header)->attempt, 1u);
}

TEST_F(NodeTest, F4_AMessageKillsTwoProcessesAtMost) {
  for (const char* name : {"x", "y", "z"}) Greet(name);
  Ask();
  for (int i = 0; i < kAttemptsMax; ++i) {
    const auto sent = Requests();
    ASSERT_EQ(sent.size(), 1u);
    node_.OnUnreachable(sent[0].link, kStart);
    if (i + 1 < kAttemptsMax) continue;
    const auto finished = Take<Node::Finish>(node_);
    ASSERT_EQ(finished.size(), 1u);
    EXPECT_EQ(finished[0].outcome.reason, Reason::kInternal);
  }
}

TEST_F(NodeTest, SilenceIsDeathUnlessWeWereAwayOurselves) {
  Greet("x");
  for (TimePoint now = kStart; now < kStart + kSilenceMax; now += kBeatInterval) node_.Advance(now);
  EXPECT_EQ(node_.members(Role::kXmppFrontend), 1u);
  node_.Advance(kStart + kSilenceMax);
  EXPECT_EQ(node_.members(Role::kXmppFrontend), 0u);
  Greet("y", Role::kXmppFrontend, kStart + kSilenceMax);
  node_.Advance(kStart + 60'000ms);  // F-5: nobody turned this loop for a minute
  EXPECT_EQ(node_.members(Role::kXmppFrontend), 1u);
}

TEST_F(NodeTest, ARepeatedRequestIsAnsweredFromMemory) {
  Message message = MakeMessage(NewId(random_), Side::kSip, {"romeo", "a.example", {}},
                                {"juliet", "b.example", {}}, Probe{});
  message.header.budget_ms = 5000;
  const std::string header = EncodeHeader(message.header);
  Greet("s", Role::kSipFrontend);
  node_.OnFrames("s", header, message.payload, kStart);
  EXPECT_EQ(Take<Node::Deliver>(node_).size(), 1u);
  node_.Reply(message.header.id, {}, kStart);
  Take<Node::Send>(node_);
  node_.OnFrames("s", header, message.payload, kStart);
  const auto sent = Take<Node::Send>(node_);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(DecodeHeader(sent[0].header)->kind, Kind::kOutcome);
}

TEST_F(NodeTest, ADrainingMemberGetsNothingNew) {
  Greet("x");
  Header header;
  header.kind = Kind::kGoodbye;
  node_.OnFrames("x", EncodeHeader(header), Encode(Goodbye{}), kStart);
  Ask();
  EXPECT_TRUE(Requests().empty());
}

TEST_F(NodeTest, AMemberStartedAgainBehindItsLinkTakesOver) {
  Greet("x");
  const MessageId id = Ask();
  Take<Node::Send>(node_);
  Header header;
  header.kind = Kind::kHello;
  node_.OnFrames("x", EncodeHeader(header), Encode(Hello{Role::kXmppFrontend, "x-reborn", "test"}),
                 kStart);
  const auto sent = Requests();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(DecodeHeader(sent[0].header)->id, id);
}

TEST_F(NodeTest, WhoIsAsNewAsWeAreHasAPastThatNobodySaw) {
  const auto greet = [this](const std::string& name, bool fresh, Role role) {
    Header header;
    header.kind = Kind::kHello;
    node_.OnFrames(name, EncodeHeader(header), Encode(Hello{role, name, "test", fresh}), kStart);
    return Take<Node::MemberUp>(node_).at(0).unwatched;
  };
  EXPECT_TRUE(greet("x", true, Role::kXmppFrontend));
  EXPECT_FALSE(greet("x2", true, Role::kXmppFrontend));  // we are there now
  EXPECT_FALSE(greet("s", false, Role::kSipFrontend));   // another router was
  EXPECT_FALSE(greet("s2", true, Role::kSipFrontend));
}

TEST_F(NodeTest, IsFreshUntilSomebodyGreets) {
  Node front_end({Role::kXmppFrontend, "x", "test"}, {"router-0"}, kStart);
  const auto says_fresh = [&front_end] {
    for (const Node::Send& send : Take<Node::Send>(front_end)) {
      if (DecodeHeader(send.header)->kind == Kind::kHello)
        return Decode<Hello>(send.payload)->fresh;
    }
    ADD_FAILURE() << "no Hello";
    return false;
  };
  front_end.Advance(kStart);
  EXPECT_TRUE(says_fresh());
  Header header;
  header.kind = Kind::kHello;
  front_end.OnFrames("router-0", EncodeHeader(header),
                     Encode(Hello{Role::kRouter, "router-0", "test"}), kStart);
  EXPECT_FALSE(says_fresh());
}

TEST_F(NodeTest, L9_AboveTheBoundRequestsAreRefusedAtOnce) {
  for (std::size_t i = 0; i < kOpenRequestsMax; ++i) {
    Message message =
        MakeMessage(DerivedId({}, static_cast<std::uint32_t>(i)), Side::kSip, {}, {}, Probe{});
    message.header.budget_ms = 1000;
    node_.Request(std::move(message), {Role::kXmppFrontend, 7}, kStart);
  }
  EXPECT_TRUE(Take<Node::Finish>(node_).empty());
  Ask();
  const auto finished = Take<Node::Finish>(node_);
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].outcome.reason, Reason::kOverloaded);
}

TEST(RendezvousTest, OnlyTheKeysOfALostInstanceMove) {
  const std::vector<std::string> all{"a", "b", "c"};
  const std::vector<std::string> rest{"a", "c"};
  std::size_t moved = 0;
  for (std::uint64_t key = 0; key < 3000; ++key) {
    const std::string before = all[Choose(key, all)];
    const std::string after = rest[Choose(key, rest)];
    if (before != "b") {
      EXPECT_EQ(before, after);
    } else {
      ++moved;
    }
  }
  EXPECT_NEAR(static_cast<double>(moved), 1000, 120);
}

}  // namespace
}  // namespace dragoman::routing
