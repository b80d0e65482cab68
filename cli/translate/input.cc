#include "cli/translate/input.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "core/base/ascii.h"
#include "core/xml/reader.h"

namespace dragoman::cli {
namespace {

constexpr std::string_view kRoot =
    "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>";

bool IsContentLength(std::string_view line) {
  const std::string_view name = Trim(line.substr(0, line.find(':')));
  return EqualsIgnoreCase(name, "Content-Length") || EqualsIgnoreCase(name, "l");
}

std::string WithCrLf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

std::string_view StreamError(xml::XmlError error) {
  switch (error) {
    case xml::XmlError::kNotWellFormed:
      return "not-well-formed";
    case xml::XmlError::kRestricted:
      return "restricted-xml";
    case xml::XmlError::kUnsupportedEncoding:
      return "unsupported-encoding";
    case xml::XmlError::kTooLarge:
      return "policy-violation";
  }
  return "not-well-formed";
}

}  // namespace

std::string SipBytes(std::string_view text) {
  if (text.find('\r') != std::string_view::npos) return std::string(text);
  while (text.starts_with('\n')) text.remove_prefix(1);
  if (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t split = text.find("\n\n");
  std::string_view head = text.substr(0, split);
  const std::string body =
      split == std::string_view::npos ? std::string() : WithCrLf(text.substr(split + 2));
  while (head.ends_with('\n')) head.remove_suffix(1);
  std::string out;
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(head.size(), line.size() + 1));
    if (!IsContentLength(line)) out.append(line).append("\r\n");
  }
  return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Result<xml::Element, std::string> ParseStanza(std::string_view text) {
  xml::StreamReader reader(xml::kAuthenticated);
  reader.Feed(kRoot);
  std::optional<xml::Element> stanza;
  for (xml::StreamReader::Event& event : reader.Feed(Trim(text))) {
    if (auto* found = std::get_if<xml::StreamReader::Stanza>(&event)) {
      if (stanza) return Fail(std::string("more than one stanza"));
      stanza = std::move(found->element);
    } else if (const auto* failed = std::get_if<xml::StreamReader::Failed>(&event)) {
      return Fail("the gateway ends the stream: " + std::string(StreamError(failed->error)));
    } else {
      return Fail(std::string("the stream ends where a stanza was expected"));
    }
  }
  if (!stanza) return Fail(std::string("not a whole stanza"));
  return *std::move(stanza);
}

bool LooksLikeSip(std::string_view text) { return !Trim(text).starts_with('<'); }

}  // namespace dragoman::cli
