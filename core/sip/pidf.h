// Presence documents: PIDF with RPID activities. RFC 3863, RFC 4479, RFC 4480; PRES-1..20;
// ocs-dialect §4.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace dragoman::sip {

inline constexpr std::string_view kPidfType = "application/pidf+xml";
inline constexpr std::size_t kTuplesMax = 64;

// The strongest of a person's activities, in rising order (§7.2).
enum class Activity : std::uint8_t { kNone, kAway, kExtendedAway, kBusy };

struct Note {
  std::string lang;
  std::string text;
  friend bool operator==(const Note&, const Note&) = default;
};

struct Tuple {
  std::string id;  // a legal XML ID
  bool open = false;
  std::string show;                       // jabber:client show inside <status/>; empty: none
  Activity activity = Activity::kNone;    // inside it, as Microsoft's servers say it
  std::string contact;                    // URI; empty: none
  std::optional<std::uint16_t> priority;  // of the contact, thousandths 0..1000
  std::vector<Note> notes;
  std::string timestamp;   // RFC 3339; empty: none
  std::string last_input;  // RFC 3339, of an idle user; empty: not idle, or not said
  friend bool operator==(const Tuple&, const Tuple&) = default;
};

struct PresenceDocument {
  std::string entity;
  std::vector<Tuple> tuples;
  Activity activity = Activity::kNone;  // of the person
  std::vector<Note> notes;   // of the document, else of the person, else of the activities
  std::string last_input;    // of the person, as in a tuple
  std::string display_name;  // CIPID; empty: none
  friend bool operator==(const PresenceDocument&, const PresenceDocument&) = default;
};

// Errors: why it is no presence document. Unknown elements are skipped; tuples without <basic/>
// too; activities whose time (`from`, `until`) `now` is outside of, too (§7.2; nullopt: all count).
Result<PresenceDocument, std::string> ParsePidf(std::string_view text,
                                                std::optional<WallTime> now = std::nullopt);
std::string PrintPidf(const PresenceDocument& document);

}  // namespace dragoman::sip
