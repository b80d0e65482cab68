// What waits for one partner and what is in flight to it, in order. A stanza is kept until the
// partner's XMPP server has acknowledged it (XEP-0198) or, without that, its TCP; what a lost
// stream had in flight goes once more, on the stream taken up again or on the next one. SM-4..6.
//
// Who waits for a stanza hears once what became of it. One that nobody waits for is an answer to
// the partner's user, whom nobody else would tell: it outlasts streams that fail and a partner that
// stalls, within its time and the bound on all bytes, and is told of if it is lost for good.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace dragoman::xmpp {

// Waiting for the stream, for its partner to read, or for its acknowledgement.
inline constexpr std::size_t kQueueBytesMax = 1 << 20;
// Written and not acknowledged: the others wait here, where they can still be refused.
inline constexpr std::size_t kInFlightMax = 128;
// As much in flight, and no acknowledgement for so long: the partner has stalled. What waits for it
// is refused, so that it does not fill the windows of those who write to others too. With less in
// flight it may take its time.
inline constexpr Duration kStallMax{1'000};

using StanzaOwner = std::array<std::uint8_t, 16>;  // the id of the message that it says

enum class StanzaEnd : std::uint8_t {
  kArrived,
  kLate,            // nothing took it in its time
  kUnacknowledged,  // written, and its time is over; it may still arrive
  kLost,            // in flight on a stream that was lost, and not to be sent again
  kRefused,         // no stream can be had
  kFull,            // the partner has stalled, or too much waits for it
};
std::string_view Name(StanzaEnd end);  // "arrived", … : for logs and metrics

struct QueuedStanza {
  std::string text;
  std::optional<StanzaOwner> owner;  // nullopt: an answer
  TimePoint deadline;                // from then on it is not written any more
  WallTime said;
  bool again = false;  // it was in flight on a stream that was lost
  // The queue's own:
  bool told = false;      // its owner has heard
  std::uint64_t end = 0;  // of its bytes on the stream
};

class StanzaQueue {
 public:
  enum class By { kServer, kTcp };  // who acknowledges
  struct Ended {
    std::optional<StanzaOwner> owner;  // nullopt: an answer, lost for good
    StanzaEnd end;
  };

  void Push(QueuedStanza stanza, TimePoint now);
  void Withdraw(const StanzaOwner& owner);  // forgets what has not been written of it

  // A new stream: what was in flight goes again. `handled`: where its count begins (SM-4).
  void OnReady(By by, TimePoint now, std::uint32_t handled = 0);
  // The lost stream goes on: what is still in_flight() is to be written once more, as it was.
  // False: as OnHandled.
  bool OnResumed(std::uint32_t handled, TimePoint now);
  // The next to be written, for OnWritten; or to be let go. nullopt: nothing, or too much is in
  // flight.
  std::optional<QueuedStanza> Take(TimePoint now);
  void OnWritten(QueuedStanza stanza, std::uint64_t end, TimePoint now);  // `end`: with its bytes
  void OnArrived(std::uint64_t bytes, TimePoint now);  // the partner's TCP has that many
  // Its server has that many, mod 2^32. False: it counts what was never sent (SM-5); nothing is
  // taken.
  bool OnHandled(std::uint32_t handled, TimePoint now);
  void OnLost();                  // it may be taken up again
  void SendAgain(TimePoint now);  // it will not be: what was in flight waits, in front
  void Fail(TimePoint now);       // no stream can be had now: all but answers is refused
  void Abandon();                 // nor later: all is

  void Advance(TimePoint now);
  // Never after the first thing that is due; Advance makes it exact.
  TimePoint Deadline() const;
  std::optional<Ended> Poll();

  bool idle() const { return waiting_.empty() && sent_.empty(); }
  bool awaited() const;  // something is in flight, or somebody waits for what waits
  bool stalled(TimePoint now) const;
  const std::deque<QueuedStanza>& in_flight() const { return sent_; }

 private:
  using Queue = std::deque<QueuedStanza>;
  bool owes() const;  // somebody waits for what waits
  void Keep(const QueuedStanza& stanza);
  void End(const QueuedStanza& stanza, StanzaEnd end);
  template <typename Which>
  void EndWaiting(StanzaEnd end, Which which);
  void Arrive(TimePoint now);

  Queue waiting_;
  Queue sent_;             // in flight
  std::size_t bytes_ = 0;  // of both
  bool streaming_ = false;
  By by_ = By::kTcp;
  std::uint32_t handled_ = 0;  // of this managed stream, mod 2^32
  TimePoint progress_at_{};    // of what is in flight
  TimePoint earliest_ = TimePoint::max();
  std::deque<Ended> ended_;
};

}  // namespace dragoman::xmpp
