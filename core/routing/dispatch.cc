#include "core/routing/dispatch.h"

namespace dragoman::routing {
namespace {

using envelope::Header;
using envelope::Kind;
using envelope::Side;
using policy::Reason;

Reason CheckDomains(const Header& header, const policy::Settings& settings) {
  const bool from_sip = header.from_side == Side::kSip;
  const envelope::Address& sip_user = from_sip ? header.from : header.to;
  const envelope::Address& xmpp_user = from_sip ? header.to : header.from;
  const bool sip_known = settings.ServesSipDomain(sip_user.domain);
  const bool xmpp_known = settings.FindPartner(xmpp_user.domain) != nullptr &&
                          !settings.ServesSipDomain(xmpp_user.domain);
  if (!(from_sip ? sip_known : xmpp_known)) return Reason::kSenderNotAllowed;
  return (from_sip ? xmpp_known : sip_known) ? Reason::kNone : Reason::kDomainNotServed;
}

Destination FromSip(const Header& header) {
  switch (header.kind) {
    case Kind::kChat:
    case Kind::kChatState:
    case Kind::kSessionOpen:
    case Kind::kSessionClose:
      return ToConversation{header.from.Bare(), header.to.Bare()};
    case Kind::kSubscribe:
    case Kind::kUnsubscribe:
      return ToPresence{header.from.Bare(), header.to.Bare()};
    case Kind::kPresenceUpdate:
      return ToPresence{header.to.Bare(), header.from.Bare()};
    case Kind::kReceipt:
      return PassOn{};
    case Kind::kApprove:
    case Kind::kDeny:
    case Kind::kProbe:
    case Kind::kSipCommand:
    case Kind::kStreamLost:
    case Kind::kOutcome:
    case Kind::kHello:
    case Kind::kBeat:
    case Kind::kGoodbye:
      break;
  }
  return Refuse{Reason::kUnsupported};
}

Destination FromXmpp(const Header& header) {
  switch (header.kind) {
    case Kind::kChat:
    case Kind::kChatState:
      return ToSending{header.to.Bare(), header.from.Bare()};
    case Kind::kSubscribe:
    case Kind::kUnsubscribe:
    case Kind::kProbe:
      return ToPresence{header.from.Bare(), header.to.Bare()};
    case Kind::kApprove:
    case Kind::kDeny:
    case Kind::kPresenceUpdate:
      return ToPresence{header.to.Bare(), header.from.Bare()};
    case Kind::kReceipt:
      return ToPage{header.to.Bare(), header.from.Bare()};
    case Kind::kStreamLost:
      return ToDomains{header.to.domain, header.from.domain};
    case Kind::kSessionOpen:
    case Kind::kSessionClose:
    case Kind::kSipCommand:
    case Kind::kOutcome:
    case Kind::kHello:
    case Kind::kBeat:
    case Kind::kGoodbye:
      break;
  }
  return Refuse{Reason::kUnsupported};
}

}  // namespace

Destination Dispatch(const Header& header, const policy::Settings& settings) {
  if (const Reason reason = CheckDomains(header, settings); reason != Reason::kNone)
    return Refuse{reason};
  if (header.hops == 0) return Refuse{Reason::kLoopDetected};
  return header.from_side == Side::kSip ? FromSip(header) : FromXmpp(header);
}

}  // namespace dragoman::routing
