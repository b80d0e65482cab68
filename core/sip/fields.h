// Values of header fields, read on demand. RFC 3261 §20, §25.1; RFC 6665 §8.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sip/param.h"

namespace dragoman::sip {

inline constexpr std::uint32_t kCSeqMax = 0x7fffffff;  // §8.1.1.5: below 2^31
inline constexpr std::string_view kMagicCookie = "z9hG4bK";

// token of §25.1: 1*(alphanum / "-" / "." / "!" / "%" / "*" / "_" / "+" / "`" / "'" / "~")
bool IsToken(std::string_view text);

// The parts of a comma-separated field, trimmed: commas in quotes and angle brackets do not part
// (§7.3.1). Empty parts are left out.
std::vector<std::string_view> SplitList(std::string_view value);

struct Via {
  std::string transport;   // "TLS"
  std::string host;        // lower case; IPv6 in brackets
  std::uint16_t port = 0;  // 0: not given
  Params params;
  std::string branch() const { return ParamValue(params, "branch"); }
  static std::optional<Via> Parse(std::string_view text);
  friend bool operator==(const Via&, const Via&) = default;
};
std::string Print(const Via& via);

struct CSeq {
  std::uint32_t number = 0;
  std::string method;
  static std::optional<CSeq> Parse(std::string_view text);  // number <= kCSeqMax
  friend bool operator==(const CSeq&, const CSeq&) = default;
};
std::string Print(const CSeq& cseq);

// A token or type followed by parameters: Event, Subscription-State, Content-Type, Session-Expires.
struct Valued {
  std::string value;  // as it stood: "presence", "active", "text/plain"
  Params params;
  static std::optional<Valued> Parse(std::string_view text);
  friend bool operator==(const Valued&, const Valued&) = default;
};

// "type/subtype" in lower case, without parameters; empty if it is none.
std::string MediaType(std::string_view content_type);

// 1*DIGIT up to 2^32-1, blanks around allowed; nullopt otherwise.
std::optional<std::uint32_t> ParseSeconds(std::string_view text);

}  // namespace dragoman::sip
