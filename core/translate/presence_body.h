// The body of a NOTIFY in whatever format: which one a watcher gets, writing it, and reading what
// came. EVT-8, PRES-1..20; ocs-dialect §4.1, §4.3, §4.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/envelope/address.h"
#include "core/envelope/payload.h"
#include "core/policy/settings.h"
#include "core/sip/message.h"

namespace dragoman::translate {

// Every type that ReadPresence takes, as an Accept header lists them.
inline constexpr std::string_view kPresenceTypes =
    "application/pidf+xml, text/xml+msrtc.pidf, application/xpidf+xml, "
    "application/msrtc-event-categories+xml";

// What the SUBSCRIBE's watcher is told in; without Accept PIDF. nullopt: it takes nothing that we
// write (406).
std::optional<envelope::PresenceFormat> FormatFor(const sip::Request& subscribe,
                                                  const policy::SipSettings& settings);

// Accept of our own SUBSCRIBE: the peer takes the first that it likes best.
std::string_view AcceptedPresence(policy::Dialect dialect);

struct PresenceBody {
  std::string_view type;
  std::string text;
  std::string language;  // of all notes in it; empty: several, or not said
};
// `uri` is the presentity's SIP URI.
PresenceBody WritePresence(envelope::PresenceFormat format, const envelope::Address& presentity,
                           std::string_view uri,
                           const std::vector<envelope::ResourcePresence>& resources,
                           const policy::SipSettings& settings, WallTime now);

struct NoPresence {
  std::uint16_t status = 400;  // or 415
  std::string why;
};
// What the NOTIFY's body says of `presentity`; nullopt: nothing, all stays as it was. A document
// about somebody else is refused.
Result<std::optional<std::vector<envelope::ResourcePresence>>, NoPresence> ReadPresence(
    const sip::Message& notify, const envelope::Address& presentity, WallTime now);

}  // namespace dragoman::translate
