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

void Framer::Feed(std::string_view bytes, TimePoint now) {
  if (broken_) return;
  buffer_.append(bytes);
  fed_at_ = now;
}

std::optional<Framer::Event> Framer::Poll() {
  if (broken_) return std::nullopt;
  if (late_) {
    std::optional<Response> answer;
    if (const Request* request = head_ ? std::get_if<Request>(&*head_) : nullptr) {
      answer = MakeResponse(*request, 400, StatelessTag(*request));
    }
    return Break(std::move(answer), "message not complete in time");
  }
  const std::size_t skipped = std::min(skip_, buffer_.size() - at_);
  at_ += skipped;
  skip_ -= skipped;
  std::optional<Event> event;
  if (head_) {
    event = TakeBody();
  } else if (skip_ == 0) {
    event = SkipLineEnds() ? KeepAlive{} : TakeHead();
  }
  if (broken_) return event;
  if (!event && at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  if (!InMessage()) {
    read_by_ = TimePoint::max();
  } else if (event || read_by_ == TimePoint::max()) {
    read_by_ = fed_at_ + kMessageMax;  // what is left began with the last bytes
  }
  return event;
}

void Framer::Advance(TimePoint now) {
  if (now >= read_by_) late_ = true;
}

TimePoint Framer::Deadline() const { return broken_ || late_ ? TimePoint::max() : read_by_; }

// Line ends between messages are no message (L-6 does not run).
bool Framer::InMessage() const {
  return head_ || skip_ > 0 || Rest().find_first_not_of("\r\n") != std::string_view::npos;
}

// True if what was skipped was a ping. A single CRLF is a pong, or slack between messages.
bool Framer::SkipLineEnds() {
  if (Rest().starts_with("\r\n\r\n")) {
    at_ += 4;
    return true;
  }
  // "\r\n" may yet become a ping; it is skipped only once something else follows.
  if (Rest().starts_with("\r\n") && Rest().size() > 2 && Rest()[2] != '\r') at_ += 2;
  return false;
}

std::optional<Framer::Event> Framer::TakeHead() {
  const std::string_view rest = Rest();
  if (std::string_view("\r\n\r").starts_with(rest)) return std::nullopt;  // a ping may yet come
  if (!start_line_checked_) {
    // What is no SIP is told from its first line: HTTP and the like may never end a head (T-31).
    const std::size_t line_end = rest.find('\n', searched_);
    if (line_end != std::string_view::npos) {
      if (rest.substr(0, line_end).find("SIP/") == std::string_view::npos) {
        return Break(std::nullopt, Why(ParseError::kStartLine));
      }
      start_line_checked_ = true;
    }
  }
  const std::size_t end = rest.find("\r\n\r\n", searched_);
  if (end == std::string_view::npos ? rest.size() > kHeadBytesMax + 3 : end > kHeadBytesMax) {
    return Break(std::nullopt, "header block too long");
  }
  if (end == std::string_view::npos) {
    searched_ = rest.size() > 3 ? rest.size() - 3 : 0;
    return std::nullopt;
  }
  searched_ = 0;
  start_line_checked_ = false;
  at_ += end + 4;

  const std::string_view head = rest.substr(0, end);
  if (HasLongLine(head)) return RefuseHead(head, 400, "header line too long");
  const bool is_response = head.starts_with("SIP/");
  if (is_response) {
    Result<Response, ParseError> response = Response::Parse(std::string(head), {});
    if (!response) return RefuseHead(head, 400, Why(response.error()));
    head_ = *std::move(response);
  } else {
    Result<Request, ParseError> request = Request::Parse(std::string(head), {});
    if (!request) {
      const std::uint16_t status = request.error() == ParseError::kVersion ? 505 : 400;
      return RefuseHead(head, status, Why(request.error()));
    }
    if (request->uri().size() > kRequestUriBytesMax) {
      return RefuseHead(head, 414, "Request-URI too long");
    }
    head_ = *std::move(request);
  }
  const Message& message = is_response ? static_cast<const Message&>(std::get<Response>(*head_))
                                       : std::get<Request>(*head_);
  const std::optional<std::uint64_t> length = ContentLength(message);
  if (length && *length <= kBodyBytesMax) {
    body_bytes_ = static_cast<std::size_t>(*length);
    return TakeBody();
  }
  head_.reset();
  if (!length) return RefuseHead(head, 400, "bad Content-Length");
  std::optional<Response> answer = AnswerUnparsed(head, 513);
  if (*length > kSkippedBodyBytesMax || !answer) return Break(std::move(answer), "body too large");
  skip_ = static_cast<std::size_t>(*length);
  return Refused{*std::move(answer), "body too large"};
}

std::optional<Framer::Event> Framer::RefuseHead(std::string_view head, std::uint16_t status,
                                                std::string_view why) {
  return Break(AnswerUnparsed(head, status), why);
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

Framer::Event Framer::Break(std::optional<Response> answer, std::string_view why) {
  broken_ = true;
  read_by_ = TimePoint::max();
  std::string().swap(buffer_);
  at_ = 0;
  return Broken{std::move(answer), std::string(why)};
}

}  // namespace dragoman::sip
