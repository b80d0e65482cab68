// What is kept of a conversation between a SIP user and an XMPP user. Design §5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/envelope/address.h"
#include "core/envelope/payload.h"

namespace dragoman::chat {

inline constexpr std::size_t kDialogsMax = 4;  // sessions of one pair: several endpoints, glare

using namespace std::chrono_literals;
inline constexpr Duration kIdleMax = 30min;      // without a message: BYE (ocs-dialect §3.11)
inline constexpr Duration kResourceMax = 10min;  // answers go to the resource that wrote last
inline constexpr Duration kForgottenAfter =
    7 * 24h;                               // without a word and a session: the record goes
inline constexpr Duration kPageStep = 1h;  // how exactly a page is kept as activity: writes cost
inline constexpr std::uint32_t kRecordsMax = 1000;  // of one SIP user, where nobody has answered

// How the SIP user was seen to chat.
enum class Mode : std::uint8_t { kUnknown, kPage, kSession };

struct Record {
  envelope::Address sip_user;   // bare
  envelope::Address xmpp_user;  // bare
  Mode mode = Mode::kUnknown;
  std::vector<envelope::SipDialog> dialogs;  // the first is where messages to SIP go
  std::string xmpp_resource;                 // that wrote last
  WallTime last_activity{};                  // of pages from SIP to kPageStep
  WallTime refresh_at{};  // of the sessions whose refreshing fell to us; the epoch: none

  bool IsEmpty() const { return mode == Mode::kUnknown && dialogs.empty(); }
  friend bool operator==(const Record&, const Record&) = default;
};

// When an idle session is to be ended, or one to be refreshed, or the record to be forgotten;
// nullopt: it is empty.
std::optional<WallTime> DueAt(const Record& record);

// How many records of its SIP user there may be for this one to be added; 0: any number. A user who
// writes to everybody makes no more than so many; what came from XMPP, or has a session, is kept.
std::uint32_t RecordsMax(const Record& record);

// Sets refresh_at, every session being fresh at `now`.
void PlanRefresh(Record& record, WallTime now);

}  // namespace dragoman::chat
