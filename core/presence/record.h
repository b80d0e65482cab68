// What is kept of one watcher and one presentity: the XMPP authorisation, which lasts, and the SIP
// dialogs, which expire. Design §5; ARCH-3, ARCH-11.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/envelope/message.h"

namespace dragoman::presence {

inline constexpr std::size_t kWatchesMax = 16;    // SIP endpoints of one watcher
inline constexpr std::size_t kResourcesMax = 32;  // known resources of one presentity
inline constexpr Duration kAskedMax{86'400'000};  // S-watcher: see Record::AwaitsDecision
inline constexpr Duration kLasting{60'000};       // X-watcher: a dialog that was no failure
inline constexpr Duration kKnownStep{60'000};     // how exactly known_at is kept: writes cost
inline constexpr Duration kSeenStep{3'600'000};   // the same of seen_at

// The states of requirements §8.1 (the watcher is on the XMPP side) and §8.2 (on the SIP side).
enum class State : std::uint8_t {
  kNone,       // N
  kRequested,  // R: SUBSCRIBE sent, no NOTIFY yet (X-watcher only)
  kPending,    // P: the presentity has not decided
  kActive,     // A: authorised, with a live dialog
  kSuspended,  // S or C: authorised, without a dialog
};

// One SIP notification dialog.
struct Watch {
  envelope::SipDialog dialog;
  WallTime expires{};
  bool fetch = false;      // asked once (Expires 0); `expires` is when nothing more is waited for
  WallTime notified_at{};  // S-watcher: the last NOTIFY with news; X-watcher: the first of a dialog
                           // after failures, until it has lasted for kLasting
  WallTime owed_at{};      // S-watcher: when the newest state is due to it; epoch: it has it
  friend bool operator==(const Watch&, const Watch&) = default;
};

struct Record {
  envelope::Side watcher_side = envelope::Side::kXmpp;
  envelope::Address watcher;     // bare
  envelope::Address presentity;  // bare
  State state = State::kNone;
  std::vector<Watch> watches;                     // X-watcher: one at most
  std::vector<envelope::ResourcePresence> known;  // available resources of the presentity
  std::string request_id;                         // of the XMPP subscribe that waits for its answer
  WallTime retry_at{};                            // when to refresh or to ask again; epoch: never
  std::uint32_t failures = 0;                     // in a row, for the back-off
  WallTime asked_at{};     // when the presentity was asked for its authorisation; epoch, for an
                           // X-watcher: never, a probe began it
  WallTime known_until{};  // X-watcher: who told `known` vouches for it until then
  WallTime known_at{};     // when the presentity's side last said something, to kKnownStep; epoch:
                           // `known` is no knowledge
  WallTime tell_at{};      // X-watcher: when the watcher is told again what did not reach it
  std::vector<std::string> untold;  // X-watcher: resources that left, which did not reach it; the
                                    // empty one is the bare address
  bool owes_approval = false;       // X-watcher: asked again in S, it hears `subscribed` once more
  bool tell_whole = false;  // X-watcher: the next NOTIFY is told whole, whether or not it has news
  WallTime seen_at{};       // X-watcher: its last sign of life in this record, to kSeenStep
  WallTime probed_at{};     // S-watcher: when the presentity's server was asked last
  std::vector<std::string> unheard;  // S-watcher: of `known`, those it has not named since then
  WallTime sweep_at{};  // S-watcher: when these are taken to be gone; epoch: it has not answered

  // S-watcher: its last dialog ended before the presentity had decided. Who was asked may approve
  // late, until asked_at + kAskedMax; what nobody asked for is no approval (RFC 6121 §3.1.6).
  bool AwaitsDecision() const { return state == State::kNone && asked_at != WallTime{}; }
  // Nothing worth keeping.
  bool IsEmpty() const { return state == State::kNone && watches.empty() && !AwaitsDecision(); }
  friend bool operator==(const Record&, const Record&) = default;
};

// For limits: it waits for a decision of the presentity.
inline bool IsPending(const Record& record) {
  return record.state == State::kRequested || record.state == State::kPending;
}

// When the record must be looked at without an event; nullopt: never.
std::optional<WallTime> DueAt(const Record& record);

}  // namespace dragoman::presence
