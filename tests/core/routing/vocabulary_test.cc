// T-50: a bus message of each kind, from each role, to each role, for each side.
#include "core/routing/vocabulary.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace dragoman::routing {
namespace {

using envelope::Header;
using envelope::Kind;
using envelope::Role;
using envelope::Side;

const Role kRoles[] = {Role::kSipFrontend, Role::kXmppFrontend, Role::kRouter};

std::string Words(Role from, Role to, Kind kind, Side side) {
  return std::string(Name(from)) + " > " + std::string(Name(to)) + ": " +
         std::string(envelope::Name(kind)) + (side == Side::kSip ? " of sip" : " of xmpp");
}

// Of all that could be said, exactly this may be.
TEST(VocabularyTest, T50_EachRoleSaysItsOwnAndForItsOwnSide) {
  std::set<std::string> expected;
  const auto may = [&](Role from, Role to, Side side, std::initializer_list<Kind> kinds) {
    for (const Kind kind : kinds) expected.insert(Words(from, to, kind, side));
  };
  may(Role::kSipFrontend, Role::kRouter, Side::kSip,
      {Kind::kChat, Kind::kChatState, Kind::kReceipt, Kind::kSessionOpen, Kind::kSessionClose,
       Kind::kSubscribe, Kind::kUnsubscribe, Kind::kPresenceUpdate});
  may(Role::kXmppFrontend, Role::kRouter, Side::kXmpp,
      {Kind::kChat, Kind::kChatState, Kind::kReceipt, Kind::kSubscribe, Kind::kUnsubscribe,
       Kind::kApprove, Kind::kDeny, Kind::kProbe, Kind::kPresenceUpdate, Kind::kStreamLost});
  may(Role::kRouter, Role::kXmppFrontend, Side::kSip,
      {Kind::kChat, Kind::kChatState, Kind::kReceipt, Kind::kSubscribe, Kind::kUnsubscribe,
       Kind::kApprove, Kind::kDeny, Kind::kProbe, Kind::kPresenceUpdate});
  may(Role::kRouter, Role::kSipFrontend, Side::kXmpp, {Kind::kSipCommand});
  for (const Role front_end : {Role::kSipFrontend, Role::kXmppFrontend}) {
    for (const Side side : {Side::kSip, Side::kXmpp}) {  // these speak for nobody
      for (const Kind kind : {Kind::kOutcome, Kind::kHello, Kind::kBeat, Kind::kGoodbye}) {
        may(front_end, Role::kRouter, side, {kind});
        may(Role::kRouter, front_end, side, {kind});
      }
    }
  }
  std::set<std::string> found;
  for (const Role from : kRoles) {
    for (const Role to : kRoles) {
      for (const Side side : {Side::kSip, Side::kXmpp}) {
        for (int kind = 0; kind <= 255; ++kind) {
          Header header;
          header.kind = static_cast<Kind>(kind);
          header.from_side = side;
          if (MaySend(from, to, header)) found.insert(Words(from, to, header.kind, side));
        }
      }
    }
  }
  EXPECT_EQ(found, expected);
}

TEST(VocabularyTest, OnlyFrontEndsAndRoutersMeet) {
  for (const Role a : kRoles) {
    for (const Role b : kRoles)
      EXPECT_EQ(MayMeet(a, b), (a == Role::kRouter) + (b == Role::kRouter) == 1);
  }
}

TEST(VocabularyTest, T52_AKindOfANewerVersionIsNotKnown) {
  EXPECT_FALSE(IsKnown(static_cast<Kind>(18)));
  EXPECT_FALSE(IsRequest(static_cast<Kind>(18)));
  EXPECT_TRUE(IsRequest(Kind::kChat));
  EXPECT_FALSE(IsRequest(Kind::kOutcome));
}

}  // namespace
}  // namespace dragoman::routing
