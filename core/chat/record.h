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

// How the SIP user was seen to chat.
enum class Mode : std::uint8_t { kUnknown, kPage, kSession };

struct Record {
  envelope::Address sip_user;   // bare
  envelope::Address xmpp_user;  // bare
  Mode mode = Mode::kUnknown;
  std::vector<envelope::SipDialog> dialogs;  // the first is where messages to SIP go
  std::string xmpp_resource;                 // that wrote last
  WallTime last_activity{};
  WallTime refresh_at{};  // of the sessions whose refreshing fell to us; the epoch: none

  bool IsEmpty() const { return mode == Mode::kUnknown && dialogs.empty(); }
  friend bool operator==(const Record&, const Record&) = default;
};

// When an idle session is to be ended, or one to be refreshed; nullopt: there is none.
std::optional<WallTime> DueAt(const Record& record);

// Sets refresh_at, every session being fresh at `now`.
void PlanRefresh(Record& record, WallTime now);

}  // namespace dragoman::chat
