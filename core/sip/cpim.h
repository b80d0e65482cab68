// Messages wrapped for any messaging protocol: message/cpim, with what IMDN adds. RFC 3862, RFC
// 5438 §7.1; IM-19, RCPT-2.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::sip {

inline constexpr std::string_view kCpimType = "message/cpim";
inline constexpr std::size_t kCpimHeadersMax = 64;

struct Cpim {
  std::string from{};  // as written: perhaps a name, then <URI>
  std::string to{};
  std::string subject{};    // the first one
  std::string date_time{};  // as written
  // Of the namespace urn:ietf:params:imdn, whatever its prefix.
  std::string message_id{};
  bool wants_delivered = false;  // positive-delivery
  bool wants_failed = false;     // negative-delivery
  // Require names a header that we do not know: the message must not be used (RFC 3862 §4.2).
  bool requires_more = false;
  std::string head{};     // MIME header lines of the content, without the empty line behind them
  std::string content{};  // still in its transfer encoding
  friend bool operator==(const Cpim&, const Cpim&) = default;
};

// nullopt: not such a message. Lines end in CRLF or LF; control characters in values become spaces.
std::optional<Cpim> ParseCpim(std::string_view text);

// Headers with empty values are left out.
std::string PrintCpim(const Cpim& message);

}  // namespace dragoman::sip
