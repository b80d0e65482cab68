// How available somebody is, in the words of each format: one table, read both ways.
// ocs-dialect §4.5.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/envelope/payload.h"
#include "core/policy/settings.h"
#include "core/sip/pidf.h"
#include "core/sip/xpidf.h"

namespace dragoman::translate {

struct Availability {
  std::string_view name;  // as Microsoft's clients show it
  std::uint16_t first;    // the numbers that mean it
  std::uint16_t last;
  std::uint16_t number;         // the one that is written
  std::string_view token;       // with which alone they mean it; empty: whatever the token
  std::uint16_t legacy_online;  // Live Communications Server's two aggregates
  std::uint16_t legacy_activity;
  sip::XpidfStatus status;  // Windows Messenger's two words
  std::string_view substatus;
  sip::Activity activity;  // in a PIDF document that is open
  bool available;
  envelope::Show show;
  std::string_view note;  // what XMPP is told where the user says nothing
};

std::span<const Availability> Availabilities();  // every row, for tests

// S->X. A token counts only where its row's range has the number.
const Availability& ByNumber(std::uint16_t number, std::string_view token);
const Availability& ByLegacy(std::uint16_t online, std::uint16_t activity);
const Availability& ByXpidf(sip::XpidfStatus status, std::string_view substatus);

// X->S.
const Availability& ByShow(bool available, envelope::Show show, policy::DndAs dnd);

}  // namespace dragoman::translate
