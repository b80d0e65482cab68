#include "core/sip/iscomposing.h"

#include "core/base/ascii.h"
#include "core/sip/message.h"
#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::sip {
namespace {

constexpr std::string_view kNamespace = "urn:ietf:params:xml:ns:im-iscomposing";

}  // namespace

std::optional<IsComposing> ParseIsComposing(std::string_view text) {
  const Result<xml::Element, xml::XmlError> root = xml::ParseDocument(text);
  if (!root || !root->Is(kNamespace, "isComposing")) return std::nullopt;
  const xml::Element* state = root->Child(kNamespace, "state");
  const xml::Element* refresh = root->Child(kNamespace, "refresh");
  return IsComposing{
      .active = state != nullptr && Trim(state->Text()) == "active",
      .refresh = refresh != nullptr ? Seconds(refresh->Text()).value_or(0) : 0,
  };
}

std::string PrintIsComposing(bool active) {
  xml::Element root(kNamespace, "isComposing");
  root.AddTextElement(kNamespace, "state", active ? "active" : "idle");
  root.AddTextElement(kNamespace, "contenttype", "text/plain");
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" + xml::Print(root);
}

}  // namespace dragoman::sip
