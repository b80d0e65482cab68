#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/sip/char_class.h"
#include "core/sip/field_view.h"
#include "core/sip/host.h"

namespace dragoman::sip {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// hostport = host [":" port]
Result<bool, UriError> ParseHostPort(std::string_view text, UriView& uri) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    uri.port = static_cast<std::uint16_t>(PortOf(text.substr(colon + 1)));
    if (uri.port == 0) return Fail(UriError::kBadPort);
  }
  uri.host = text.substr(0, colon);
  if (!IsHost(uri.host)) return Fail(UriError::kBadHost);
  if (uri.host.ends_with('.')) uri.host.remove_suffix(1);
  return true;
}

// What is decoded into nothing that a name may not have; most names are not escaped at all.
std::optional<UriError> CheckUser(std::string_view user) {
  const auto plain = [](char c) {
    return c != '%' && static_cast<unsigned char>(c) < 0x80 && !IsControl(c);
  };
  if (user.empty()) return UriError::kMalformed;
  if (std::all_of(user.begin(), user.end(), plain)) return std::nullopt;
  const Result<std::string, UriError> decoded = PercentDecode(user);
  return decoded ? std::nullopt : std::optional(decoded.error());
}

}  // namespace

Result<UriView, UriError> UriView::Parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Fail(UriError::kMalformed);
  UriView uri;
  uri.scheme = text.substr(0, colon);
  const auto is_scheme = [&](std::string_view known) {
    return EqualsIgnoreCase(uri.scheme, known);
  };
  if (!is_scheme("sip") && !is_scheme("sips") && !is_scheme("im") && !is_scheme("pres")) {
    return Fail(UriError::kScheme);
  }
  std::string_view rest = text.substr(colon + 1);
  if (const std::size_t stop = UriBytes(rest); stop != rest.size()) {
    return Fail(IsControl(rest[stop]) ? UriError::kBadText : UriError::kMalformed);
  }
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    uri.user = rest.substr(0, at);
    uri.user = uri.user.substr(0, uri.user.find(':'));
    if (const std::optional<UriError> error = CheckUser(uri.user)) return Fail(*error);
    rest = rest.substr(at + 1);
  }
  if (rest.find('@') != std::string_view::npos) return Fail(UriError::kMalformed);
  rest = rest.substr(0, rest.find('?'));  // headers are never followed
  const std::size_t semicolon = rest.find(';');
  if (auto host = ParseHostPort(rest.substr(0, semicolon), uri); !host) return Fail(host.error());
  if (semicolon != std::string_view::npos) uri.parameters = rest.substr(semicolon);
  return uri;
}

}  // namespace dragoman::sip
