#include "core/sip/field_view.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/sip/byte_scan.h"
#include "core/sip/char_class.h"
#include "core/sip/host.h"

namespace dragoman::sip {
namespace {

// absoluteURI as far as it must be known: a scheme, a colon, something behind.
bool HasScheme(std::string_view uri) {
  if (uri.empty() || !IsAlpha(uri.front())) return false;
  const auto colon = std::find_if_not(uri.begin(), uri.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
  });
  return colon != uri.end() && *colon == ':' && colon + 1 != uri.end();
}

// Behind the quoted string that `text` begins with; npos if it does not end.
std::size_t QuotedEnd(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

std::string_view SkipBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

std::string_view Take(std::string_view& text, std::size_t size) {
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

std::string_view TakeAll(std::string_view& text, CharClass wanted) {
  std::size_t size = 0;
  while (size < text.size() && Is(text[size], wanted)) ++size;
  return Take(text, size);
}

// `separator` with blanks around it.
bool TakeSeparator(std::string_view& text, char separator) {
  const std::string_view at = SkipBlanks(text);
  if (at.empty() || at.front() != separator) return false;
  text = SkipBlanks(at.substr(1));
  return true;
}

// Sets `value` to that of the parameter `name`, which may stand there once (§7.3.1). False where
// the grammar is broken.
bool ReadParameters(std::string_view text, std::string_view name, std::string_view& value) {
  bool found = false;
  ParameterReader parameters(text);
  while (const std::optional<ParameterView> parameter = parameters.Next()) {
    if (!EqualsIgnoreCase(parameter->name, name)) continue;
    if (std::exchange(found, true)) return false;
    value = parameter->value;
  }
  return !parameters.bad();
}

}  // namespace

std::optional<ParameterView> ParameterReader::Break() {
  bad_ = true;
  rest_ = {};
  return std::nullopt;
}

std::optional<ParameterView> ParameterReader::Next() {
  if (SkipBlanks(rest_).empty()) return std::nullopt;
  if (!TakeSeparator(rest_, ';')) return Break();
  ParameterView parameter;
  parameter.name = TakeAll(rest_, kTokenChar);
  if (parameter.name.empty()) return Break();
  if (!TakeSeparator(rest_, '=')) return parameter;
  parameter.has_value = true;
  if (rest_.starts_with('"')) {
    const std::size_t end = QuotedEnd(rest_);
    if (end == std::string_view::npos) return Break();
    parameter.value = rest_.substr(0, end);
    rest_.remove_prefix(end);
  } else {
    parameter.value = Take(rest_, ValueBytes(rest_));
  }
  return parameter;
}

Result<NameAddrView, UriError> NameAddrView::Parse(std::string_view text) {
  text = Trim(text);
  NameAddrView address;
  const std::size_t quoted = text.starts_with('"') ? QuotedEnd(text) : 0;
  if (quoted == std::string_view::npos) return Fail(UriError::kMalformed);
  if (quoted > 0) {
    address.display = text.substr(1, quoted - 2);
    text = SkipBlanks(text.substr(quoted));
    if (!text.starts_with('<')) return Fail(UriError::kMalformed);
  } else if (const std::size_t open = text.find('<'); open != std::string_view::npos) {
    address.display = Trim(text.substr(0, open));
    text.remove_prefix(open);
    if (!AllAre(address.display, kDisplayChar)) return Fail(UriError::kMalformed);
  }
  if (text.starts_with('<')) {
    text.remove_prefix(1);
    address.uri = Take(text, UriBytes(text));
    if (!text.starts_with('>')) return Fail(UriError::kMalformed);
    text.remove_prefix(1);
  } else {  // addr-spec: parameters belong to the header, and it has no comma or '?' (§20.10)
    address.uri = Take(text, ValueBytes(text));
    if (address.uri.find('?') != std::string_view::npos) return Fail(UriError::kMalformed);
  }
  if (!HasScheme(address.uri)) return Fail(UriError::kMalformed);
  address.parameters = SkipBlanks(text);
  if (!ReadParameters(text, "tag", address.tag)) return Fail(UriError::kMalformed);
  return address;
}

std::optional<ViaView> ViaView::Parse(std::string_view text) {
  // sent-protocol LWS sent-by *( SEMI via-params ); blanks may stand around slashes and the colon.
  text = SkipBlanks(text);
  ViaView via;
  for (const std::string_view part : {"SIP", "2.0"}) {
    if (!EqualsIgnoreCase(TakeAll(text, kTokenChar), part) || !TakeSeparator(text, '/')) {
      return std::nullopt;
    }
  }
  via.transport = TakeAll(text, kTokenChar);
  const std::size_t blanks = text.size() - SkipBlanks(text).size();
  if (via.transport.empty() || blanks == 0) return std::nullopt;
  text.remove_prefix(blanks);
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    via.host = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
  } else {
    via.host = TakeAll(text, kHostChar);
  }
  if (!IsHost(via.host)) return std::nullopt;
  if (TakeSeparator(text, ':')) {
    via.port = static_cast<std::uint16_t>(PortOf(TakeAll(text, kTokenChar)));
    if (via.port == 0) return std::nullopt;
  }
  via.parameters = SkipBlanks(text);
  if (!ReadParameters(text, "branch", via.branch)) return std::nullopt;
  return via;
}

std::string ViaView::SentBy() const {
  std::string sent_by = LowerHost(host);
  if (port != 0) sent_by += ':' + std::to_string(port);
  return sent_by;
}

std::optional<std::string_view> TakeListed(std::string_view& list) {
  while (!list.empty()) {
    std::size_t at = 0;
    int depth = 0;
    for (;; ++at) {
      at += StopIn<'\0', ',', '"', '<', '>'>(list.substr(at));
      if (at == list.size() || (list[at] == ',' && depth <= 0)) break;
      if (list[at] == '"') {
        at += std::min(QuotedEnd(list.substr(at)), list.size() - at) - 1;
      } else {
        depth += list[at] == '<' ? 1 : list[at] == '>' ? -1 : 0;
      }
    }
    const std::string_view value = Trim(list.substr(0, at));
    list.remove_prefix(std::min(at + 1, list.size()));
    if (!value.empty()) return value;
  }
  return std::nullopt;
}

}  // namespace dragoman::sip
