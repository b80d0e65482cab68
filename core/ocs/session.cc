#include "core/ocs/session.h"

#include "core/base/ascii.h"
#include "core/sip/sdp.h"

namespace dragoman::ocs {

std::optional<InvitationRefusal> RefuseInvitation(const sip::Request& invite) {
  constexpr std::string_view kMultiparty = "com.microsoft.rtc-multiparty";
  if (invite.Lists("Require", kMultiparty)) return InvitationRefusal{420, std::string(kMultiparty)};
  const bool multiparty = EqualsIgnoreCase(invite.Get("TriggeredInvite"), "TRUE") ||
                          invite.List("EndPoints").size() > 2;
  if (multiparty) return InvitationRefusal{488, {}};
  // A conference invitation and a file transfer have other types; no SDP at all offers nothing.
  if (sip::MediaType(invite.Get("Content-Type")) != sip::kSdpType)
    return InvitationRefusal{488, {}};
  const sip::SessionDescription offer = sip::ParseSdp(invite.body());
  if (!offer.HasMessages() || offer.HasOtherMedia() || !offer.Takes("text/plain")) {
    return InvitationRefusal{488, {}};
  }
  return std::nullopt;
}

}  // namespace dragoman::ocs
