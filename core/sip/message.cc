#include "core/sip/message.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/cursor.h"

namespace dragoman::sip {
namespace {

struct Compact {
  char letter;
  std::string_view name;
};
constexpr auto kCompact = std::to_array<Compact>({
    {'a', "Accept-Contact"},
    {'b', "Referred-By"},
    {'c', "Content-Type"},
    {'e', "Content-Encoding"},
    {'f', "From"},
    {'i', "Call-ID"},
    {'k', "Supported"},
    {'l', "Content-Length"},
    {'m', "Contact"},
    {'o', "Event"},
    {'r', "Refer-To"},
    {'s', "Subject"},
    {'t', "To"},
    {'u', "Allow-Events"},
    {'v', "Via"},
    {'x', "Session-Expires"},
});

bool IsTokenChar(char c) {
  return IsAlpha(c) || IsDigit(c) ||
         std::string_view("-.!%*_+`'~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

std::string OneLine(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return line;
}

// Folded lines become one: a line end followed by blanks is a blank (§7.3.1). In place, same
// length. False if a CR, LF or NUL stands where none may (T-20, T-21).
bool Unfold(std::string& head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\0') return false;
    if (head[i] == '\r' && (i + 1 == head.size() || head[i + 1] != '\n')) return false;
    if (head[i] != '\n') continue;
    if (i == 0 || head[i - 1] != '\r') return false;
    const bool folded = i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t');
    if (!folded) continue;
    head[i] = ' ';
    head[i - 1] = ' ';
  }
  return true;
}

}  // namespace

std::string_view LongName(std::string_view name) {
  if (name.size() != 1) return name;
  for (const Compact& compact : kCompact) {
    if (compact.letter == ToLower(name[0])) return compact.name;
  }
  return name;
}

Message::Message(const Message& other) { *this = other; }

Message& Message::operator=(const Message& other) {
  if (this == &other) return *this;
  head_.reset();
  owned_.clear();
  headers_.clear();
  for (const Header& header : other.headers_) {
    headers_.push_back({Keep(header.name), Keep(header.value)});
  }
  body_ = other.body_;
  return *this;
}

std::string_view Message::Keep(std::string_view text) { return owned_.emplace_back(text); }

std::string_view Message::Get(std::string_view name) const {
  for (const Header& header : headers_) {
    if (EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

std::size_t Message::Count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(headers_.begin(), headers_.end(),
                    [&](const Header& header) { return EqualsIgnoreCase(header.name, name); }));
}

std::vector<std::string_view> Message::List(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header& header : headers_) {
    if (!EqualsIgnoreCase(header.name, name)) continue;
    const std::vector<std::string_view> parts = SplitList(header.value);
    values.insert(values.end(), parts.begin(), parts.end());
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
  headers_.push_back({Keep(OneLine(name)), Keep(OneLine(value))});
}

void Message::Prepend(std::string_view name, std::string_view value) {
  const auto first = std::find_if(headers_.begin(), headers_.end(), [&](const Header& header) {
    return EqualsIgnoreCase(header.name, name);
  });
  const std::string_view kept_name = Keep(OneLine(name));
  headers_.insert(first, {kept_name, Keep(OneLine(value))});
}

void Message::Set(std::string_view name, std::string_view value) {
  Remove(name);
  Add(name, value);
}

void Message::Remove(std::string_view name) {
  std::erase_if(headers_,
                [&](const Header& header) { return EqualsIgnoreCase(header.name, name); });
}

void Message::SetBody(std::string_view content_type, std::string body) {
  Set("Content-Type", content_type);
  body_ = std::move(body);
}

void Message::AppendTo(std::string& out) const {
  for (const Header& header : headers_) {
    if (EqualsIgnoreCase(header.name, "Content-Length")) continue;
    out += header.name;
    out += ": ";
    out += header.value;
    out += "\r\n";
  }
  out += "Content-Length: " + std::to_string(body_.size()) + "\r\n\r\n";
  out += body_;
}

Result<std::string_view, ParseError> Message::ParseHead(std::string head) {
  if (!Unfold(head)) return Fail(ParseError::kHeaderLine);
  head_ = std::make_unique<std::string>(std::move(head));
  std::string_view rest = *head_;
  const auto next_line = [&rest] {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  };
  const std::string_view start_line = next_line();
  while (!rest.empty()) {
    const std::string_view line = next_line();
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return Fail(ParseError::kHeaderLine);
    std::string_view name = line.substr(0, colon);
    while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
    if (!IsToken(name)) return Fail(ParseError::kHeaderLine);
    if (headers_.size() == kHeaderLinesMax) return Fail(ParseError::kTooManyHeaders);
    headers_.push_back({LongName(name), Trim(line.substr(colon + 1))});
  }
  return start_line;
}

Result<Request, ParseError> Request::Parse(std::string head, std::string body) {
  Request request;
  Result<std::string_view, ParseError> line = request.ParseHead(std::move(head));
  if (!line) return Fail(line.error());
  // Request-Line = Method SP Request-URI SP SIP-Version, single spaces (SIP-3).
  const std::size_t first = line->find(' ');
  const std::size_t last = line->rfind(' ');
  if (first == std::string_view::npos || first == last) return Fail(ParseError::kStartLine);
  request.method_ = line->substr(0, first);
  request.uri_ = line->substr(first + 1, last - first - 1);
  const std::string_view version = line->substr(last + 1);
  if (!IsToken(request.method_) || request.uri_.empty() ||
      request.uri_.find_first_of(" \t<>") != std::string::npos) {
    return Fail(ParseError::kStartLine);
  }
  if (!EqualsIgnoreCase(version, "SIP/2.0")) {
    const bool sip = version.size() > 4 && EqualsIgnoreCase(version.substr(0, 4), "SIP/");
    return Fail(sip ? ParseError::kVersion : ParseError::kStartLine);
  }
  request.TakeBody(std::move(body));
  return request;
}

std::string Request::ToString() const {
  std::string out = method_ + " " + uri_ + " SIP/2.0\r\n";
  AppendTo(out);
  return out;
}

Result<Response, ParseError> Response::Parse(std::string head, std::string body) {
  Response response;
  Result<std::string_view, ParseError> line = response.ParseHead(std::move(head));
  if (!line) return Fail(line.error());
  // Status-Line = SIP-Version SP 3DIGIT SP Reason-Phrase
  if (line->size() < 11 || !EqualsIgnoreCase(line->substr(0, 8), "SIP/2.0 ")) {
    return Fail(ParseError::kStartLine);
  }
  Cursor in(line->substr(8));
  const std::string_view digits = in.TakeWhile(IsDigit);
  if (digits.size() != 3 || !(in.AtEnd() || in.Take(' '))) return Fail(ParseError::kStartLine);
  response.status_ = static_cast<std::uint16_t>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 +
                                                (digits[2] - '0'));
  if (response.status_ < 100 || response.status_ > 699) return Fail(ParseError::kStartLine);
  response.reason_ = in.Rest();
  response.TakeBody(std::move(body));
  return response;
}

std::string Response::ToString() const {
  std::string out = "SIP/2.0 " + std::to_string(status_) + " " + OneLine(reason_) + "\r\n";
  AppendTo(out);
  return out;
}

}  // namespace dragoman::sip
