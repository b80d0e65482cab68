#include "xmpp-frontend/lane.h"

#include <algorithm>
#include <utility>

namespace dragoman::xmpp_frontend {

using policy::Reason;

Lane::Lane(const Outgoing::Place& place, std::string local, std::string remote,
           const policy::Partner& partner, OnSettled settled, OnEvent event)
    : place_(place),
      local_(std::move(local)),
      remote_(std::move(remote)),
      partner_(partner),
      settled_(std::move(settled)),
      event_(std::move(event)),
      timer_(place.loop, [this] { OnTimer(); }) {}

void Lane::Send(std::string stanza, std::optional<envelope::MessageId> id, TimePoint deadline) {
  const TimePoint now = place_.loop.Now();
  const std::size_t queued = waiting_bytes_ + (stream_ ? stream_->queued_bytes() : 0);
  if (queued + stanza.size() > kLaneBytesMax)
    return Settle(id, Reason::kOverloaded, "the partner does not read");
  if (!stream_ && now < closed_until_) return Settle(id, last_.reason, last_.detail);
  waiting_bytes_ += stanza.size();
  waiting_.push_back({std::move(stanza), id, deadline});
  if (!stream_) return Open();
  if (stream_->ready()) WriteAll();
  Arm();
}

void Lane::Open() {
  stream_ =
      std::make_unique<Outgoing>(place_, local_, remote_, partner_, std::nullopt,
                                 Outgoing::Events{[this] {
                                                    event_("stream ready", stream_->address());
                                                    backoff_ = kBackoffFirst;
                                                    WriteAll();
                                                    Arm();
                                                  },
                                                  {},
                                                  [this] { OnFlushed(); },
                                                  [this](const Ended& ended) { OnEnded(ended); }});
  Arm();
}

void Lane::WriteAll() {
  const TimePoint now = place_.loop.Now();
  for (Waiting& one : std::exchange(waiting_, {})) {
    if (one.deadline <= now) {
      Settle(one.id, Reason::kRemoteServerTimeout, "the stream took too long");
      continue;
    }
    written_.push_back(one.id);
    stream_->Write(std::move(one.stanza));
  }
  waiting_bytes_ = 0;
  idle_at_ = now + place_.settings.xmpp.limits.idle;
  keepalive_at_ = now + place_.settings.xmpp.limits.keepalive;
}

void Lane::OnFlushed() {
  for (const std::optional<envelope::MessageId>& id : std::exchange(written_, {}))
    Settle(id, Reason::kNone, {});
}

void Lane::OnEnded(const Ended& ended) {
  stream_.reset();
  idle_at_ = keepalive_at_ = TimePoint::max();
  const bool failed = ended.reason != Reason::kNone;
  event_(failed ? "stream failed" : "stream closed",
         failed ? std::string(Name(ended.reason)) + ": " + ended.detail : "");
  // What the kernel had not taken never left.
  for (const std::optional<envelope::MessageId>& id : std::exchange(written_, {})) {
    Settle(id, failed ? ended.reason : Reason::kConnectionLost, ended.detail);
  }
  if (!failed || ended.reason == Reason::kConnectionLost) {
    if (!waiting_.empty()) Open();  // a stream that worked has ended: another one may
    return Arm();
  }
  last_ = ended;
  closed_until_ = place_.loop.Now() + backoff_;
  backoff_ = std::min<Duration>(backoff_ * 2, kBackoffMax);
  waiting_bytes_ = 0;
  for (const Waiting& one : std::exchange(waiting_, {})) Settle(one.id, ended.reason, ended.detail);
  Arm();
}

void Lane::Settle(const std::optional<envelope::MessageId>& id, Reason reason,
                  const std::string& detail) {
  if (id) settled_(*id, reason, detail);
}

void Lane::Finish() {
  if (stream_) stream_->Finish();
}

void Lane::OnTimer() {
  const TimePoint now = place_.loop.Now();
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    waiting_bytes_ -= waiting_.front().stanza.size();
    Settle(waiting_.front().id, Reason::kRemoteServerTimeout, "the stream took too long");
    waiting_.pop_front();
  }
  if (keepalive_at_ <= now && stream_ && stream_->ready()) {
    keepalive_at_ = now + place_.settings.xmpp.limits.keepalive;
    stream_->Write(" ");  // between stanzas it says nothing, and keeps middle boxes awake (SM-2)
  }
  if (idle_at_ <= now && idle()) {
    idle_at_ = TimePoint::max();
    Finish();
  }
  Arm();
}

void Lane::Arm() {
  TimePoint when = std::min(idle_at_, keepalive_at_);
  if (!waiting_.empty()) when = std::min(when, waiting_.front().deadline);
  timer_.StartAt(when);
}

}  // namespace dragoman::xmpp_frontend
