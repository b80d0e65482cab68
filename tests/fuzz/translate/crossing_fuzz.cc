// Whatever a field of one protocol holds, it stays a field in the other: the count of header lines
// is what was meant, the stanza parses back, and the addresses are those of the envelope (T-23).
//
// Input: fields separated by NUL, put into a stanza and into a request (the seventh as its type).
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/utf8.h"
#include "core/html/xhtml.h"
#include "core/translate/address.h"
#include "core/translate/sip_intake.h"
#include "core/translate/sip_outgoing.h"
#include "core/translate/xmpp_intake.h"
#include "core/translate/xmpp_outgoing.h"
#include "core/xml/reader.h"
#include "core/xmpp/stanza.h"

namespace {

using namespace dragoman;

class FixedRandom : public RandomSource {
 public:
  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = 0x5A;
  }
};

void Check(bool holds) {
  if (!holds) std::abort();
}

policy::Settings Sample() {
  policy::Settings settings;
  settings.sip.domains = {"contoso.com"};
  settings.sip.fqdn = "gw.contoso.com";
  settings.sip.receipts = true;
  settings.xmpp.dialback_secrets = {"secret"};
  policy::Partner partner;
  partner.domains = {"jabber.example.com"};
  partner.xhtml = true;
  settings.partners.push_back(partner);
  return settings;
}

std::string_view Field(const std::vector<std::string_view>& fields, std::size_t n) {
  return n < fields.size() ? fields[n] : std::string_view();
}

void ToSip(const std::vector<std::string_view>& fields, const policy::Settings& settings) {
  const auto text = [&](std::size_t n) { return ReplaceNonXml(Field(fields, n)); };
  FixedRandom random;
  xml::Element stanza = xmpp::MakeStanza("message", "juliet@jabber.example.com/" + text(0),
                                         "romeo@contoso.com", text(1), "chat");
  xml::Element body(xmpp::kServerNs, "body");
  body.SetAttr("lang", text(2), xml::kXmlNamespace).AddText(text(3));
  stanza.Add(std::move(body));
  stanza.AddTextElement(xmpp::kServerNs, "subject", text(4));
  stanza.AddTextElement(xmpp::kServerNs, "thread", text(5));
  if (!text(7).empty()) stanza.Add(xml::Element(xmpp::kReceiptsNs, "request"));
  const auto intake = translate::ReceiveStanza(stanza, {settings, random, {}, text(6)});
  const auto* event = std::get_if<translate::XmppEvent>(&intake);
  if (event == nullptr || event->message.header.kind != envelope::Kind::kChat) return;
  const auto chat = envelope::Decode<envelope::Chat>(event->message.payload);
  Check(chat.has_value());
  const auto sent =
      translate::ComposeSip(event->message.header, {{}, *chat}, {settings, random, {}});
  if (!sent) return;
  const std::string bytes = sent->request.ToString();
  const std::size_t end = bytes.find("\r\n\r\n");
  const auto back = sip::Request::Parse(bytes.substr(0, end), bytes.substr(end + 4));
  Check(back.has_value());
  Check(!sip::Validate(*back));
  Check(back->Count("Via") == 1 && back->Count("Route") == 0 && back->Count("Subject") <= 1);
  const auto from = sip::NameAddr::Parse(back->Get("From"));
  Check(from && from->tag() == sent->dialog.local_tag);
  const auto address = translate::ParseSipAddress(from->uri);
  Check(address && *address == event->message.header.from);
}

// What stands beside the body is XHTML-IM and nothing else.
void CheckRendition(const xml::Element& stanza) {
  const xml::Element* rendition = stanza.Child(xmpp::kXhtmlImNs, "html");
  if (rendition == nullptr) return;
  Check(rendition->Children().size() == 1 && rendition->Child(html::kXhtmlNs, "body") != nullptr);
  Check(stanza.Child(xmpp::kServerNs, "body") != nullptr);
}

void ToXmpp(const std::vector<std::string_view>& fields, const policy::Settings& settings) {
  FixedRandom random;
  const std::string_view user = Field(fields, 0);
  sip::Request request("MESSAGE", "sip:juliet@jabber.example.com");
  request.Add("Via", "SIP/2.0/TLS e:5061;branch=z9hG4bK1");
  request.Add("From",
              sip::Quote(Field(fields, 1)) + "<sip:" + std::string(user) + "@contoso.com>;tag=1");
  request.Add("To", "<sip:juliet@jabber.example.com>");
  request.Add("Call-ID", Field(fields, 2));
  request.Add("CSeq", "1 MESSAGE");
  request.Add("Subject", Field(fields, 4));
  request.Add("Content-Language", Field(fields, 5));
  const std::string_view type = Field(fields, 6);
  request.SetBody(type.empty() ? "text/plain" : type, std::string(Field(fields, 3)));
  const auto intake = translate::ReceiveSip(request, {settings, random, {}, "e:5061"});
  const auto* event = std::get_if<translate::SipEvent>(&intake);
  if (event == nullptr) return;
  const auto stanzas = translate::ToStanzas(event->message, settings);
  Check(stanzas && stanzas->size() == 1);
  const auto back = xml::ParseDocument(xml::Print(stanzas->front()));
  Check(back.has_value() && back->Children().size() <= 6);
  CheckRendition(*back);
  const auto jid = xmpp::Jid::Parse(back->Attr("from"));
  Check(jid.has_value());
  const auto address = translate::FromJid(*jid);
  Check(address && *address == event->message.header.from);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const policy::Settings settings = Sample();
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  if (!IsUtf8(rest)) return 0;  // each protocol's own parser refuses the rest
  std::vector<std::string_view> fields;
  while (!rest.empty() && fields.size() < 8) {
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    fields.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  ToSip(fields, settings);
  ToXmpp(fields, settings);
  return 0;
}
