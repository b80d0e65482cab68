// Which invitations a text gateway takes, and what the others are told. ocs-dialect §3.1, §3.2,
// §3.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/sip/message.h"

namespace dragoman::ocs {

inline constexpr std::string_view kAllow =
    "INVITE, ACK, CANCEL, BYE, MESSAGE, INFO, UPDATE, OPTIONS, SUBSCRIBE, NOTIFY, BENOTIFY";
inline constexpr std::string_view kAcceptTypes =
    "text/plain";  // keeps clients from sending RTF and ink

struct InvitationRefusal {
  std::uint16_t status;     // 420 or 488
  std::string unsupported;  // of a 420: the option tags
};

// nullopt: an ordinary invitation to exchange text.
std::optional<InvitationRefusal> RefuseInvitation(const sip::Request& invite);

}  // namespace dragoman::ocs
