#include "cli/translate/exchange.h"

#include "cli/print/json.h"
#include "core/base/ascii.h"
#include "core/translate/text.h"

namespace dragoman::cli {
namespace {

std::string_view Direction(Line::What what) {
  switch (what) {
    case Line::What::kToSip:
      return "# to SIP:";
    case Line::What::kToXmpp:
      return "# to XMPP:";
    case Line::What::kAssumed:
      return "# from SIP, assumed:";
    case Line::What::kAnswer:
      return "# to the sender:";
  }
  return "";
}

// Without what would steer a terminal: XML forbids the C0 controls, the C1 are taken out here.
std::string Shown(std::string_view text) {
  std::string shown;
  const std::string clean = translate::XmlText(text);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const bool c1 = clean[i] == '\xC2' && static_cast<unsigned char>(clean[i + 1]) < 0xA0;
    shown += c1 ? std::string_view("\uFFFD") : std::string_view(clean).substr(i, 1);
    if (c1) ++i;
  }
  return shown;
}

}  // namespace

std::string PrintExchange(const Exchange& exchange) {
  std::string text;
  for (const Line& line : exchange.lines) {
    if (!text.empty()) text += '\n';
    text += Direction(line.what);
    text += '\n';
    const std::string shown = Shown(line.text);
    text += shown.substr(0, shown.find_last_not_of('\n') + 1);
    text += '\n';
  }
  if (!exchange.dropped.empty()) {
    if (!text.empty()) text += '\n';
    text += "# dropped: " + translate::SingleLine(exchange.dropped) + "\n";
  }
  return text.empty() ? "# accepted; nothing is sent\n" : text;
}

std::string PrintExchangeJson(const Exchange& exchange) {
  std::vector<std::string> sent;
  std::string answer;
  for (const Line& line : exchange.lines) {
    switch (line.what) {
      case Line::What::kToSip:
      case Line::What::kToXmpp: {
        const bool sip = line.what == Line::What::kToSip;
        sent.push_back(
            JsonObject().Add("to", sip ? "sip" : "xmpp").Add("text", line.text).ToString());
        break;
      }
      case Line::What::kAnswer:
        answer += line.text;
        break;
      case Line::What::kAssumed:
        break;
    }
  }
  JsonObject object;
  object.AddValue("sent", JsonArray(sent))
      .AddValue("answer", answer.empty() ? "null" : JsonString(answer))
      .AddValue("accepted", exchange.accepted ? "true" : "false");
  if (!exchange.dropped.empty()) object.Add("dropped", exchange.dropped);
  return object.ToString() + "\n";
}

std::string PrintErrorJson(std::string_view error) {
  return JsonObject().Add("error", error).ToString() + "\n";
}

}  // namespace dragoman::cli
