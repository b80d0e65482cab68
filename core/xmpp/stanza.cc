#include "core/xmpp/stanza.h"

#include <array>

namespace dragoman::xmpp {
namespace {

using std::string_view_literals::operator""sv;

// In the order of the enumerations.
constexpr std::array kConditions = {"bad-request"sv,
                                    "conflict"sv,
                                    "feature-not-implemented"sv,
                                    "forbidden"sv,
                                    "gone"sv,
                                    "internal-server-error"sv,
                                    "item-not-found"sv,
                                    "jid-malformed"sv,
                                    "not-acceptable"sv,
                                    "not-allowed"sv,
                                    "not-authorized"sv,
                                    "policy-violation"sv,
                                    "recipient-unavailable"sv,
                                    "redirect"sv,
                                    "registration-required"sv,
                                    "remote-server-not-found"sv,
                                    "remote-server-timeout"sv,
                                    "resource-constraint"sv,
                                    "service-unavailable"sv,
                                    "subscription-required"sv,
                                    "undefined-condition"sv,
                                    "unexpected-request"sv};
constexpr std::array kTypes = {"auth"sv, "cancel"sv, "continue"sv, "modify"sv, "wait"sv};

}  // namespace

std::string_view Name(Condition condition) {
  return kConditions.at(static_cast<std::size_t>(condition));
}

std::string_view Name(ErrorType type) { return kTypes.at(static_cast<std::size_t>(type)); }

Condition ConditionFromName(std::string_view name) {
  for (std::size_t i = 0; i < kConditions.size(); ++i) {
    if (kConditions.at(i) == name) return static_cast<Condition>(i);
  }
  return Condition::kUndefinedCondition;
}

std::optional<StanzaError> ErrorOf(const xml::Element& stanza) {
  const xml::Element* element = stanza.Child(stanza.ns(), "error");
  if (element == nullptr) return std::nullopt;
  StanzaError error;
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes.at(i) == element->Attr("type")) error.type = static_cast<ErrorType>(i);
  }
  for (const xml::Element* child : element->Children(kStanzasNs, {})) {
    if (child->name() == "text") {
      error.text = child->Text();
      continue;
    }
    error.condition = ConditionFromName(child->name());
    error.address = child->Text();
  }
  return error;
}

xml::Element ErrorReply(const xml::Element& stanza, const StanzaError& error) {
  xml::Element reply =
      MakeStanza(stanza.name(), stanza.Attr("to"), stanza.Attr("from"), stanza.Attr("id"), "error");
  xml::Element body(kServerNs, "error");
  body.SetAttr("type", Name(error.type));
  body.AddTextElement(kStanzasNs, Name(error.condition), error.address);
  if (!error.text.empty()) {
    xml::Element text(kStanzasNs, "text");
    text.SetAttr("lang", "en", xml::kXmlNamespace);
    text.AddText(error.text);
    body.Add(std::move(text));
  }
  reply.Add(std::move(body));
  return reply;
}

xml::Element MakeStanza(std::string_view name, std::string_view from, std::string_view to,
                        std::string_view id, std::string_view type) {
  xml::Element stanza(kServerNs, name);
  stanza.SetAttr("from", from);
  stanza.SetAttr("to", to);
  if (!id.empty()) stanza.SetAttr("id", id);
  if (!type.empty()) stanza.SetAttr("type", type);
  return stanza;
}

bool IsStanza(const xml::Element& element) {
  return element.ns() == kServerNs &&
         (element.name() == "message" || element.name() == "presence" || element.name() == "iq");
}

}  // namespace dragoman::xmpp
