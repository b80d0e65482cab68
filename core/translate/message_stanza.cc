#include "core/translate/message_stanza.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/timestamp.h"
#include "core/html/xhtml.h"
#include "core/translate/chat_states.h"
#include "core/translate/text.h"
#include "core/xml/reader.h"
#include "core/xmpp/stanza.h"

namespace dragoman::translate {
namespace {

using envelope::Chat;
using envelope::Text;

constexpr std::string_view kCarbonsNs = "urn:xmpp:carbons:2";
constexpr std::array<std::string_view, 5> kEncryptionNs = {"urn:xmpp:eme:0", "jabber:x:encrypted",
                                                           "urn:xmpp:openpgp:0", "urn:xmpp:omemo:2",
                                                           "eu.siacs.conversations.axolotl"};
constexpr std::size_t kBodiesMax = 16;

bool HasChildOf(const xml::Element& stanza, std::string_view ns) {
  return stanza.Child(ns, {}) != nullptr;
}

// Non-empty texts of the children of that name, the first one per language.
std::vector<Text> TextsOf(const xml::Element& stanza, std::string_view name,
                          std::string_view inherited_lang) {
  std::vector<Text> texts;
  for (const xml::Element* child : stanza.Children(xmpp::kServerNs, name)) {
    const std::string_view lang = child->lang().empty() ? inherited_lang : child->lang();
    std::string text = child->Text();
    const bool seen = std::ranges::any_of(texts, [&](const Text& t) { return t.lang == lang; });
    if (text.empty() || seen || texts.size() == kBodiesMax) continue;
    texts.push_back({std::string(lang), std::move(text)});
  }
  return texts;
}

std::string SubjectIn(std::string_view lang, const std::vector<Text>& subjects) {
  if (subjects.empty()) return {};
  const auto same = std::ranges::find(subjects, lang, &Text::lang);
  return same != subjects.end() ? same->text : subjects.front().text;
}

std::string TextOfChild(const xml::Element& stanza, std::string_view ns, std::string_view name) {
  const xml::Element* child = stanza.Child(ns, name);
  return child != nullptr ? child->Text() : std::string();
}

void SetLang(std::string_view lang, xml::Element& element) {
  if (IsLanguageTag(lang)) element.SetAttr("lang", lang, xml::kXmlNamespace);
}

void AddChatState(envelope::ChatStateKind state, xml::Element& stanza) {
  const std::string_view name = Name(state);
  if (!name.empty()) stanza.Add(xml::Element(xmpp::kChatStatesNs, name));
}

void AddThread(std::string_view thread, xml::Element& stanza) {
  if (!thread.empty()) stanza.AddTextElement(xmpp::kServerNs, "thread", XmlText(thread));
}

// A rendition that is none (it came over the bus) is left out: the text says the same.
void AddRendition(std::string_view html, xml::Element& stanza) {
  if (html.empty()) return;
  auto body = xml::ParseDocument(html);
  if (!body || !body->Is(html::kXhtmlNs, "body")) return;
  xml::Element rendition(xmpp::kXhtmlImNs, "html");
  rendition.Add(*std::move(body));
  stanza.Add(std::move(rendition));
}

}  // namespace

MessageContent ContentOf(const xml::Element& stanza, std::string_view stream_lang) {
  if (HasChildOf(stanza, kCarbonsNs)) return NoMessage::kWrapped;
  const std::string_view lang = stanza.lang().empty() ? stream_lang : stanza.lang();
  Chat chat;
  chat.bodies = TextsOf(stanza, "body", lang);
  chat.thread = TextOfChild(stanza, xmpp::kServerNs, "thread");
  chat.state = ChatStateOf(stanza);
  if (chat.bodies.empty()) {
    if (const auto* received = stanza.Child(xmpp::kReceiptsNs, "received")) {
      std::string id(received->Attr("id"));
      if (id.empty()) return NoMessage::kEmpty;
      return envelope::Receipt{.message_id = std::move(id)};
    }
    const bool encrypted = std::ranges::any_of(
        kEncryptionNs, [&](std::string_view ns) { return HasChildOf(stanza, ns); });
    if (encrypted) return NoMessage::kEncrypted;
    if (chat.state == envelope::ChatStateKind::kNone) return NoMessage::kEmpty;
    return envelope::ChatState{chat.state, std::move(chat.thread), {}};
  }
  const auto preferred = std::ranges::find(chat.bodies, lang, &Text::lang);
  if (preferred != chat.bodies.end()) {
    std::rotate(chat.bodies.begin(), preferred, preferred + 1);
  }
  chat.subject = SubjectIn(chat.bodies.front().lang, TextsOf(stanza, "subject", lang));
  chat.nick = TextOfChild(stanza, xmpp::kNickNs, "nick");
  chat.sender_id = stanza.Attr("id");
  // A receipt can name only a message that has an id (RCPT-2).
  chat.wants_receipt =
      !chat.sender_id.empty() && stanza.Child(xmpp::kReceiptsNs, "request") != nullptr;
  if (const auto* delay = stanza.Child(xmpp::kDelayNs, "delay")) {
    chat.sent_at = ParseTimestamp(delay->Attr("stamp"));
  }
  return chat;
}

void FillMessage(const Chat& chat, xml::Element& stanza) {
  if (!chat.subject.empty()) {
    stanza.AddTextElement(xmpp::kServerNs, "subject", XmlText(chat.subject));
  }
  for (const Text& text : chat.bodies) {
    xml::Element body(xmpp::kServerNs, "body");
    SetLang(text.lang, body);
    body.AddText(XmlText(text.text));
    stanza.Add(std::move(body));
  }
  AddRendition(chat.html, stanza);
  AddThread(chat.thread, stanza);
  AddChatState(chat.state, stanza);
  if (chat.wants_receipt) stanza.Add(xml::Element(xmpp::kReceiptsNs, "request"));
  if (!chat.nick.empty()) stanza.AddTextElement(xmpp::kNickNs, "nick", XmlText(chat.nick));
  if (chat.sent_at) {
    xml::Element delay(xmpp::kDelayNs, "delay");
    delay.SetAttr("stamp", PrintTimestamp(*chat.sent_at));
    stanza.Add(std::move(delay));
  }
}

void FillMessage(const envelope::ChatState& state, xml::Element& stanza) {
  AddThread(state.thread, stanza);
  AddChatState(state.state, stanza);
}

void FillMessage(const envelope::Receipt& receipt, xml::Element& stanza) {
  xml::Element received(xmpp::kReceiptsNs, "received");
  received.SetAttr("id", XmlText(receipt.message_id));
  stanza.Add(std::move(received));
}

}  // namespace dragoman::translate
