// Stanzas to one partner from one of our domains, in order: queued while a stream is made, written
// when it is there, settled once the partner has them, refused with the cause when it fails.
// ARCH-8; DB-5, DB-6; DISC-7; SM-2, SM-6.
//
// A stanza is kept until the partner's XMPP server has acknowledged it (XEP-0198) or, without that,
// its TCP. What a lost stream had in flight goes once more, on the stream taken up again or, marked
// with its time, on the next one; then it is refused.
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

// Waiting for the stream, for its partner to read, or for its acknowledgement.
inline constexpr std::size_t kLaneBytesMax = 1 << 20;
// Written and not acknowledged: the others wait here, where they can still be refused.
inline constexpr std::size_t kInFlightMax = 128;
// Without any acknowledgement for so long the partner has stalled: what waits for it is refused, so
// that it does not fill the windows of those who write to others too.
inline constexpr Duration kStallMax{1'000};
inline constexpr Duration kBackoffFirst{500};
inline constexpr Duration kBackoffMax{60'000};
inline constexpr Duration kAckMax{30'000};  // for the answer to a question on an idle stream

class Lane {
 public:
  // The outcome of each stanza that has an id; kNone: it is on its way.
  using OnSettled =
      std::function<void(const envelope::MessageId&, policy::Reason, const std::string& detail)>;
  using OnEvent = std::function<void(const char* event, const std::string& detail)>;
  struct Events {
    OnSettled settled;
    OnEvent event;
    OnArrival stanza;  // from the partner, over our own stream
    // Asked before a stanza is written. False: nobody waits for it; it is forgotten.
    std::function<bool(const envelope::MessageId&)> may_begin;
    // What was said may not have arrived: a stream broke off, or is there after refusals.
    std::function<void()> loss;
  };

  Lane(const Outgoing::Place& place, std::string local, std::string remote, policy::Partner partner,
       Events events);

  // `id`: nullopt for what nobody waits for, as answers to the partner: it waits for a stream,
  // however often one fails. After `deadline` the stanza is not written any more.
  void Send(std::string stanza, std::optional<envelope::MessageId> id, TimePoint deadline);
  // Forgets what has not been written of it.
  void Withdraw(const envelope::MessageId& id);
  void SetPartner(policy::Partner partner) {
    partner_ = std::move(partner);
  }                                     // for the next stream
  void Reopen();                        // the partner was heard: it may be tried at once
  void Abandon(policy::Reason reason);  // refuses all it has; orderly end
  void Finish();                        // orderly end of the stream, if there is one
  bool IsQuiet(Duration quiet) const;   // connected, and nothing was sent for so long
  bool idle() const { return waiting_.empty() && sent_.empty(); }
  // Nothing in it, no stream, nothing to remember of the last one.
  bool spent() const { return idle() && !stream_ && closed_until_ <= place_.loop.Now(); }
  // No stream, and nobody waits for what it has.
  bool forsaken() const;
  bool closed() const { return stream_ == nullptr; }
  bool connected() const { return stream_ != nullptr && stream_->ready(); }

 private:
  struct Item {
    std::string stanza;
    std::optional<envelope::MessageId> id;  // nullopt: nobody waits for it (any more)
    TimePoint deadline;
    WallTime said;
    bool again = false;     // it was in flight on a stream that was lost
    std::uint64_t end = 0;  // of its bytes on the stream
  };
  void Open();
  void OnReady(const xmpp::OutboundStream::Ready& ready);
  void WriteAll();
  void Write(Item item);
  void OnArrived(std::uint64_t bytes);
  void OnAcked(std::uint32_t handled);
  bool TakeAcked(std::uint32_t handled);  // false: the partner counts what was never sent
  void OnEnded(const Ended& ended);
  void SendAgain();
  std::deque<Item> TakeAnswers();  // of those that wait
  void RefuseAll(policy::Reason reason, const std::string& detail);
  void Settle(std::optional<envelope::MessageId>& id, policy::Reason reason,
              const std::string& detail);
  void PopSent();
  bool stalled() const;
  void KeepAlive();
  void OnTimer();
  void Arm();

  Outgoing::Place place_;
  std::string local_, remote_;
  policy::Partner partner_;
  Events events_;
  std::unique_ptr<Outgoing> stream_;
  std::deque<Item> waiting_;
  std::deque<Item> sent_;    // in flight
  std::size_t bytes_ = 0;    // of both
  TimePoint progress_at_{};  // of what is in flight
  bool was_ready_ = false;   // the stream that there is, or was last
  bool managed_ = false;
  std::uint32_t handled_ = 0;  // acknowledged on this managed stream, mod 2^32
  std::string management_id_;  // of a stream that can be taken up again
  std::optional<xmpp::Resumption> lost_;
  TimePoint lost_until_{};
  Duration backoff_ = kBackoffFirst;
  TimePoint closed_until_{};  // after a failure: nothing is tried before
  bool refused_ = false;      // something, since a stream was there
  Ended last_;
  TimePoint used_at_{};  // Send
  TimePoint idle_at_ = TimePoint::max();
  TimePoint keepalive_at_ = TimePoint::max();
  TimePoint answer_by_ = TimePoint::max();  // asked on an idle managed stream
  std::uint64_t pings_ = 0;
  runtime::Timer timer_;
};

}  // namespace dragoman::xmpp_frontend
