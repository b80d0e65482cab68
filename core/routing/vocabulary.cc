#include "core/routing/vocabulary.h"

#include <algorithm>
#include <array>

namespace dragoman::routing {

using envelope::Header;
using envelope::Kind;
using envelope::Role;
using envelope::Side;

namespace {

// A front-end speaks to routers for the users of its own side; a router speaks to a front-end for
// the users of the other one.
struct Row {
  Kind kind;
  bool from_sip;   // sip-frontend to router
  bool from_xmpp;  // xmpp-frontend to router
  bool to_sip;     // router to sip-frontend
  bool to_xmpp;    // router to xmpp-frontend
};

constexpr auto kRows = std::to_array<Row>({
    {Kind::kChat, true, true, false, true},
    {Kind::kChatState, true, true, false, true},
    {Kind::kReceipt, true, true, false, true},
    {Kind::kSessionOpen, true, false, false, false},
    {Kind::kSessionClose, true, false, false, false},
    {Kind::kSubscribe, true, true, false, true},
    {Kind::kUnsubscribe, true, true, false, true},
    {Kind::kApprove, false, true, false, true},
    {Kind::kDeny, false, true, false, true},
    {Kind::kProbe, false, true, false, true},
    {Kind::kPresenceUpdate, true, true, false, true},
    {Kind::kStreamLost, false, true, false, false},
    {Kind::kSipCommand, false, false, true, false},
    {Kind::kOutcome, true, true, true, true},
    {Kind::kHello, true, true, true, true},
    {Kind::kBeat, true, true, true, true},
    {Kind::kGoodbye, true, true, true, true},
});

const Row* Find(Kind kind) {
  const auto found =
      std::find_if(kRows.begin(), kRows.end(), [kind](const Row& row) { return row.kind == kind; });
  return found == kRows.end() ? nullptr : found;
}

}  // namespace

bool MayMeet(Role a, Role b) { return (a == Role::kRouter) != (b == Role::kRouter); }

bool MaySend(Role from, Role to, const Header& header) {
  const Row* row = Find(header.kind);
  if (row == nullptr || !MayMeet(from, to)) return false;
  const bool upwards = to == Role::kRouter;
  const Role front_end = upwards ? from : to;
  const bool sip = front_end == Role::kSipFrontend;
  const bool listed =
      upwards ? (sip ? row->from_sip : row->from_xmpp) : (sip ? row->to_sip : row->to_xmpp);
  if (!listed || !IsRequest(header.kind)) return listed;
  return header.from_side == (sip == upwards ? Side::kSip : Side::kXmpp);
}

bool IsKnown(Kind kind) { return Find(kind) != nullptr; }

bool IsRequest(Kind kind) {
  return IsKnown(kind) && kind != Kind::kOutcome && kind != Kind::kHello && kind != Kind::kBeat &&
         kind != Kind::kGoodbye;
}

std::string_view Name(Role role) {
  switch (role) {
    case Role::kSipFrontend:
      return "sip-frontend";
    case Role::kXmppFrontend:
      return "xmpp-frontend";
    case Role::kRouter:
      return "router";
  }
  return "unknown";
}

}  // namespace dragoman::routing
