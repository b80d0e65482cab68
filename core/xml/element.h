// An XML element as a value: name, namespace, attributes, and content in document order.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dragoman::xml {

inline constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

struct Attribute {
  std::string ns;  // empty for an attribute without prefix
  std::string name;
  std::string value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

class Element {
 public:
  using Node = std::variant<Element, std::string>;  // child element or text

  Element() = default;
  Element(std::string_view ns, std::string_view name) : ns_(ns), name_(name) {}

  const std::string& ns() const { return ns_; }
  const std::string& name() const { return name_; }
  bool Is(std::string_view ns, std::string_view name) const { return name_ == name && ns_ == ns; }

  const std::vector<Attribute>& attributes() const { return attributes_; }
  // The value of an attribute; empty if there is none (HasAttribute tells them apart).
  std::string_view Attr(std::string_view name, std::string_view ns = {}) const;
  bool HasAttribute(std::string_view name, std::string_view ns = {}) const;
  Element& SetAttr(std::string_view name, std::string_view value, std::string_view ns = {});
  std::string_view lang() const { return Attr("lang", kXmlNamespace); }

  const std::vector<Node>& content() const { return content_; }
  std::vector<Node>& content() { return content_; }
  Element& Add(Element child);
  Element& AddText(std::string_view text);
  // Adds <name>text</name> in `ns`.
  Element& AddTextElement(std::string_view ns, std::string_view name, std::string_view text);

  // The first child element of that name; nullptr if there is none. An empty `ns` or `name` means
  // any.
  const Element* Child(std::string_view ns, std::string_view name) const;
  std::vector<const Element*> Children() const;
  std::vector<const Element*> Children(std::string_view ns, std::string_view name) const;
  std::string Text() const;  // the text directly inside, joined

  friend bool operator==(const Element&, const Element&) = default;

 private:
  std::string ns_;
  std::string name_;
  std::vector<Attribute> attributes_;
  std::vector<Node> content_;
};

// The characters that would end a text or an attribute value, as entities.
std::string Escape(std::string_view text);

// The element as text. `inherited_ns` is the default namespace in force where it will stand, so
// that a stanza does not repeat its stream's. Namespaces of elements become default declarations;
// those of attributes get a prefix (xml: for the XML namespace).
std::string Print(const Element& element, std::string_view inherited_ns = {});

}  // namespace dragoman::xml
