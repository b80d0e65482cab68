// The little of SDP that a message session needs. RFC 4566; ocs-dialect §3.1, §3.2, §3.10.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman::sip {

inline constexpr std::size_t kMediaMax = 32;  // more "m=" lines: no SDP

struct SdpMedia {
  std::string kind;                       // "message", "audio", "x-ms-message"
  std::uint32_t port = 0;                 // 0: declined
  std::string protocol;                   // "sip"
  std::string formats;                    // "null", "sip:romeo@a.example"
  std::vector<std::string> accept_types;  // lower case; empty if not said
  friend bool operator==(const SdpMedia&, const SdpMedia&) = default;
};

struct Sdp {
  std::vector<SdpMedia> media;

  // nullopt: no "v=0" at first, or a malformed "m=" line. Lines may end in LF alone.
  static std::optional<Sdp> Parse(std::string_view text);

  // The first "message" (or "x-ms-message") over "sip" that is not declined; nullptr: none.
  const SdpMedia* MessageSession() const;
  friend bool operator==(const Sdp&, const Sdp&) = default;
};

// Offer and answer for a chat that travels as SIP MESSAGE. `address`: what stands in o= and c=
// (IPv4, IPv6 without brackets, or a host name); it means nothing to the peer. `formats`: "null" in
// an offer, the called user's SIP URI in an answer.
struct MessageSdp {
  std::string_view address;
  std::string_view formats = "null";
  std::string_view accept_types = "text/plain";
};
std::string PrintSdp(const MessageSdp& session);

}  // namespace dragoman::sip
