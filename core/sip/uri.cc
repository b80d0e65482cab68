#include "core/sip/uri.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/base/utf8.h"

namespace dragoman::sip {
namespace {

bool IsUnreserved(char c) {
  return IsAlpha(c) || IsDigit(c) ||
         std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool IsHost(std::string_view host) {
  if (host.empty()) return false;
  if (host.front() == '[') {
    return host.size() > 2 && host.back() == ']' &&
           std::all_of(host.begin() + 1, host.end() - 1,
                       [](char c) { return HexDigitValue(c) >= 0 || c == ':' || c == '.'; });
  }
  if (host.front() == '.' || host.find("..") != std::string_view::npos) return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '-' || c == '.' || c == '_';
  });
}

// hostport = host [":" port]
Result<bool, UriError> ParseHostPort(std::string_view text, Uri& uri) {
  std::string_view host = text;
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    Cursor digits(text.substr(colon + 1));
    const std::optional<std::uint64_t> port = digits.TakeNumber();
    if (!port || !digits.AtEnd() || *port == 0 || *port > 65535) return Fail(UriError::kBadPort);
    uri.port = static_cast<std::uint16_t>(*port);
  }
  if (!IsHost(host)) return Fail(UriError::kBadHost);
  uri.host = LowerCase(host);
  if (uri.host.ends_with('.')) uri.host.pop_back();
  return !uri.host.empty() ? Result<bool, UriError>(true) : Fail(UriError::kBadHost);
}

Parameter ParseParameter(std::string_view part) {
  const std::size_t equals = part.find('=');
  Parameter parameter;
  parameter.name = Trim(part.substr(0, equals));
  if (equals != std::string_view::npos) {
    parameter.value = Trim(part.substr(equals + 1));
    parameter.has_value = true;
  }
  return parameter;
}

// Cuts at `separator` outside quoted strings and, if wanted, angle brackets.
std::vector<std::string_view> Split(std::string_view text, char separator, bool brackets) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  int depth = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (brackets && c == '<') {
      ++depth;
    } else if (brackets && c == '>') {
      --depth;
    } else if (c == separator && depth <= 0) {
      parts.push_back(Trim(text.substr(from, i - from)));
      from = i + 1;
    }
  }
  parts.push_back(Trim(text.substr(from)));
  return parts;
}

void AppendParameters(std::string& out, const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) {
    out += ';';
    out += parameter.name;
    if (parameter.has_value) {
      out += '=';
      out += parameter.value;
    }
  }
}

}  // namespace

const Parameter* FindParameter(const std::vector<Parameter>& parameters, std::string_view name) {
  for (const Parameter& parameter : parameters) {
    if (EqualsIgnoreCase(parameter.name, name)) return &parameter;
  }
  return nullptr;
}

bool IsUserRaw(char c) {  // user-unreserved of RFC 3261 §25.1
  return IsUnreserved(c) || std::string_view("&=+$,;?/").find(c) != std::string_view::npos;
}

bool IsParameterRaw(char c) {  // paramchar
  return IsUnreserved(c) || std::string_view("[]/:&+$").find(c) != std::string_view::npos;
}

Result<std::string, UriError> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const bool complete = i + 2 < text.size();
    const int high = complete ? HexDigitValue(text[i + 1]) : -1;
    const int low = complete ? HexDigitValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) return Fail(UriError::kBadEscape);
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!IsUtf8(decoded) || HasControl(decoded)) return Fail(UriError::kBadText);
  return decoded;
}

std::string PercentEncode(std::string_view text, bool (*raw)(char)) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (raw(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 15];
  }
  return encoded;
}

Result<Uri, UriError> Uri::Parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Fail(UriError::kMalformed);
  Uri uri;
  uri.scheme = LowerCase(text.substr(0, colon));
  if (uri.scheme != "sip" && uri.scheme != "sips" && uri.scheme != "im" && uri.scheme != "pres") {
    return Fail(UriError::kScheme);
  }
  std::string_view rest = text.substr(colon + 1);
  if (rest.find_first_of(" \t\r\n<>\"") != std::string_view::npos)
    return Fail(UriError::kMalformed);
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    std::string_view user = rest.substr(0, at);
    user = user.substr(0, user.find(':'));
    if (user.empty()) return Fail(UriError::kMalformed);
    Result<std::string, UriError> decoded = PercentDecode(user);
    if (!decoded) return Fail(decoded.error());
    uri.user = *std::move(decoded);
    rest = rest.substr(at + 1);
  }
  if (rest.find('@') != std::string_view::npos) return Fail(UriError::kMalformed);
  rest = rest.substr(0, rest.find('?'));  // headers are never followed
  const std::size_t semicolon = rest.find(';');
  if (auto host = ParseHostPort(rest.substr(0, semicolon), uri); !host) return Fail(host.error());
  if (semicolon != std::string_view::npos) {
    uri.parameters = ParseParameters(rest.substr(semicolon));
  }
  return uri;
}

std::string Uri::ToString() const {
  std::string text = scheme + ":";
  if (!user.empty()) text += PercentEncode(user, IsUserRaw) + "@";
  text += host;
  if (port != 0) text += ":" + std::to_string(port);
  AppendParameters(text, parameters);
  return text;
}

Result<NameAddr, UriError> NameAddr::Parse(std::string_view text) {
  text = Trim(text);
  NameAddr address;
  std::string_view display;
  if (!text.empty() && text.front() == '"') {
    std::size_t end = 1;
    while (end < text.size() && text[end] != '"') {
      if (text[end] == '\\') ++end;
      if (end < text.size()) address.display += text[end];
      ++end;
    }
    if (end >= text.size()) return Fail(UriError::kMalformed);
    text = Trim(text.substr(end + 1));
    if (text.empty() || text.front() != '<') return Fail(UriError::kMalformed);
  } else if (const std::size_t open = text.find('<'); open != std::string_view::npos) {
    display = Trim(text.substr(0, open));
    address.display = display;
    text = text.substr(open);
  }
  if (!text.empty() && text.front() == '<') {
    const std::size_t close = text.find('>');
    if (close == std::string_view::npos) return Fail(UriError::kMalformed);
    address.uri = Trim(text.substr(1, close - 1));
    text = Trim(text.substr(close + 1));
    if (!text.empty() && text.front() != ';') return Fail(UriError::kMalformed);
  } else {  // addr-spec: what follows the first ';' belongs to the header (RFC 3261 §20.10)
    const std::size_t semicolon = text.find(';');
    address.uri = Trim(text.substr(0, semicolon));
    text = semicolon == std::string_view::npos ? std::string_view{} : text.substr(semicolon);
  }
  if (address.uri.empty() || address.uri.find_first_of(" \t\r\n<>\"") != std::string::npos) {
    return Fail(UriError::kMalformed);
  }
  address.parameters = ParseParameters(text);
  return address;
}

std::string NameAddr::ToString() const {
  std::string text;
  if (!display.empty()) text = Quote(display);
  text += "<" + uri + ">";
  AppendParameters(text, parameters);
  return text;
}

std::string_view NameAddr::tag() const {
  const Parameter* parameter = FindParameter(parameters, "tag");
  return parameter != nullptr ? std::string_view(parameter->value) : std::string_view{};
}

std::vector<std::string_view> SplitList(std::string_view value) {
  std::vector<std::string_view> parts = Split(value, ',', true);
  std::erase_if(parts, [](std::string_view part) { return part.empty(); });
  return parts;
}

std::vector<Parameter> ParseParameters(std::string_view text) {
  std::vector<Parameter> parameters;
  const std::size_t semicolon = text.find(';');
  if (semicolon == std::string_view::npos) return parameters;
  for (const std::string_view part : Split(text.substr(semicolon + 1), ';', false)) {
    if (!part.empty()) parameters.push_back(ParseParameter(part));
  }
  return parameters;
}

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return quoted + "\"";
}

}  // namespace dragoman::sip
