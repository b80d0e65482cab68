// Finds messages in a TLS stream. RFC 3261 §18.3, §7.5; SIP-5, SIP-6, SIP-8; security.md T-20, L-1,
// L-2.
//
// One place decides where a message ends: Content-Length by exact name (or compact form) after
// unfolding, digits only, checked against the limit before a byte of the body is kept. What comes
// out does not depend on how the bytes were cut into pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/time.h"
#include "core/sip/message.h"

namespace dragoman::sip {

using namespace std::chrono_literals;

inline constexpr std::size_t kHeadBytesMax = 32 * 1024;       // L-1
inline constexpr std::size_t kBodyBytesMax = 128 * 1024;      // L-2, Edge profile
inline constexpr std::size_t kSkippedBodyBytesMax = 1 << 20;  // L-2: larger ones end the connection
inline constexpr Duration kMessageMax = 30s;  // L-6: from a message's first byte to its last

struct Complaint;

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

  void Feed(std::string_view bytes, TimePoint now);
  std::optional<Event> Poll();  // nothing follows a Broken
  void Advance(TimePoint now);  // a message that is not complete in time breaks the stream
  TimePoint Deadline() const;

 private:
  std::string_view Rest() const { return std::string_view(buffer_).substr(at_); }
  std::optional<Event> TakeNext();
  bool SkipLineEnds();
  std::optional<Event> TakeHead();
  template <typename Parsed>
  std::optional<Event> TakeParsed(Result<Parsed, ParseError> message, std::string_view head);
  std::optional<Event> TakeBody();
  Event Refuse(std::string_view head, const Complaint& complaint);
  Event Break(std::optional<Response> answer, std::string_view why);
  bool InMessage() const;

  std::string buffer_;
  std::size_t at_ = 0;        // what is before it was consumed
  std::size_t searched_ = 0;  // from at_: no byte is looked at twice for the end of the head
  bool start_line_checked_ = false;
  std::size_t skip_ = 0;  // what is still to come of a refused body
  std::optional<std::variant<Request, Response>> head_;
  std::size_t body_bytes_ = 0;
  TimePoint read_by_ = TimePoint::max();
  TimePoint fed_at_{};
  bool late_ = false;
  bool broken_ = false;
};

}  // namespace dragoman::sip
