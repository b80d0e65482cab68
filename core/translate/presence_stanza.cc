#include "core/translate/presence_stanza.h"

#include <charconv>

#include "core/base/ascii.h"
#include "core/base/timestamp.h"
#include "core/translate/notes.h"
#include "core/translate/shows.h"
#include "core/translate/text.h"
#include "core/xmpp/entity.h"
#include "core/xmpp/stanza.h"

namespace dragoman::translate {
namespace {

using envelope::ResourcePresence;

std::optional<std::int8_t> PriorityOf(std::string_view text) {
  text = Trim(text);
  std::int8_t priority = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), priority);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return priority;
}

}  // namespace

ResourcePresence PresenceOf(const xml::Element& stanza, std::string_view stream_lang,
                            WallTime now) {
  ResourcePresence presence;
  presence.available = stanza.Attr("type").empty();
  presence.since = now;
  if (const auto* delay = stanza.Child(xmpp::kDelayNs, "delay")) {
    if (const auto stamp = ParseTimestamp(delay->Attr("stamp"))) presence.since = *stamp;
  }
  const std::string_view inherited = stanza.lang().empty() ? stream_lang : stanza.lang();
  for (const xml::Element* status : stanza.Children(xmpp::kServerNs, "status")) {
    const std::string_view lang = status->lang().empty() ? inherited : status->lang();
    AddNote(presence.notes, lang, status->Text());
  }
  if (!presence.available) return presence;
  if (const auto* show = stanza.Child(xmpp::kServerNs, "show")) {
    const std::string name = show->Text();
    presence.show = ShowFromName(Trim(name));
  }
  if (const auto* priority = stanza.Child(xmpp::kServerNs, "priority")) {
    presence.priority = PriorityOf(priority->Text());
  }
  if (const auto* idle = stanza.Child(xmpp::kIdleNs, "idle")) {
    presence.idle_since = ParseTimestamp(idle->Attr("since"));
  }
  return presence;
}

void FillPresence(const ResourcePresence& presence, xml::Element& stanza) {
  if (presence.available && presence.show != envelope::Show::kNone) {
    stanza.AddTextElement(xmpp::kServerNs, "show", Name(presence.show));
  }
  for (const envelope::Text& note : presence.notes) {
    xml::Element status(xmpp::kServerNs, "status");
    if (IsLanguageTag(note.lang)) status.SetAttr("lang", note.lang, xml::kXmlNamespace);
    status.AddText(XmlText(note.text));
    stanza.Add(std::move(status));
  }
  if (presence.available && presence.priority) {
    stanza.AddTextElement(xmpp::kServerNs, "priority", std::to_string(*presence.priority));
  }
  if (presence.since) {
    xml::Element delay(xmpp::kDelayNs, "delay");
    delay.SetAttr("stamp", PrintTimestamp(*presence.since));
    stanza.Add(std::move(delay));
  }
  if (presence.available && presence.idle_since) {
    xml::Element idle(xmpp::kIdleNs, "idle");
    idle.SetAttr("since", PrintTimestamp(*presence.idle_since));
    stanza.Add(std::move(idle));
  }
  // What a chat through the gateway can do (PRES-22).
  if (presence.available) stanza.Add(xmpp::CapsElement());
}

}  // namespace dragoman::translate
