// The stream to one partner from one of our domains, and what goes over it: made when something is
// to be said, again after a back-off when it fails, taken up again when it is lost, closed when it
// idles. What waits and what is in flight is the queue's (core/xmpp/stanza_queue.h).
// ARCH-8; DB-5, DB-6; DISC-7; SM-2, SM-6.
//
// The partner has a stanza once its XMPP server (XEP-0198) or, without that, its TCP has
// acknowledged it. What goes once more on another stream is marked with its time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/envelope/message.h"
#include "core/xmpp/stanza_queue.h"
#include "xmpp-frontend/outgoing.h"

namespace dragoman::xmpp_frontend {

inline constexpr Duration kBackoffFirst{500};
inline constexpr Duration kBackoffMax{60'000};
inline constexpr Duration kAckMax{30'000};  // for the answer to a question on an idle stream

class Lane {
 public:
  // The outcome of each stanza that has an id; kNone: the partner has it.
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
    // Something without an id was lost for good.
    std::function<void(xmpp::StanzaEnd)> answer_lost;
  };

  Lane(const Outgoing::Place& place, std::string local, std::string remote, policy::Partner partner,
       Events events);

  // `id`: nullopt for answers to the partner's users: they wait for a stream, however often one
  // fails. After `deadline` the stanza is not written any more.
  void Send(std::string stanza, std::optional<envelope::MessageId> id, TimePoint deadline);
  // Forgets what has not been written of it.
  void Withdraw(const envelope::MessageId& id);
  void SetPartner(policy::Partner partner) {
    partner_ = std::move(partner);
  }                                     // for the next stream
  void Reopen();                        // the partner was heard: it may be tried at once
  void Abandon(policy::Reason reason);  // refuses all it has, answers too; orderly end
  void Finish();                        // orderly end of the stream, if there is one
  bool IsQuiet(Duration quiet) const;   // connected, and nothing was sent for so long
  bool idle() const { return queue_.idle(); }
  // Nothing in it, no stream, nothing to remember of the last one.
  bool spent() const { return idle() && !stream_ && closed_until_ <= place_.loop.Now(); }
  // No stream, and nobody waits for what it has.
  bool forsaken() const { return !stream_ && !queue_.awaited(); }
  bool closed() const { return stream_ == nullptr; }
  bool connected() const { return stream_ != nullptr && stream_->ready(); }

 private:
  void Open();
  void OnReady(const xmpp::OutboundStream::Ready& ready);
  void WriteAll();
  void Write(const xmpp::QueuedStanza& stanza);
  void OnArrived(std::uint64_t bytes);
  void OnHandled(std::uint32_t handled);
  void RefuseCount();
  void OnEnded(const Ended& ended);
  void Tell(const Ended& refusal);  // what became of stanzas
  void KeepAlive();
  void OnTimer();
  void Arm();

  Outgoing::Place place_;
  std::string local_, remote_;
  policy::Partner partner_;
  Events events_;
  std::unique_ptr<Outgoing> stream_;
  xmpp::StanzaQueue queue_;
  bool was_ready_ = false;  // the stream that there is, or was last
  bool managed_ = false;
  std::string management_id_;  // of a stream that can be taken up again
  std::optional<xmpp::Resumption> lost_;
  // The partner's count when the stream was taken up again, if nothing has come of that yet.
  std::optional<std::uint32_t> stuck_at_;
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
