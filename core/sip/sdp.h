// Session descriptions of message sessions: is there m=message, and which types does the peer take?
// RFC 4566 as far as ocs-dialect §3.1, §3.2, §3.10 need it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman::sip {

inline constexpr std::string_view kSdpType = "application/sdp";

struct SessionDescription {
  std::vector<std::string> media;         // "message", "audio", … in order
  std::vector<std::string> accept_types;  // of the message session, lower case; empty: not said
  bool HasMessages() const;               // m=message, or x-ms-message of the earliest clients
  bool HasOtherMedia() const;
  bool Takes(
      std::string_view type) const;  // an accept-types line that lists it, "*", or none at all
};

SessionDescription ParseSdp(std::string_view text);

// `media_target`: "null" in an offer, "sip:user@domain" in an answer. `address`: a numeric IPv4
// address; messages travel as SIP requests, so nothing connects to it.
std::string PrintSdp(std::string_view address, std::string_view media_target,
                     std::string_view accept_types);

}  // namespace dragoman::sip
