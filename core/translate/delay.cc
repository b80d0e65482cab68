#include "core/translate/delay.h"

#include "core/base/timestamp.h"
#include "core/xmpp/stanza.h"

namespace dragoman::translate {

std::string WithDelay(std::string message, std::string_view from, WallTime when) {
  constexpr std::string_view kEnd = "</message>";
  if (!message.starts_with("<message") || !message.ends_with(kEnd)) return message;
  xml::Element delay(xmpp::kDelayNs, "delay");
  delay.SetAttr("from", from).SetAttr("stamp", PrintTimestamp(when));
  message.insert(message.size() - kEnd.size(), xml::Print(delay));
  return message;
}

}  // namespace dragoman::translate
