#include "core/xmpp/stream.h"

#include <array>
#include <optional>

#include "core/base/cursor.h"

namespace dragoman::xmpp {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kErrors = {  // in the order of the enumeration
    "bad-format"sv,           "connection-timeout"sv,
    "host-unknown"sv,         "improper-addressing"sv,
    "invalid-from"sv,         "invalid-namespace"sv,
    "not-authorized"sv,       "not-well-formed"sv,
    "policy-violation"sv,     "reset"sv,
    "resource-constraint"sv,  "restricted-xml"sv,
    "system-shutdown"sv,      "undefined-condition"sv,
    "unsupported-encoding"sv, "unsupported-stanza-type"sv,
    "unsupported-version"sv};

}  // namespace

std::string_view Name(StreamError error) { return kErrors.at(static_cast<std::size_t>(error)); }

StreamError FromXml(xml::XmlError error) {
  switch (error) {
    case xml::XmlError::kNotWellFormed:
      return StreamError::kNotWellFormed;
    case xml::XmlError::kRestricted:
      return StreamError::kRestrictedXml;
    case xml::XmlError::kUnsupportedEncoding:
      return StreamError::kUnsupportedEncoding;
    case xml::XmlError::kTooLarge:
      return StreamError::kPolicyViolation;
  }
  return StreamError::kNotWellFormed;
}

std::string PrintStreamError(StreamError error, std::string_view text) {
  constexpr std::string_view kNs = "urn:ietf:params:xml:ns:xmpp-streams";
  std::string out = "<stream:error>";
  out += xml::Print(xml::Element(kNs, Name(error)));
  if (!text.empty()) {
    xml::Element element(kNs, "text");
    element.SetAttr("lang", "en", xml::kXmlNamespace);
    out += xml::Print(element.AddText(text));
  }
  out += "</stream:error>";
  out += kStreamEnd;
  return out;
}

std::string Print(const StreamHeader& header) {
  std::string out =
      "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
      "xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback'";
  const auto attribute = [&out](std::string_view name, std::string_view value) {
    if (!value.empty())
      out.append(" ").append(name).append("='").append(xml::Escape(value)).append("'");
  };
  attribute("from", header.from);
  attribute("to", header.to);
  attribute("id", header.id);
  attribute("xml:lang", "en");
  if (header.has_version) attribute("version", "1.0");
  return out + ">";
}

PeerHeader ReadHeader(const xml::Element& root) {
  PeerHeader header;
  header.from = root.Attr("from");
  header.to = root.Attr("to");
  header.id = root.Attr("id");
  header.lang = root.lang();
  // Numbers, not text; a major version of 0 is as good as none (RFC 6120 §4.7.5).
  Cursor version(root.Attr("version"));
  const std::optional<std::uint32_t> major = version.TakeNumber();
  header.has_version = major && *major >= 1;
  header.good_namespace = root.Is(kStreamNs, "stream");
  return header;
}

}  // namespace dragoman::xmpp
