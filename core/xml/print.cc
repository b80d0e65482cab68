#include <cstdint>
#include <string>

#include "core/xml/element.h"

namespace dragoman::xml {
namespace {

enum class Place : std::uint8_t { kText, kAttribute };

void AppendEscaped(std::string& out, std::string_view text, Place place) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      case '\r':  // a reader would turn it into a line feed
        out += "&#13;";
        break;
      case '\n':  // and these, in an attribute, into spaces
        out += place == Place::kAttribute ? "&#10;" : "\n";
        break;
      case '\t':
        out += place == Place::kAttribute ? "&#9;" : "\t";
        break;
      default:
        out += c;
    }
  }
}

void AppendAttribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "='";
  AppendEscaped(out, value, Place::kAttribute);
  out += '\'';
}

void AppendElement(std::string& out, const Element& element, std::string_view inherited_ns) {
  // The XML namespace has its prefix from birth and must not be declared as the default.
  const bool is_xml = element.ns() == kXmlNamespace;
  const std::string name = is_xml ? "xml:" + element.name() : element.name();
  const std::string_view default_ns = is_xml ? inherited_ns : std::string_view(element.ns());
  out += '<';
  out += name;
  if (default_ns != inherited_ns) AppendAttribute(out, "xmlns", default_ns);
  int prefixes = 0;
  for (const Attribute& attribute : element.attributes()) {
    if (attribute.ns.empty()) {
      AppendAttribute(out, attribute.name, attribute.value);
    } else if (attribute.ns == kXmlNamespace) {
      AppendAttribute(out, "xml:" + attribute.name, attribute.value);
    } else {
      const std::string prefix = "n" + std::to_string(prefixes++);
      AppendAttribute(out, "xmlns:" + prefix, attribute.ns);
      AppendAttribute(out, prefix + ":" + attribute.name, attribute.value);
    }
  }
  if (element.content().empty()) {
    out += "/>";
    return;
  }
  out += '>';
  for (const Element::Node& node : element.content()) {
    if (const auto* child = std::get_if<Element>(&node)) {
      AppendElement(out, *child, default_ns);
    } else {
      AppendEscaped(out, std::get<std::string>(node), Place::kText);
    }
  }
  out += "</";
  out += name;
  out += '>';
}

}  // namespace

std::string Escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  AppendEscaped(out, text, Place::kAttribute);
  return out;
}

std::string Print(const Element& element, std::string_view inherited_ns) {
  std::string out;
  AppendElement(out, element, inherited_ns);
  return out;
}

}  // namespace dragoman::xml
