// What is believed, and of whom. T-50, T-51, T-52.
#include "tests/core/routing/node_fixture.h"

namespace dragoman::routing {
namespace {

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

}  // namespace
}  // namespace dragoman::routing
