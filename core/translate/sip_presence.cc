#include "core/translate/sip_presence.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/timestamp.h"
#include "core/translate/address.h"
#include "core/translate/availability.h"
#include "core/translate/notes.h"
#include "core/translate/shows.h"
#include "core/translate/text.h"
#include "core/xmpp/precis.h"

namespace dragoman::translate {
namespace {

using envelope::ResourcePresence;
using envelope::Show;

constexpr std::string_view kIdPrefix = "ID-";
constexpr std::string_view kEncodedIdPrefix = "IX-";  // hexadecimal digits follow (PRES-3)

Show ShowOf(sip::Activity activity) {
  switch (activity) {
    case sip::Activity::kNone:
      return Show::kNone;
    case sip::Activity::kAway:
      return Show::kAway;
    case sip::Activity::kExtendedAway:
      return Show::kXa;
    case sip::Activity::kBusy:
      return Show::kDnd;
  }
  return Show::kNone;
}

// How available, higher is more (§7.2): chat, none, away, xa, dnd.
int RankOf(Show show) {
  switch (show) {
    case Show::kChat:
      return 5;
    case Show::kNone:
      return 4;
    case Show::kAway:
      return 3;
    case Show::kXa:
      return 2;
    case Show::kDnd:
      return 1;
  }
  return 0;
}

bool IsMoreAvailable(const ResourcePresence& a, const ResourcePresence& b) {
  if (RankOf(a.show) != RankOf(b.show)) return RankOf(a.show) > RankOf(b.show);
  const int priority_a = a.priority.value_or(0);
  const int priority_b = b.priority.value_or(0);
  return priority_a != priority_b ? priority_a > priority_b : a.since > b.since;
}

std::string ResourceOfTuple(std::string_view id) {
  if (id.starts_with(kIdPrefix)) id.remove_prefix(kIdPrefix.size());
  return xmpp::PrepareResource(id).value_or(std::string());
}

// A legal XML ID, the same for the same resource (PRES-3).
std::string TupleId(std::string_view resource) {
  const bool plain = std::ranges::all_of(resource, [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '-' || c == '_' || c == '.';
  });
  if (plain) return std::string(kIdPrefix).append(resource);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id(kEncodedIdPrefix);
  for (const char c : resource) {
    const auto byte = static_cast<unsigned char>(c);
    id += kDigits[byte >> 4];
    id += kDigits[byte & 15];
  }
  return id;
}

std::vector<envelope::Text> TextsOf(const std::vector<sip::Note>& notes) {
  std::vector<envelope::Text> texts;
  for (const sip::Note& note : notes) AddNote(texts, note.lang, note.text);
  return texts;
}

sip::Tuple TupleOf(const envelope::Address& presentity, const ResourcePresence& presence,
                   WallTime now) {
  sip::Tuple tuple;
  tuple.id = TupleId(presence.resource);
  tuple.open = presence.available;
  if (presence.available) tuple.show = Name(presence.show);
  envelope::Address contact = presentity;
  contact.resource = presence.resource;
  if (const auto uri = ToSipUri(contact)) tuple.contact = uri->ToString();
  if (presence.available && presence.priority.value_or(-1) >= 0) {  // never negative (PRES-5)
    tuple.priority = static_cast<std::uint16_t>(*presence.priority * 1000 / 127);
  }
  for (const envelope::Text& note : presence.notes) {
    tuple.notes.push_back({IsLanguageTag(note.lang) ? note.lang : "", XmlText(note.text)});
  }
  tuple.timestamp = PrintTimestamp(presence.since.value_or(now));
  if (presence.available && presence.idle_since) {
    tuple.last_input = PrintTimestamp(*presence.idle_since);
  }
  return tuple;
}

}  // namespace

std::vector<ResourcePresence> ResourcesOf(const sip::PresenceDocument& document) {
  std::vector<ResourcePresence> resources;
  for (const sip::Tuple& tuple : document.tuples) {
    ResourcePresence presence;
    presence.resource = ResourceOfTuple(tuple.id);
    presence.available = tuple.open;
    if (tuple.open) {
      presence.show = ShowFromName(tuple.show);
      if (presence.show == Show::kNone) {
        presence.show = ShowOf(std::max(tuple.activity, document.activity));
      }
      if (tuple.priority) {
        presence.priority = static_cast<std::int8_t>((*tuple.priority * 127 + 500) / 1000);
      }
      presence.idle_since =
          ParseTimestamp(tuple.last_input.empty() ? document.last_input : tuple.last_input);
    }
    presence.notes = TextsOf(tuple.notes.empty() ? document.notes : tuple.notes);  // PRES-18
    presence.since = ParseTimestamp(tuple.timestamp);
    resources.push_back(std::move(presence));
  }
  return resources;
}

ResourcePresence MostAvailable(const std::vector<ResourcePresence>& resources) {
  const ResourcePresence* best = nullptr;
  for (const ResourcePresence& one : resources) {
    if (one.available && (best == nullptr || IsMoreAvailable(one, *best))) best = &one;
  }
  if (best != nullptr) return *best;
  return resources.empty() ? ResourcePresence{} : resources.front();
}

sip::PresenceDocument DocumentOf(const envelope::Address& presentity,
                                 const std::vector<ResourcePresence>& resources, WallTime now) {
  std::vector<ResourcePresence> shown;
  std::ranges::copy_if(resources, std::back_inserter(shown), &ResourcePresence::available);
  std::ranges::stable_sort(shown, IsMoreAvailable);
  sip::PresenceDocument document;
  if (shown.empty()) {
    shown.push_back(resources.empty() ? ResourcePresence{} : resources.front());
  } else {
    document.activity = ByShow(true, shown.front().show, policy::DndAs::kBusy).activity;
    if (shown.front().idle_since) document.last_input = PrintTimestamp(*shown.front().idle_since);
  }
  for (const ResourcePresence& presence : shown) {
    if (document.tuples.size() == sip::kTuplesMax) break;  // the least available are left out
    document.tuples.push_back(TupleOf(presentity, presence, now));
    // Microsoft's readers look for the person's activity there (ocs-dialect §4.3).
    if (presence.available) document.tuples.back().activity = document.activity;
  }
  return document;
}

}  // namespace dragoman::translate
