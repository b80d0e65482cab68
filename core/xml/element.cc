#include "core/xml/element.h"

#include <algorithm>

namespace dragoman::xml {
namespace {

bool Matches(const Element& element, std::string_view ns, std::string_view name) {
  return (name.empty() || element.name() == name) && (ns.empty() || element.ns() == ns);
}

}  // namespace

std::string_view Element::Attr(std::string_view name, std::string_view ns) const {
  for (const Attribute& attribute : attributes_) {
    if (attribute.name == name && attribute.ns == ns) return attribute.value;
  }
  return {};
}

bool Element::HasAttribute(std::string_view name, std::string_view ns) const {
  return std::any_of(attributes_.begin(), attributes_.end(), [&](const Attribute& attribute) {
    return attribute.name == name && attribute.ns == ns;
  });
}

Element& Element::SetAttr(std::string_view name, std::string_view value, std::string_view ns) {
  for (Attribute& attribute : attributes_) {
    if (attribute.name == name && attribute.ns == ns) {
      attribute.value = value;
      return *this;
    }
  }
  attributes_.push_back({std::string(ns), std::string(name), std::string(value)});
  return *this;
}

Element& Element::Add(Element child) {
  content_.emplace_back(std::move(child));
  return *this;
}

Element& Element::AddText(std::string_view text) {
  if (text.empty()) return *this;
  if (!content_.empty()) {
    if (auto* last = std::get_if<std::string>(&content_.back())) {
      last->append(text);
      return *this;
    }
  }
  content_.emplace_back(std::string(text));
  return *this;
}

Element& Element::AddTextElement(std::string_view ns, std::string_view name,
                                 std::string_view text) {
  return Add(std::move(Element(ns, name).AddText(text)));
}

const Element* Element::Child(std::string_view ns, std::string_view name) const {
  for (const Node& node : content_) {
    const auto* child = std::get_if<Element>(&node);
    if (child != nullptr && Matches(*child, ns, name)) return child;
  }
  return nullptr;
}

std::vector<const Element*> Element::Children() const { return Children({}, {}); }

std::vector<const Element*> Element::Children(std::string_view ns, std::string_view name) const {
  std::vector<const Element*> found;
  for (const Node& node : content_) {
    const auto* child = std::get_if<Element>(&node);
    if (child != nullptr && Matches(*child, ns, name)) found.push_back(child);
  }
  return found;
}

std::string Element::Text() const {
  std::string text;
  for (const Node& node : content_) {
    if (const auto* part = std::get_if<std::string>(&node)) text += *part;
  }
  return text;
}

}  // namespace dragoman::xml
