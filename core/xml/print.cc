#include <string>

#include "core/xml/element.h"

namespace dragoman::xml {
namespace {

void AppendEscaped(std::string& out, std::string_view text) {
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
      case '\r':
        out += "&#13;";
        break;  // a reader would turn it into a line feed
      default:
        out += c;
    }
  }
}

void AppendAttribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "='";
  AppendEscaped(out, value);
  out += '\'';
}

void AppendElement(std::string& out, const Element& element, std::string_view inherited_ns) {
  out += '<';
  out += element.name();
  if (element.ns() != inherited_ns) AppendAttribute(out, "xmlns", element.ns());
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
      AppendElement(out, *child, element.ns());
    } else {
      AppendEscaped(out, std::get<std::string>(node));
    }
  }
  out += "</";
  out += element.name();
  out += '>';
}

}  // namespace

std::string Escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  AppendEscaped(out, text);
  return out;
}

std::string Print(const Element& element, std::string_view inherited_ns) {
  std::string out;
  AppendElement(out, element, inherited_ns);
  return out;
}

}  // namespace dragoman::xml
