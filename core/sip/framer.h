// Finds messages in a TLS stream. RFC 3261 §18.3, §7.5; SIP-5, SIP-6, SIP-8; security.md T-20, L-1,
// L-2.
//
// One place decides where a message ends: Content-Length by exact name (or compact form) after
// unfolding, digits only, checked against the limit before a byte of the body is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/sip/message.h"

namespace dragoman::sip {

inline constexpr std::size_t kHeadBytesMax = 32 * 1024;       // L-1
inline constexpr std::size_t kHeaderLineBytesMax = 8 * 1024;  // L-1
inline constexpr std::size_t kRequestUriBytesMax = 2 * 1024;  // L-1
inline constexpr std::size_t kBodyBytesMax = 128 * 1024;      // L-2, Edge profile
inline constexpr std::size_t kSkippedBodyBytesMax = 1 << 20;  // L-2: larger ones end the connection

class Framer {
 public:
  struct KeepAlive {};  // a double CRLF: answer with one CRLF
  // The stream cannot be trusted any more: answer if there is something to answer, then close.
  struct Broken {
    std::optional<Response> answer;
    std::string why;  // for the log
  };
  // The message is refused, the stream goes on.
  struct Refused {
    Response answer;
    std::string why;
  };
  using Event = std::variant<Request, Response, KeepAlive, Refused, Broken>;

  void Feed(std::string_view bytes);
  std::optional<Event> Poll();  // nothing follows a Broken
  bool in_message() const { return !buffer_.empty() || body_left_ > 0; }  // L-6 runs while it is

 private:
  bool SkipLineEnds();
  std::optional<Event> TakeHead();
  std::optional<Event> TakeBody();
  Event Break(std::optional<Response> answer, std::string why);

  std::string buffer_;
  std::size_t at_ = 0;  // what is before it was consumed
  std::size_t searched_ =
      0;  // how far the end of the head was looked for: no byte is scanned twice
  std::size_t body_left_ = 0;  // of a refused body that is being skipped
  std::optional<std::variant<Request, Response>> head_;
  std::size_t body_bytes_ = 0;
  bool broken_ = false;
};

}  // namespace dragoman::sip
