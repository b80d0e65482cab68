// What crosses the bus comes out as it went in, and bytes from a stranger do no harm (T-51).
#include <gtest/gtest.h>

#include "core/envelope/message.h"
#include "tests/core/counting_random.h"

namespace dragoman::envelope {
namespace {

SipDialog FullDialog() {
  return {"call",
          "ours",
          "theirs",
          "sip:juliet@capulet.example",
          "sip:romeo@montague.example",
          ";epid=b84a59c035",
          "sip:romeo@192.0.2.1",
          {"<sip:edge.example;lr>", "<sip:pool.example;lr>"},
          7,
          9,
          "edge.example:5061",
          "3",
          60,
          PresenceFormat::kCategories,
          true};
}

template <typename Payload>
void ExpectRoundTrip(const Payload& payload) {
  const Result<Payload, CodecError> decoded = Decode<Payload>(Encode(payload));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, payload);
}

TEST(CodecTest, EveryPayloadComesOutAsItWentIn) {
  Chat chat;
  chat.bodies = {{"en", "Ay me!"}, {"it", "Ahimè!"}};
  chat.subject = "night";
  chat.thread = "t";
  chat.html = "<b>Ay</b>";
  chat.sender_id = "1";
  chat.nick = "Juliet";
  chat.state = ChatStateKind::kActive;
  chat.wants_receipt = true;
  chat.sent_at = WallTime(Duration(42));
  chat.dialog = FullDialog();
  ExpectRoundTrip(chat);
  ExpectRoundTrip(ChatState{ChatStateKind::kGone, "t", FullDialog()});
  ExpectRoundTrip(Receipt{"1"});
  ExpectRoundTrip(Receipt{"1", policy::Reason::kForbidden});
  ExpectRoundTrip(SessionOpen{FullDialog(), "night", true});
  ExpectRoundTrip(SessionClose{FullDialog()});
  ExpectRoundTrip(Subscribe{FullDialog(), 60, "1", true});
  ExpectRoundTrip(Unsubscribe{FullDialog()});
  ExpectRoundTrip(Approve{});
  ExpectRoundTrip(Deny{policy::Reason::kItemNotFound, "1"});
  ExpectRoundTrip(Probe{"1"});
  ResourcePresence resource{"balcony",
                            true,
                            Show::kDnd,
                            std::int8_t{-5},
                            {{"en", "away"}},
                            WallTime(Duration(7)),
                            WallTime(Duration(6))};
  const PresenceUpdate update{{resource}, true, true, SubscriptionState::kTerminated,
                              "rejected", 1,    2,    FullDialog()};
  ExpectRoundTrip(update);
  ExpectRoundTrip(SipCommand{FullDialog(), chat});
  ExpectRoundTrip(SipCommand{FullDialog(), update});
  ExpectRoundTrip(SipCommand{{}, SessionClose{FullDialog()}});
  ExpectRoundTrip(Outcome{policy::Reason::kSipRefused, 486, "busy", 5, 60, FullDialog()});
  ExpectRoundTrip(Hello{Role::kSipFrontend, "s-1", "0.1", 7, 9, true});
  ExpectRoundTrip(Beat{3, true, 1234, 1200, {"x-1", "x-2"}});
  ExpectRoundTrip(Goodbye{});
  ExpectRoundTrip(StreamLost{});
}

TEST(CodecTest, AHeaderComesOutAsItWentIn) {
  CountingRandom random;
  const Header header{NewId(random),
                      Kind::kChat,
                      Side::kXmpp,
                      {"juliet", "b.example", "x"},
                      {"romeo", "a.example", {}},
                      12345,
                      1,
                      69,
                      10'000,
                      99};
  const auto decoded = DecodeHeader(EncodeHeader(header));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, header);
}

TEST(CodecTest, T52_FieldsOfANewerVersionAreKept) {
  const std::string field = "\xD2\x3E\x03new";  // field 1002, three bytes
  SipDialog dialog = FullDialog();
  dialog.newer = field;
  Chat chat;
  chat.bodies = {{"en", "Hello"}};
  chat.dialog = dialog;
  chat.newer = field;
  Header header;
  header.id = {1};
  header.kind = Kind::kChat;
  header.newer = field;
  ExpectRoundTrip(chat);
  ExpectRoundTrip(SipCommand{dialog, chat});
  EXPECT_TRUE(Encode(chat).ends_with(field));
  const auto decoded = DecodeHeader(EncodeHeader(header));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, header);
}

TEST(CodecTest, T51_RefusesWhatIsNoMessage) {
  EXPECT_FALSE(DecodeHeader("not protobuf"));
  EXPECT_FALSE(DecodeHeader(""));  // an id of 16 bytes is required
  EXPECT_EQ(Decode<Chat>(std::string(kMessageBytesMax + 1, 'x')).error(), CodecError::kTooLarge);
  EXPECT_FALSE(Decode<Chat>("\xFF\xFF\xFF"));
  EXPECT_EQ(Decode<Hello>(Encode(Hello{})).error(), CodecError::kBadField);  // without an instance
}

TEST(CodecTest, T50_AProcessHasAShortName) {
  const auto read = [](std::size_t instance, std::size_t version) {
    return Decode<Hello>(Encode(Hello{Role::kSipFrontend, std::string(instance, 's'),
                                      std::string(version, '1'), 1, 0}))
        .has_value();
  };
  EXPECT_TRUE(read(kInstanceBytesMax, kVersionBytesMax));
  EXPECT_FALSE(read(kInstanceBytesMax + 1, 1));
  EXPECT_FALSE(read(1, kVersionBytesMax + 1));
}

TEST(CodecTest, T51_HoldsListsToTheirBound) {
  SessionClose close{FullDialog()};
  close.dialog.route_set.assign(256, "<sip:edge.example;lr>");
  EXPECT_TRUE(Decode<SessionClose>(Encode(close)));
  close.dialog.route_set.emplace_back("<sip:edge.example;lr>");
  EXPECT_FALSE(Decode<SessionClose>(Encode(close)));
}

TEST(AddressTest, ARCH7_APairHasOneHashInBothDirectionsAndForEveryResource) {
  const Address romeo{"romeo", "a.example", {}};
  const Address juliet{"juliet", "b.example", {}};
  EXPECT_EQ(PairHash(romeo, juliet), PairHash(juliet, romeo));
  EXPECT_EQ(PairHash(romeo, juliet), PairHash(romeo, {"juliet", "b.example", "balcony"}));
  EXPECT_NE(PairHash(romeo, juliet), PairHash(romeo, {"nurse", "b.example", {}}));
}

TEST(MessageIdTest, FollowUpsOfOneCauseAreTheSameAgain) {
  CountingRandom random;
  const MessageId cause = NewId(random);
  EXPECT_EQ(DerivedId(cause, 1), DerivedId(cause, 1));
  EXPECT_NE(DerivedId(cause, 1), DerivedId(cause, 2));
  EXPECT_EQ(ToString(cause).size(), 32u);
}

}  // namespace
}  // namespace dragoman::envelope
