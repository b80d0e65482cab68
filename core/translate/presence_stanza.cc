#include "core/translate/presence_stanza.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/ascii.h"
#include "core/translate/text.h"
#include "core/xmpp/stanza.h"

namespace dragoman::translate {
namespace {

using envelope::ResourcePresence;
using envelope::Show;

struct ShowRow {
  Show show;
  std::string_view name;
};

constexpr auto kShows = std::to_array<ShowRow>({
    {Show::kChat, "chat"},
    {Show::kAway, "away"},
    {Show::kXa, "xa"},
    {Show::kDnd, "dnd"},
});

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
    std::string text = status->Text();
    const bool seen = std::ranges::any_of(
        presence.notes, [&](const envelope::Text& note) { return note.lang == lang; });
    if (!text.empty() && !seen) presence.notes.push_back({std::string(lang), std::move(text)});
  }
  if (!presence.available) return presence;
  if (const auto* show = stanza.Child(xmpp::kServerNs, "show")) {
    const auto row = std::ranges::find(kShows, Trim(show->Text()), &ShowRow::name);
    if (row != kShows.end()) presence.show = row->show;
  }
  if (const auto* priority = stanza.Child(xmpp::kServerNs, "priority")) {
    presence.priority = PriorityOf(priority->Text());
  }
  return presence;
}

void FillPresence(const ResourcePresence& presence, xml::Element& stanza) {
  const auto row = std::ranges::find(kShows, presence.show, &ShowRow::show);
  if (presence.available && row != kShows.end()) {
    stanza.AddTextElement(xmpp::kServerNs, "show", row->name);
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
}

}  // namespace dragoman::translate
