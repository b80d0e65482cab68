// Stanzas to one partner from one of our domains, in order: queued while a stream is made, written
// when it is there, settled once the kernel took them, refused with the cause when it fails.
// ARCH-8; DB-5, DB-6; DISC-7.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/envelope/message.h"
#include "xmpp-frontend/outgoing.h"

namespace dragoman::xmpp_frontend {

inline constexpr std::size_t kLaneBytesMax =
    1 << 20;  // waiting for the stream or for its partner to read
inline constexpr Duration kBackoffFirst{500};
inline constexpr Duration kBackoffMax{60'000};

class Lane {
 public:
  // The outcome of each stanza that has an id; kNone: it is on its way.
  using OnSettled =
      std::function<void(const envelope::MessageId&, policy::Reason, const std::string& detail)>;
  using OnEvent = std::function<void(const char* event, const std::string& detail)>;

  Lane(const Outgoing::Place& place, std::string local, std::string remote,
       const policy::Partner& partner, OnSettled settled, OnEvent event);

  // `id`: nullopt for what nobody waits for. After `deadline` the stanza is not written any more.
  void Send(std::string stanza, std::optional<envelope::MessageId> id, TimePoint deadline);
  void Finish();  // orderly end of the stream, if there is one
  bool idle() const { return waiting_.empty() && written_.empty(); }

 private:
  struct Waiting {
    std::string stanza;
    std::optional<envelope::MessageId> id;
    TimePoint deadline;
  };
  void Open();
  void WriteAll();
  void OnFlushed();
  void OnEnded(const Ended& ended);
  void Settle(const std::optional<envelope::MessageId>& id, policy::Reason reason,
              const std::string& detail);
  void OnTimer();
  void Arm();

  Outgoing::Place place_;
  std::string local_, remote_;
  const policy::Partner& partner_;
  OnSettled settled_;
  OnEvent event_;
  std::unique_ptr<Outgoing> stream_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::deque<std::optional<envelope::MessageId>> written_;  // not yet taken by the kernel
  Duration backoff_ = kBackoffFirst;
  TimePoint closed_until_{};  // after a failure: nothing is tried before
  Ended last_;
  TimePoint idle_at_ = TimePoint::max();
  TimePoint keepalive_at_ = TimePoint::max();
  runtime::Timer timer_;
};

}  // namespace dragoman::xmpp_frontend
