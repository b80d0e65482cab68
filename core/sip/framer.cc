#include "core/sip/framer.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/cursor.h"

namespace dragoman::sip {
namespace {

// The one value of Content-Length, or nullopt if it is missing, contradictory or no number. SIP-5.
std::optional<std::uint64_t> ContentLength(const Message& message) {
  if (message.Count("Content-Length") != 1) return std::nullopt;
  Cursor in(message.Get("Content-Length"));
  const std::optional<std::uint64_t> length = in.TakeNumber();
  return length && in.AtEnd() ? length : std::nullopt;
}

bool HasLongLine(std::string_view head) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    if (end > kHeaderLineBytesMax) return true;
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return false;
}

std::string_view Why(ParseError error) {
  switch (error) {
    case ParseError::kStartLine:
      return "not a SIP start line";
    case ParseError::kVersion:
      return "SIP version";
    case ParseError::kHeaderLine:
      return "malformed header line";
    case ParseError::kTooManyHeaders:
      return "too many header lines";
  }
  return "malformed";
}

}  // namespace

void Framer::Feed(std::string_view bytes) {
  if (!broken_) buffer_.append(bytes);
}

std::optional<Framer::Event> Framer::Poll() {
  if (broken_) return std::nullopt;
  if (body_left_ > 0) {
    const std::size_t skipped = std::min(body_left_, buffer_.size() - at_);
    at_ += skipped;
    body_left_ -= skipped;
  }
  std::optional<Event> event;
  if (head_) {
    event = TakeBody();
  } else if (body_left_ == 0) {
    if (SkipLineEnds()) return KeepAlive{};
    event = TakeHead();
  }
  if (!event && at_ > 0) {
    buffer_.erase(0, at_);
    searched_ -= std::min(searched_, at_);
    at_ = 0;
  }
  return event;
}

// True if what was skipped was a ping. A single CRLF is a pong, or slack between messages.
bool Framer::SkipLineEnds() {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  if (rest.starts_with("\r\n\r\n")) {
    at_ += 4;
    return true;
  }
  // "\r\n" may yet become a ping; it is skipped only once something else follows.
  if (rest.starts_with("\r\n") && rest.size() > 2 && rest[2] != '\r') at_ += 2;
  return false;
}

std::optional<Framer::Event> Framer::TakeHead() {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  if (rest.empty() || rest == "\r" || rest == "\r\n" || rest == "\r\n\r") return std::nullopt;
  const std::size_t from = searched_ > at_ + 3 ? searched_ - at_ - 3 : 0;
  const std::size_t end = rest.find("\r\n\r\n", from);
  searched_ = buffer_.size();
  // A first line that is no SIP is told from its beginning: HTTP and the like never end a head
  // (T-31).
  const std::size_t line_end = std::min(rest.find('\n'), rest.size());
  if (line_end > kRequestUriBytesMax + 64) return Break(std::nullopt, "start line too long");
  if (std::min(end, rest.size()) > kHeadBytesMax)
    return Break(std::nullopt, "header block too long");
  if (end == std::string_view::npos) {
    const bool complete_line = line_end < rest.size();
    if (complete_line && rest.substr(0, line_end).find("SIP/") == std::string_view::npos) {
      return Break(std::nullopt, Why(ParseError::kStartLine).data());
    }
    return std::nullopt;
  }
  std::string head(rest.substr(0, end));
  at_ += end + 4;
  if (HasLongLine(head)) return Break(std::nullopt, "header line too long");

  const bool is_response = head.starts_with("SIP/");
  if (is_response) {
    Result<Response, ParseError> response = Response::Parse(std::move(head), {});
    if (!response) return Break(std::nullopt, Why(response.error()).data());
    head_ = *std::move(response);
  } else {
    Result<Request, ParseError> request = Request::Parse(std::move(head), {});
    if (!request) return Break(std::nullopt, Why(request.error()).data());
    head_ = *std::move(request);
  }
  const Message& message = is_response ? static_cast<const Message&>(std::get<Response>(*head_))
                                       : std::get<Request>(*head_);
  const std::optional<std::uint64_t> length = ContentLength(message);
  if (!length || *length > kBodyBytesMax) {
    std::optional<Response> answer;
    if (!is_response) {
      answer = MakeResponse(std::get<Request>(*head_), length ? 513 : 400, "");
    }
    head_.reset();
    if (length && *length <= kSkippedBodyBytesMax && answer) {
      body_left_ = static_cast<std::size_t>(*length);
      return Refused{*std::move(answer), "body too large"};
    }
    return Break(std::move(answer), length ? "body too large" : "bad Content-Length");
  }
  body_bytes_ = static_cast<std::size_t>(*length);
  return TakeBody();
}

std::optional<Framer::Event> Framer::TakeBody() {
  if (buffer_.size() - at_ < body_bytes_) return std::nullopt;
  std::string body = buffer_.substr(at_, body_bytes_);
  at_ += body_bytes_;
  std::variant<Request, Response> message = std::move(*head_);
  head_.reset();
  return std::visit(
      [&](auto&& whole) -> Event {
        whole.TakeBody(std::move(body));
        return std::move(whole);
      },
      std::move(message));
}

Framer::Event Framer::Break(std::optional<Response> answer, std::string why) {
  broken_ = true;
  buffer_.clear();
  at_ = 0;
  return Broken{std::move(answer), std::move(why)};
}

}  // namespace dragoman::sip
