// Presence documents: PIDF with RPID activities and XMPP's <show/>. RFC 3863, RFC 4479, RFC 4480,
// RFC 8048 §6; PRES-1..20, as far as they speak of the document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/xml/reader.h"

namespace dragoman::sip {

inline constexpr std::string_view kPidfType = "application/pidf+xml";

enum class PidfShow : std::uint8_t { kNone, kChat, kAway, kXa, kDnd };

struct PidfNote {
  std::string lang;  // empty if not said
  std::string text;
  friend bool operator==(const PidfNote&, const PidfNote&) = default;
};

struct PidfTuple {
  std::string id;  // XML ID, unique in the document
  bool open = false;
  PidfShow show =
      PidfShow::kNone;  // jabber:client show, else of the RPID activities (PRES-7, table 7.2)
  std::string contact;  // URI; empty if there is none
  std::optional<std::uint16_t> permille;  // contact priority 0..1000
  std::vector<PidfNote> notes;            // first of each language, none empty (PRES-8)
  std::optional<WallTime> timestamp;
  friend bool operator==(const PidfTuple&, const PidfTuple&) = default;
};

enum class PidfError : std::uint8_t { kNotXml, kTooLarge, kNotPidf };

struct Pidf {
  std::string entity;  // "pres:…"; never who sent it (PRES-13)
  std::vector<PidfTuple> tuples;

  // Tuples without basic status or of somebody else (PRES-17) are left out; notes follow PRES-18,
  // the language of a note without one is `language` (Content-Language). `now` tells which
  // activities hold.
  static Result<Pidf, PidfError> Parse(std::string_view document, WallTime now,
                                       std::string_view language = {});
  friend bool operator==(const Pidf&, const Pidf&) = default;
};

// With XML declaration; one <dm:person/> with the RPID activity of the most available tuple
// (table 7.2). A document without tuples gets one that is closed (PRES-2).
std::string Print(const Pidf& document);

// Tuple id for an XMPP resource and back (PRES-3, PRES-13): "ID-" and the resource if that is an
// XML name, "IDx-" and its hexadecimal bytes otherwise; an empty resource is "ID-".
std::string TupleId(std::string_view resource);
std::string ResourceOfTuple(std::string_view id);

// PRES-5: 0..127 -> 0..1000, nullopt for a negative priority. PRES-6: the inverse.
std::optional<std::uint16_t> PermilleOf(std::optional<std::int8_t> priority);
std::optional<std::int8_t> PriorityOf(std::optional<std::uint16_t> permille);

// RFC 3339 with capital T and Z, milliseconds only if there are some; and any RFC 3339 form back.
std::string PrintTime(WallTime when);
std::optional<WallTime> ParseTime(std::string_view text);

}  // namespace dragoman::sip
