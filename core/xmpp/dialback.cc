#include "core/xmpp/dialback.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/digest.h"

namespace dragoman::xmpp {

std::string DialbackKey(std::string_view secret, const DialbackPair& pair) {
  // The HMAC's key is the hexadecimal text of the digest, not its bytes (DB-1).
  const std::string key = HexEncode(Sha256(secret));
  return HexEncode(HmacSha256(key, pair.receiving + " " + pair.sender + " " + pair.stream_id));
}

bool IsDialbackKey(const std::vector<std::string>& secrets, const DialbackPair& pair,
                   std::string_view key) {
  return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return EqualsInConstantTime(DialbackKey(secret, pair), Trim(key));
  });
}

std::string Print(const DialbackElement& element) {
  std::string text = "<db:" + element.name + " from='" + xml::Escape(element.from) + "' to='" +
                     xml::Escape(element.to) + "'";
  if (!element.id.empty()) text += " id='" + xml::Escape(element.id) + "'";
  if (!element.type.empty()) text += " type='" + xml::Escape(element.type) + "'";
  if (element.key.empty() && !element.error) return text + "/>";
  text += ">";
  text += xml::Escape(element.key);
  if (element.error) {
    xml::Element error(kServerNs, "error");
    error.SetAttr("type", "cancel");
    error.Add(xml::Element(kStanzasNs, Name(*element.error)));
    if (!element.error_text.empty()) {
      error.Add(std::move(xml::Element(kStanzasNs, "text").AddText(element.error_text)));
    }
    text += xml::Print(error, kServerNs);
  }
  return text + "</db:" + element.name + ">";
}

std::optional<DialbackElement> ParseDialback(const xml::Element& element) {
  if (element.ns() != kDialbackNs || (element.name() != "result" && element.name() != "verify")) {
    return std::nullopt;
  }
  DialbackElement parsed;
  parsed.name = element.name();
  parsed.from = element.Attr("from");
  parsed.to = element.Attr("to");
  parsed.id = element.Attr("id");
  parsed.type = element.Attr("type");
  if (parsed.from.empty() || parsed.to.empty()) return std::nullopt;
  parsed.key = Trim(element.Text());
  if (const xml::Element* error = element.Child({}, "error")) {
    parsed.error = Condition::kUndefinedCondition;
    for (const xml::Element* child : error->Children(kStanzasNs, {})) {
      if (child->name() != "text") parsed.error = ConditionFromName(child->name());
    }
  }
  return parsed;
}

}  // namespace dragoman::xmpp
