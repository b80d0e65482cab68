#include "core/translate/microsoft_presence.h"

#include <utility>

#include "core/base/timestamp.h"
#include "core/translate/availability.h"
#include "core/translate/notes.h"
#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

using envelope::ResourcePresence;

ResourcePresence PresenceOf(const Availability& state, std::string_view note,
                            std::string_view since) {
  ResourcePresence presence;
  presence.available = state.available;
  presence.show = state.show;
  presence.since = ParseTimestamp(since);
  if (note.empty()) note = state.note;
  AddNote(presence.notes, {}, note);
  return presence;
}

const Availability& StateOf(const ResourcePresence& presence, const Telling& telling) {
  return ByShow(presence.available, presence.show, telling.dnd);
}

std::string NoteOf(const ResourcePresence& presence) {
  return presence.notes.empty() ? std::string() : XmlText(presence.notes.front().text);
}

std::string SinceOf(const ResourcePresence& presence, const Telling& telling) {
  return PrintTimestamp(presence.since.value_or(telling.now));
}

}  // namespace

std::vector<ResourcePresence> ResourcesOf(const ocs::Presentity& presentity) {
  const Availability* state = &ByLegacy(presentity.availability, presentity.activity);
  // The newer number says more, unless it lags behind.
  const bool finer = state->available && presentity.state > state->number;
  if (finer) state = &ByNumber(presentity.state, {});
  return {PresenceOf(*state, presentity.note, presentity.since)};
}

std::vector<ResourcePresence> ResourcesOf(const sip::Xpidf& presence) {
  return {PresenceOf(ByXpidf(presence.status, presence.substatus), {}, {})};
}

std::optional<std::vector<ResourcePresence>> ResourcesOf(const ocs::Categories& categories) {
  if (!categories.state) return std::nullopt;
  const ocs::CategoryState& said = *categories.state;
  const std::string& note = categories.note.empty() ? said.custom : categories.note;
  return std::vector{PresenceOf(ByNumber(said.availability, said.token), note, said.publish_time)};
}

ocs::Presentity PresentityOf(const ResourcePresence& best, const Telling& telling) {
  constexpr std::string_view kScheme = "sip:";
  const Availability& state = StateOf(best, telling);
  ocs::Presentity presentity;
  std::string_view uri = telling.uri;
  if (uri.starts_with(kScheme)) uri.remove_prefix(kScheme.size());
  presentity.uri = uri;
  presentity.availability = state.legacy_online;
  presentity.activity = state.legacy_activity;
  presentity.description = state.name;
  presentity.note = NoteOf(best);
  // Only where the two numbers leave something unsaid.
  if (&ByLegacy(state.legacy_online, state.legacy_activity) != &state) {
    presentity.state = state.number;
    presentity.since = SinceOf(best, telling);
  }
  return presentity;
}

ocs::Categories CategoriesOf(const ResourcePresence& best, const Telling& telling) {
  const Availability& state = StateOf(best, telling);
  ocs::Categories categories;
  categories.uri = telling.uri;
  categories.state =
      ocs::CategoryState{state.number, std::string(state.token), {}, SinceOf(best, telling)};
  categories.note = NoteOf(best);
  return categories;
}

sip::Xpidf XpidfOf(const ResourcePresence& best, const Telling& telling) {
  const Availability& state = StateOf(best, telling);
  sip::Xpidf presence;
  presence.uri = telling.uri;
  presence.status = state.status;
  presence.substatus = state.substatus;
  return presence;
}

}  // namespace dragoman::translate
