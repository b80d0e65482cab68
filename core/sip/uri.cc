#include "core/sip/uri.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/sip/char_class.h"
#include "core/sip/field_view.h"
#include "core/sip/host.h"

namespace dragoman::sip {
namespace {

bool IsUnreserved(char c) {
  return IsAlpha(c) || IsDigit(c) ||
         std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

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

// Without the escapes of a quoted string, and with a space for each control character: so it
// prints.
std::string Unquoted(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] == '\\' && i + 1 < text.size() ? text[++i] : text[i];
    plain += IsControl(c) ? ' ' : c;
  }
  return plain;
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
  std::size_t i = std::min(text.find('%'), text.size());
  decoded.reserve(text.size());
  decoded = text.substr(0, i);
  for (; i < text.size(); ++i) {
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
  if (std::any_of(decoded.begin(), decoded.end(), IsControl) || !IsUtf8(decoded)) {
    return Fail(UriError::kBadText);
  }
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
  const Result<UriView, UriError> view = UriView::Parse(text);
  if (!view) return Fail(view.error());
  Uri uri;
  uri.scheme = LowerCase(view->scheme);
  uri.user = *PercentDecode(view->user);
  uri.host = LowerHost(view->host);
  uri.port = view->port;
  if (!view->parameters.empty()) uri.parameters = ParseParameters(view->parameters);
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
  const Result<NameAddrView, UriError> view = NameAddrView::Parse(text);
  if (!view) return Fail(view.error());
  NameAddr address;
  address.display = Unquoted(view->display);
  address.uri = view->uri;
  ParameterReader parameters(view->parameters);
  while (const std::optional<ParameterView> parameter = parameters.Next()) {
    address.parameters.push_back(
        {std::string(parameter->name), std::string(parameter->value), parameter->has_value});
  }
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
  std::vector<std::string_view> parts;
  while (const std::optional<std::string_view> part = TakeListed(value)) parts.push_back(*part);
  return parts;
}

// More is forgiven here than in addresses and Via: what is asked for is often only one of many.
std::vector<Parameter> ParseParameters(std::string_view text) {
  std::vector<Parameter> parameters;
  const std::size_t semicolon = text.find(';');
  if (semicolon == std::string_view::npos) return parameters;
  std::size_t from = semicolon + 1;
  bool quoted = false;
  for (std::size_t i = from; i <= text.size(); ++i) {
    if (i == text.size() || (!quoted && text[i] == ';')) {
      const std::string_view part = Trim(text.substr(from, i - from));
      if (!part.empty()) parameters.push_back(ParseParameter(part));
      from = i + 1;
    } else if (quoted && text[i] == '\\' && i + 1 < text.size()) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    }
  }
  return parameters;
}

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += IsControl(c) ? ' ' : c;
  }
  return quoted + "\"";
}

}  // namespace dragoman::sip
