// A message from its text: the start line, the header lines, and how long its body is. RFC 3261 §7,
// §18.3; SIP-2, SIP-3, SIP-5, T-20, T-21, L-1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/sip/message.h"

namespace dragoman::sip {

inline constexpr std::size_t kHeadBytesMax = 32 * 1024;  // L-1
inline constexpr std::size_t kHeaderLinesMax = 200;
inline constexpr std::size_t kLineBytesMax = 8 * 1024;
inline constexpr std::size_t kUriBytesMax = 2 * 1024;
inline constexpr std::size_t kViasMax = 70;

struct Fault {
  std::uint16_t status = 400;  // what the sender is told, if it can be told
  std::string_view reason;     // for people, static text: "header name is not a token"
  friend bool operator==(const Fault&, const Fault&) = default;
};

// The start line and header lines, line ends and the empty line included.
struct Head {
  std::optional<AnyMessage>
      message;  // what could be read, even beside a fault; nullopt: no SIP start line
  std::uint64_t content_length = 0;
  std::optional<Fault> fault;  // where the message ends, or what it says, is not certain
};
Head ParseHead(std::string text);

// Exactly one message with its body, as a datagram or a test has it.
Result<AnyMessage, Fault> ParseMessage(std::string_view text);

}  // namespace dragoman::sip
