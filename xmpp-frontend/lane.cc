#include "xmpp-frontend/lane.h"

#include <algorithm>
#include <utility>

#include "core/translate/delay.h"
#include "core/xmpp/iq.h"
#include "core/xmpp/stanza.h"

namespace dragoman::xmpp_frontend {

using policy::Reason;
using xmpp::StanzaEnd;

namespace {

// `refusal`: why no stream can be had.
Ended OutcomeOf(StanzaEnd end, const Ended& refusal) {
  switch (end) {
    case StanzaEnd::kArrived:
      return {};
    case StanzaEnd::kLate:
      return {Reason::kRemoteServerTimeout, "the stream took too long"};
    case StanzaEnd::kUnacknowledged:
      return {Reason::kRemoteServerTimeout, "the partner does not acknowledge"};
    case StanzaEnd::kLost:
      return {Reason::kConnectionLost, "the stream was lost with it in flight"};
    case StanzaEnd::kRefused:
      return refusal;
    case StanzaEnd::kFull:
      return {Reason::kOverloaded, "the partner does not read"};
  }
  return refusal;
}

}  // namespace

Lane::Lane(const Outgoing::Place& place, std::string local, std::string remote,
           policy::Partner partner, Events events)
    : place_(place),
      local_(std::move(local)),
      remote_(std::move(remote)),
      partner_(std::move(partner)),
      events_(std::move(events)),
      timer_(place.loop, [this] { OnTimer(); }) {}

void Lane::Send(std::string stanza, std::optional<envelope::MessageId> id, TimePoint deadline) {
  const TimePoint now = place_.loop.Now();
  const bool closed = !stream_ && now < closed_until_;
  if (closed && id) {
    refused_ = true;
    return events_.settled(*id, last_.reason, last_.detail);
  }
  used_at_ = now;
  queue_.Push({std::move(stanza), id, deadline, place_.loop.Wall()}, now);
  Tell(last_);
  if (!stream_ && !closed && !idle()) return Open();
  if (connected()) WriteAll();
  Arm();
}

void Lane::Open() {
  was_ready_ = false;
  if (lost_ && lost_until_ <= place_.loop.Now()) lost_.reset();
  if (!lost_) queue_.SendAgain(place_.loop.Now());
  Tell(last_);
  stream_ = std::make_unique<Outgoing>(
      place_, local_, remote_, partner_, Outgoing::Purpose{.question = {}, .resume = lost_},
      Outgoing::Events{[this](const xmpp::OutboundStream::Ready& ready) { OnReady(ready); },
                       {},
                       [this](std::uint64_t bytes) { OnArrived(bytes); },
                       [this](std::uint32_t handled) { OnHandled(handled); },
                       events_.stanza,
                       [this](const Ended& ended) { OnEnded(ended); }});
  Arm();
}

void Lane::OnReady(const xmpp::OutboundStream::Ready& ready) {
  const TimePoint now = place_.loop.Now();
  events_.event("stream ready",
                stream_->address() + " proven by " + std::string(Name(ready.proof)) +
                    (ready.managed ? ", managed" : "") + (ready.resumed ? ", taken up again" : ""));
  was_ready_ = true;
  backoff_ = kBackoffFirst;
  managed_ = ready.managed;
  management_id_ = ready.management_id;
  lost_.reset();
  stuck_at_.reset();
  if (ready.resumed) {  // the same stream goes on: what had not arrived goes first, as it was
    const std::size_t before = queue_.in_flight().size();
    if (!queue_.OnResumed(*ready.resumed, now)) return RefuseCount();
    for (const xmpp::QueuedStanza& stanza : queue_.in_flight()) Write(stanza);
    const std::size_t left = queue_.in_flight().size();
    if (left > 0) stream_->AskForAck();
    if (left > 0 && left == before) stuck_at_ = ready.resumed;
  } else {
    using By = xmpp::StanzaQueue::By;
    queue_.OnReady(ready.managed ? By::kServer : By::kTcp, now);
  }
  WriteAll();
  Arm();
  if (std::exchange(refused_, false)) events_.loss();
}

void Lane::Reopen() {
  closed_until_ = {};
  backoff_ = kBackoffFirst;
  if (!stream_ && !idle()) Open();
}

void Lane::WriteAll() {
  const TimePoint now = place_.loop.Now();
  bool any = false;
  while (auto stanza = queue_.Take(now)) {
    if (stanza->owner && !events_.may_begin(*stanza->owner)) continue;
    Write(*stanza);
    queue_.OnWritten(*std::move(stanza), stream_->written(), now);
    any = true;
  }
  Tell(last_);
  if (any && managed_) stream_->AskForAck();
  idle_at_ = now + place_.settings.xmpp.limits.idle;
  keepalive_at_ = now + place_.settings.xmpp.limits.keepalive;
}

void Lane::Write(const xmpp::QueuedStanza& stanza) {
  if (!stanza.again) return stream_->Write(stanza.text);
  stream_->Write(translate::WithDelay(stanza.text, local_, stanza.said));
}

void Lane::OnArrived(std::uint64_t bytes) {
  queue_.OnArrived(bytes, place_.loop.Now());
  Tell(last_);
  if (connected()) WriteAll();
  Arm();
}

void Lane::OnHandled(std::uint32_t handled) {
  answer_by_ = TimePoint::max();
  if (stuck_at_ != handled) stuck_at_.reset();
  if (!queue_.OnHandled(handled, place_.loop.Now())) return RefuseCount();
  Tell(last_);
  if (connected()) WriteAll();
  Arm();
}

void Lane::RefuseCount() {  // SM-5
  stream_->Refuse(xmpp::StreamError::kUndefinedCondition, "handled-count-too-high");
}

void Lane::OnEnded(const Ended& told) {
  const Ended ended = told;  // it is the stream's, which goes now
  const auto acks = stream_->acknowledger();
  stream_.reset();
  queue_.OnLost();
  idle_at_ = keepalive_at_ = answer_by_ = TimePoint::max();
  const bool failed = ended.reason != Reason::kNone;
  events_.event(failed ? "stream failed" : "stream closed",
                failed ? std::string(Name(ended.reason)) + ": " + ended.detail : "");
  if (was_ready_) {
    const bool lost = ended.reason == Reason::kConnectionLost;
    // One that was taken up again and brought nothing on may be what breaks it.
    if (lost && !management_id_.empty() && !stuck_at_) {
      lost_ = xmpp::Resumption{management_id_, acks};
      lost_until_ = place_.loop.Now() + xmpp::kResumeMax;
    } else {
      lost_.reset();
    }
    if (lost) events_.loss();
    if (!idle()) Open();  // a stream that worked has ended: another one may
    return Arm();
  }
  last_ = ended;
  if (!failed) last_.reason = Reason::kRemoteServerTimeout;
  closed_until_ = place_.loop.Now() + backoff_;
  backoff_ = std::min<Duration>(backoff_ * 2, kBackoffMax);
  lost_.reset();
  refused_ |= !idle();
  queue_.Fail(place_.loop.Now());
  Tell(last_);
  Arm();
}

void Lane::Tell(const Ended& refusal) {
  while (const auto ended = queue_.Poll()) {
    if (!ended->owner) {
      events_.answer_lost(ended->end);
      continue;
    }
    const Ended outcome = OutcomeOf(ended->end, refusal);
    events_.settled(*ended->owner, outcome.reason, outcome.detail);
  }
}

void Lane::Withdraw(const envelope::MessageId& id) {
  queue_.Withdraw(id);
  Arm();
}

void Lane::Abandon(Reason reason) {
  lost_.reset();
  refused_ |= !idle();
  queue_.Abandon();
  Tell({reason, {}});
  Finish();
}

bool Lane::IsQuiet(Duration quiet) const {
  return connected() && idle() && used_at_ + quiet <= place_.loop.Now();
}

void Lane::Finish() {
  if (stream_) stream_->Finish();
}

// Between stanzas it keeps middle boxes awake and finds out about a partner that is gone: by its
// answer where stanzas are acknowledged, else by its TCP (SM-2).
void Lane::KeepAlive() {
  keepalive_at_ = place_.loop.Now() + place_.settings.xmpp.limits.keepalive;
  if (managed_) {
    answer_by_ = place_.loop.Now() + kAckMax;
    return stream_->AskForAck();
  }
  const std::string id = "keepalive-" + std::to_string(++pings_);
  stream_->Write(xml::Print(xmpp::MakePing(local_, remote_, id), xmpp::kServerNs));
}

void Lane::OnTimer() {
  const TimePoint now = place_.loop.Now();
  queue_.Advance(now);
  Tell(last_);
  if (!stream_ && !idle() && closed_until_ <= now) return Open();
  if (connected() && answer_by_ <= now) {
    stream_->Refuse(xmpp::StreamError::kConnectionTimeout, "deadline");
  } else if (connected() && keepalive_at_ <= now) {
    KeepAlive();
  }
  if (connected() && idle() && idle_at_ <= now) Finish();
  Arm();
}

// Only for what OnTimer would do then, so that it never comes for nothing again and again.
void Lane::Arm() {
  TimePoint when = queue_.Deadline();
  if (!stream_ && !idle()) when = std::min(when, closed_until_);
  if (connected()) {
    when = std::min({when, keepalive_at_, answer_by_});
    if (idle()) when = std::min(when, idle_at_);
  }
  timer_.StartAt(when);
}

}  // namespace dragoman::xmpp_frontend
