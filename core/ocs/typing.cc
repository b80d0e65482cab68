#include "core/ocs/typing.h"

#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::ocs {

std::optional<bool> ParseTyping(std::string_view text) {
  const Result<xml::Element, xml::XmlError> root = xml::ParseDocument(text);
  if (!root || root->name() != "KeyboardActivity") return std::nullopt;
  const xml::Element* status = root->Child({}, "status");
  if (status == nullptr) return std::nullopt;
  return status->Attr("status") == "type";
}

std::string PrintTyping(bool typing) {
  return std::string("<?xml version=\"1.0\"?>\r\n<KeyboardActivity>\r\n  <status status=\"") +
         (typing ? "type" : "idle") + "\"/>\r\n</KeyboardActivity>\r\n";
}

}  // namespace dragoman::ocs
