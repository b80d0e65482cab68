// What the Edge's users may ask for and XMPP cannot carry, and how it is refused. ocs-dialect §3.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/sip/message.h"

namespace dragoman::ocs {

struct Refusal {
  std::uint16_t status = 488;
  std::string_view why;          // static text for people
  std::string_view unsupported;  // 420: the option tag
  std::string_view accept;       // 415: the types that are taken
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

// nullopt: nothing in the table speaks against the request. INVITE, MESSAGE, REFER are looked at.
std::optional<Refusal> RefusalOf(const sip::Request& request);

// The response that says so.
sip::Response RespondRefusal(const sip::Request& request, const Refusal& refusal,
                             std::string_view local_tag);

}  // namespace dragoman::ocs
