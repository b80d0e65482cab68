#include "core/sip/message.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/sip/char_class.h"
#include "core/sip/head_lines.h"

namespace dragoman::sip {
namespace {

constexpr std::size_t kBlockBytes = 512;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// No value can start a header (T-23).
template <typename Text>
void MakeOneLine(Text from, Text to) {
  std::replace_if(
      from, to, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
}

// Whether `header` has that name; `id` is the name's.
bool Has(const Header& header, HeaderName id, std::string_view name) {
  return header.id == id && (id != HeaderName::kOther || EqualsIgnoreCase(header.name, name));
}

void AppendList(std::string_view value, std::vector<std::string_view>& values) {
  const std::vector<std::string_view> parts = SplitList(value);
  values.insert(values.end(), parts.begin(), parts.end());
}

}  // namespace

Message::Message(const Message& other) { *this = other; }

Message& Message::operator=(const Message& other) {
  if (this == &other) return *this;
  std::size_t bytes = 0;
  for (const Header& header : other.headers_) bytes += header.name.size() + header.value.size();
  std::vector<char> block;
  block.reserve(bytes);
  std::vector<std::vector<char>> blocks;
  blocks.push_back(std::move(block));
  head_.clear();
  blocks_ = std::move(blocks);
  headers_.clear();
  headers_.reserve(other.headers_.size());
  for (const Header& header : other.headers_) {
    headers_.push_back(Make(header.name, header.value));
  }
  body_ = other.body_;
  return *this;
}

std::string_view Message::Keep(std::string_view text) {
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size()) {
    blocks_.emplace_back().reserve(std::max(kBlockBytes, text.size()));
  }
  std::vector<char>& block = blocks_.back();
  const std::size_t at = block.size();
  block.insert(block.end(), text.begin(), text.end());
  MakeOneLine(block.begin() + static_cast<std::ptrdiff_t>(at), block.end());
  return {block.data() + at, text.size()};
}

Header Message::Make(std::string_view name, std::string_view value) {
  const HeaderName id = HeaderNameOf(name);
  const std::string_view text = Text(id);
  return {name == text ? text : Keep(name), Keep(value), id};
}

std::string_view Message::Get(HeaderName name) const {
  for (const Header& header : headers_) {
    if (header.id == name) return header.value;
  }
  return {};
}

std::string_view Message::Get(std::string_view name) const {
  const HeaderName id = HeaderNameOf(name);
  for (const Header& header : headers_) {
    if (Has(header, id, name)) return header.value;
  }
  return {};
}

std::size_t Message::Count(HeaderName name) const {
  return static_cast<std::size_t>(
      std::count_if(headers_.begin(), headers_.end(),
                    [name](const Header& header) { return header.id == name; }));
}

std::size_t Message::Count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      headers_.begin(), headers_.end(),
      [&, id = HeaderNameOf(name)](const Header& header) { return Has(header, id, name); }));
}

std::vector<std::string_view> Message::List(HeaderName name) const {
  std::vector<std::string_view> values;
  for (const Header& header : headers_) {
    if (header.id == name) AppendList(header.value, values);
  }
  return values;
}

std::vector<std::string_view> Message::List(std::string_view name) const {
  const HeaderName id = HeaderNameOf(name);
  std::vector<std::string_view> values;
  for (const Header& header : headers_) {
    if (Has(header, id, name)) AppendList(header.value, values);
  }
  return values;
}

bool Message::Lists(std::string_view name, std::string_view token) const {
  const std::vector<std::string_view> values = List(name);
  return std::any_of(values.begin(), values.end(), [&](std::string_view value) {
    return EqualsIgnoreCase(Trim(value.substr(0, value.find(';'))), token);
  });
}

void Message::Add(std::string_view name, std::string_view value) {
  headers_.push_back(Make(name, value));
}

void Message::Prepend(std::string_view name, std::string_view value) {
  const Header made = Make(name, value);
  const auto first = std::find_if(headers_.begin(), headers_.end(),
                                  [&](const Header& header) { return Has(header, made.id, name); });
  headers_.insert(first, made);
}

void Message::Set(std::string_view name, std::string_view value) {
  const Header made = Make(name, value);  // first: `value` may be a view of what is replaced
  Remove(name);
  headers_.push_back(made);
}

void Message::Remove(std::string_view name) {
  std::erase_if(headers_, [&, id = HeaderNameOf(name)](const Header& header) {
    return Has(header, id, name);
  });
}

void Message::SetBody(std::string_view content_type, std::string body) {
  Set("Content-Type", content_type);
  body_ = std::move(body);
}

void Message::AppendTo(std::string& out) const {
  for (const Header& header : headers_) {
    if (header.id == HeaderName::kContentLength) continue;
    out += header.name;
    out += ": ";
    out += header.value;
    out += "\r\n";
  }
  out += "Content-Length: " + std::to_string(body_.size()) + "\r\n\r\n";
  out += body_;
}

HeadLines Message::Take(std::string_view head) {
  head_.assign(head.begin(), head.end());
  return {head_.data(), head_.size()};
}

std::optional<ParseError> Message::ParseHeaders(HeadLines& lines) {
  constexpr std::size_t kUsualLineBytes = 48;
  headers_.resize(std::min(kHeaderLinesMax, head_.size() / kUsualLineBytes + 4));
  std::size_t count = 0;
  while (const std::optional<HeadLines::Line> line = lines.Next()) {
    if (!line->clean) return ParseError::kHeaderLine;
    const char* const from = line->text.data();
    const char* const end = from + line->text.size();
    const char* name_end = from;
    while (name_end != end && Is(*name_end, kTokenChar)) ++name_end;
    const char* colon = name_end;
    while (colon != end && IsBlank(*colon)) ++colon;
    if (name_end == from || colon == end || *colon != ':') return ParseError::kHeaderLine;
    if (line->text.size() > kHeaderLineBytesMax) return ParseError::kLineTooLong;
    if (count == kHeaderLinesMax) return ParseError::kTooManyHeaders;
    if (count == headers_.size()) headers_.resize(std::min(kHeaderLinesMax, 2 * count));
    const std::string_view name(from, static_cast<std::size_t>(name_end - from));
    const HeaderName id = HeaderNameOf(name);
    const bool compact = name.size() == 1 && id != HeaderName::kOther;
    Header& header = headers_[count++];
    header.name = compact ? Text(id) : name;
    const char* value_end = end;
    do {
      ++colon;
    } while (colon != end && IsBlank(*colon));
    while (value_end != colon && IsBlank(value_end[-1])) --value_end;
    header.value = std::string_view(colon, static_cast<std::size_t>(value_end - colon));
    header.id = id;
  }
  headers_.resize(count);
  return std::nullopt;
}

Request::Request(std::string method, std::string uri)
    : method_(std::move(method)), uri_(std::move(uri)) {
  MakeOneLine(method_.begin(), method_.end());
  MakeOneLine(uri_.begin(), uri_.end());
}

// Request-Line = Method SP Request-URI SP SIP-Version, single spaces (SIP-3).
Result<Request, ParseError> Request::Parse(std::string_view head, std::string body) {
  Request request;
  HeadLines lines = request.Take(head);
  const std::optional<HeadLines::Line> line = lines.Next();
  if (!line || !line->clean) return Fail(ParseError::kStartLine);
  const std::size_t first = line->text.find(' ');
  const std::size_t last = line->text.rfind(' ');
  if (first == std::string_view::npos || first == last) return Fail(ParseError::kStartLine);
  const std::string_view method = line->text.substr(0, first);
  const std::string_view uri = line->text.substr(first + 1, last - first - 1);
  const std::string_view version = line->text.substr(last + 1);
  if (!IsToken(method) || uri.empty() || UriBytes(uri) != uri.size()) {
    return Fail(ParseError::kStartLine);
  }
  if (!EqualsIgnoreCase(version, "SIP/2.0")) {
    const bool sip = version.size() > 4 && EqualsIgnoreCase(version.substr(0, 4), "SIP/");
    return Fail(sip ? ParseError::kVersion : ParseError::kStartLine);
  }
  if (uri.size() > kRequestUriBytesMax) return Fail(ParseError::kUriTooLong);
  request.method_ = method;
  request.uri_ = uri;
  if (const std::optional<ParseError> error = request.ParseHeaders(lines)) return Fail(*error);
  request.TakeBody(std::move(body));
  return request;
}

std::string Request::ToString() const {
  std::string out = method_ + " " + uri_ + " SIP/2.0\r\n";
  AppendTo(out);
  return out;
}

// Status-Line = SIP-Version SP 3DIGIT SP Reason-Phrase; a missing last SP is tolerated.
Result<Response, ParseError> Response::Parse(std::string_view head, std::string body) {
  Response response;
  HeadLines lines = response.Take(head);
  const std::optional<HeadLines::Line> line = lines.Next();
  constexpr std::string_view kVersion = "SIP/2.0 ";
  if (!line || !line->clean || !EqualsIgnoreCase(line->text.substr(0, kVersion.size()), kVersion)) {
    return Fail(ParseError::kStartLine);
  }
  Cursor in(line->text.substr(kVersion.size()));
  const std::string_view digits = in.TakeWhile(IsDigit);
  if (digits.empty() || !(in.AtEnd() || in.Take(' '))) return Fail(ParseError::kStartLine);
  if (digits.size() != 3 || digits[0] < '1' || digits[0] > '6') return Fail(ParseError::kStatus);
  if (line->text.size() > kHeaderLineBytesMax) return Fail(ParseError::kLineTooLong);
  response.status_ = static_cast<std::uint16_t>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 +
                                                (digits[2] - '0'));
  response.reason_ = in.Rest();
  if (const std::optional<ParseError> error = response.ParseHeaders(lines)) return Fail(*error);
  response.TakeBody(std::move(body));
  return response;
}

Response::Response(std::uint16_t status, std::string_view reason) : status_(status) {
  SetReason(reason);
}

void Response::SetReason(std::string_view reason) {
  reason_ = reason;
  MakeOneLine(reason_.begin(), reason_.end());
}

std::string Response::ToString() const {
  std::string out = "SIP/2.0 " + std::to_string(status_) + " " + reason_ + "\r\n";
  AppendTo(out);
  return out;
}

}  // namespace dragoman::sip
