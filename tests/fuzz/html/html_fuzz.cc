// Whatever the soup: text is UTF-8 and, escaped, comes back as it was; XHTML-IM is XML that reads
// back to an equal value, with recommended elements only, and converting it again changes nothing
// of its text.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/utf8.h"
#include "core/html/link.h"
#include "core/html/style.h"
#include "core/html/text.h"
#include "core/html/xhtml.h"
#include "core/xml/reader.h"

using namespace dragoman;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckProfile(const xml::Element& element, std::size_t depth) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"body", "a", "blockquote", "br", "cite", "em", "li", "ol", "p", "span", "strong", "ul"});
  Check(element.ns() == html::kXhtmlNs && depth <= html::kFormatsMax + html::kContainersMax + 2);
  Check(std::ranges::find(kNames, element.name()) != kNames.end());
  for (const xml::Attribute& attribute : element.attributes()) {
    if (attribute.name == "href") {
      Check(html::SafeLink(attribute.value) == attribute.value);
    } else {
      Check(attribute.name == "style" && html::SafeStyle(attribute.value) == attribute.value);
    }
  }
  const bool block = element.name() == "p" || element.name() == "body";
  for (const xml::Element* child : element.Children()) {
    if (element.name() == "ul" || element.name() == "ol") Check(child->name() == "li");
    if (element.name() == "p") Check(child->name() != "p" && child->name() != "ul");
    if (element.name() == "body") Check(child->name() != "span" && child->name() != "br");
    CheckProfile(*child, depth + 1);
  }
  if (element.name() == "body") Check(block && element.Text().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input =
      ReplaceNonXml(std::string_view(reinterpret_cast<const char*>(data), size));
  const std::string text = html::ToText(input);
  Check(IsUtf8(text) && ReplaceNonXml(text) == text);
  const auto body = html::ToXhtmlIm(input);
  if (!body) return 0;
  CheckProfile(*body, 1);
  const std::string printed = xml::Print(*body);
  Check(printed.size() <= html::kXhtmlBytesMax);
  const auto back = xml::ParseDocument(printed);
  Check(back && *back == *body);
  return 0;
}
