#include "core/sip/framer.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/sip/byte_scan.h"

namespace dragoman::sip {

// What is said of a head that cannot be used: to the sender, and to the log.
struct Complaint {
  std::uint16_t status;
  std::string_view reason;
  std::string_view why;
};

namespace {

constexpr Complaint kBadLength{400, "Bad Content-Length", "bad Content-Length"};
constexpr Complaint kMissingLength{400, "Missing Content-Length", "bad Content-Length"};
constexpr Complaint kRepeatedLength{400, "Repeated Content-Length", "bad Content-Length"};
constexpr Complaint kBodyTooLarge{513, "Message Too Large", "body too large"};
constexpr Complaint kHeadTooLong{400, "Header block too long", "header block too long"};

Complaint ComplaintOf(ParseError error) {
  switch (error) {
    case ParseError::kStartLine:
      return {400, "Bad Request-Line", "not a SIP start line"};
    case ParseError::kVersion:
      return {505, "Version Not Supported", "SIP version"};
    case ParseError::kUriTooLong:
      return {414, "Request-URI Too Long", "Request-URI too long"};
    case ParseError::kStatus:
      return {400, "Bad Status-Line", "not a status"};
    case ParseError::kHeaderLine:
      return {400, "Bad header line", "malformed header line"};
    case ParseError::kLineTooLong:
      return {400, "Header line too long", "header line too long"};
    case ParseError::kTooManyHeaders:
      return {400, "Too many header lines", "too many header lines"};
  }
  return {400, "Bad Request", "malformed"};
}

// The one value of Content-Length, 1*DIGIT. SIP-5, T-20.
Result<std::uint64_t, Complaint> ContentLength(const Message& message) {
  const Header* found = nullptr;
  for (const Header& header : message.headers()) {
    if (header.id != HeaderName::kContentLength) continue;
    if (found != nullptr) return Fail(kRepeatedLength);
    found = &header;
  }
  if (found == nullptr) return Fail(kMissingLength);
  Cursor in(found->value);
  const std::optional<std::uint64_t> length = in.TakeNumber();
  if (!length || !in.AtEnd()) return Fail(kBadLength);
  return *length;
}

constexpr std::string_view kSip = "SIP/";

bool IsResponse(std::string_view head) {
  return EqualsIgnoreCase(head.substr(0, kSip.size()), kSip);
}

// Whether the first line of `text` speaks of SIP at all.
bool NamesSip(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  for (std::size_t at = line.find('/'); at != std::string_view::npos; at = line.find('/', at + 1)) {
    if (at >= 3 && EqualsIgnoreCase(line.substr(at - 3, kSip.size()), kSip)) return true;
  }
  return false;
}

// A response with an impossible status is of no use, but its other lines say where it ends.
Result<Response, ParseError> WithoutStatus(std::string_view head) {
  const std::size_t line = std::min(head.find("\r\n"), head.size());
  return Response::Parse("SIP/2.0 100 " + std::string(head.substr(line)), {});
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
    constexpr Complaint kLate{400, "Message not complete in time", "message not complete in time"};
    std::optional<Response> answer;
    if (const Request* request = head_ ? std::get_if<Request>(&*head_) : nullptr) {
      answer = MakeResponse(*request, kLate.status, StatelessTag(*request));
      answer->SetReason(kLate.reason);
    }
    return Break(std::move(answer), kLate.why);
  }
  std::optional<Event> event;
  for (std::size_t from = std::string::npos; !event && !broken_ && from != at_;) {
    from = at_;
    event = TakeNext();
  }
  if (broken_) return event;
  if (at_ == buffer_.size()) {
    buffer_.clear();
    at_ = 0;
  } else if (!event && at_ > 0) {  // once for all that was fed, so that no byte moves often
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

// Line ends between messages are no message (L-6 does not run). Two are a ping yet to be taken, so
// four bytes tell.
bool Framer::InMessage() const {
  return head_ || skip_ > 0 ||
         Rest().substr(0, 4).find_first_not_of("\r\n") != std::string_view::npos;
}

// nullopt: what is there is not complete, or something was dropped.
std::optional<Framer::Event> Framer::TakeNext() {
  const std::size_t skipped = std::min(skip_, buffer_.size() - at_);
  at_ += skipped;
  skip_ -= skipped;
  if (skip_ > 0) return std::nullopt;
  if (head_) return TakeBody();
  if (SkipLineEnds()) return KeepAlive{};
  return TakeHead();
}

// True if what was skipped was a ping. A single CRLF is a pong, or slack between messages.
bool Framer::SkipLineEnds() {
  const std::string_view rest = Rest();
  if (rest.starts_with("\r\n\r\n")) {
    at_ += 4;
    return true;
  }
  // "\r\n" may yet become a ping; it is skipped only once something else follows.
  if (rest.starts_with("\r\n") && rest.size() > 2 && rest[2] != '\r') at_ += 2;
  return false;
}

std::optional<Framer::Event> Framer::TakeHead() {
  const std::string_view rest = Rest();
  if (std::string_view("\r\n\r").starts_with(rest)) return std::nullopt;  // a ping may yet come
  const std::size_t end = FindHeadEnd(rest, searched_);
  if (end == std::string_view::npos ? rest.size() > kHeadBytesMax + 3 : end > kHeadBytesMax) {
    // Its last line may be cut: what it says is not what was meant.
    const std::string_view most = rest.substr(0, kHeadBytesMax);
    return Refuse(most.substr(0, most.rfind("\r\n")), kHeadTooLong);
  }
  if (end == std::string_view::npos) {
    // What is no SIP is told from its first line: HTTP and the like may never end a head (T-31).
    const std::size_t line_end =
        start_line_checked_ ? std::string_view::npos : rest.find('\n', searched_);
    start_line_checked_ = start_line_checked_ || line_end != std::string_view::npos;
    if (line_end != std::string_view::npos && !NamesSip(rest)) {
      return Break(std::nullopt, ComplaintOf(ParseError::kStartLine).why);
    }
    searched_ = rest.size() > 3 ? rest.size() - 3 : 0;
    return std::nullopt;
  }
  searched_ = 0;
  start_line_checked_ = false;
  at_ += end + 4;
  const std::string_view head = rest.substr(0, end);
  if (!IsResponse(head)) return TakeParsed(Request::Parse(head, {}), head);
  Result<Response, ParseError> response = Response::Parse(head, {});
  if (response || response.error() != ParseError::kStatus) {
    return TakeParsed(std::move(response), head);
  }
  // Dropped in silence (SIP-9), if it can be told where it ends.
  response = WithoutStatus(head);
  const Result<std::uint64_t, Complaint> length =
      response ? ContentLength(*response) : Fail(kBadLength);
  if (!length || *length > kSkippedBodyBytesMax) {
    return Break(std::nullopt, ComplaintOf(ParseError::kStatus).why);
  }
  skip_ = static_cast<std::size_t>(*length);
  return std::nullopt;
}

template <typename Parsed>
std::optional<Framer::Event> Framer::TakeParsed(Result<Parsed, ParseError> message,
                                                std::string_view head) {
  if (!message) {
    if (message.error() == ParseError::kStartLine && !NamesSip(head)) {
      return Break(std::nullopt, ComplaintOf(message.error()).why);
    }
    return Refuse(head, ComplaintOf(message.error()));
  }
  const Result<std::uint64_t, Complaint> length = ContentLength(*message);
  if (!length) return Refuse(head, length.error());
  if (*length > kBodyBytesMax) {
    std::optional<Response> answer =
        AnswerUnparsed(head, kBodyTooLarge.status, kBodyTooLarge.reason);
    if (*length > kSkippedBodyBytesMax || !answer)
      return Break(std::move(answer), kBodyTooLarge.why);
    skip_ = static_cast<std::size_t>(*length);
    return Refused{*std::move(answer), std::string(kBodyTooLarge.why)};
  }
  body_bytes_ = static_cast<std::size_t>(*length);
  if (buffer_.size() - at_ < body_bytes_) {
    head_.emplace(*std::move(message));
    return std::nullopt;
  }
  message->TakeBody(buffer_.substr(at_, body_bytes_));
  at_ += body_bytes_;
  return *std::move(message);
}

std::optional<Framer::Event> Framer::TakeBody() {
  if (buffer_.size() - at_ < body_bytes_) return std::nullopt;
  std::string body = buffer_.substr(at_, body_bytes_);
  at_ += body_bytes_;
  std::variant<Request, Response> message = *std::move(head_);
  head_.reset();
  return std::visit(
      [&](auto&& whole) -> Event {
        whole.TakeBody(std::move(body));
        return std::move(whole);
      },
      std::move(message));
}

Framer::Event Framer::Refuse(std::string_view head, const Complaint& complaint) {
  return Break(AnswerUnparsed(head, complaint.status, complaint.reason), complaint.why);
}

Framer::Event Framer::Break(std::optional<Response> answer, std::string_view why) {
  broken_ = true;
  read_by_ = TimePoint::max();
  std::string().swap(buffer_);
  at_ = 0;
  return Broken{std::move(answer), std::string(why)};
}

}  // namespace dragoman::sip
