// Who was given up without having died does no old work. F-5, F-11.
#include "tests/core/routing/node_fixture.h"

namespace dragoman::routing {
namespace {

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

}  // namespace
}  // namespace dragoman::routing
