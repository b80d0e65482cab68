#include "core/translate/refusal.h"

#include <string>

#include "core/translate/errors.h"
#include "core/translate/text.h"

namespace dragoman::translate {

xmpp::StanzaError RefusalOf(const envelope::Outcome& outcome) {
  const XmppError error = XmppErrorOf(outcome);
  std::string text(policy::Name(outcome.reason));
  text += ": ";
  text += policy::Text(outcome.reason);
  if (outcome.sip_status != 0 || !outcome.text.empty()) {
    text += " (";
    if (outcome.sip_status != 0) text += std::to_string(outcome.sip_status);
    if (outcome.sip_status != 0 && !outcome.text.empty()) text += ' ';
    text += XmlText(SingleLine(outcome.text));
    text += ')';
  }
  return {.type = error.type, .condition = error.condition, .text = std::move(text), .address = {}};
}

xmpp::StanzaError RefusalOf(policy::Reason reason) {
  envelope::Outcome outcome;
  outcome.reason = reason;
  return RefusalOf(outcome);
}

}  // namespace dragoman::translate
