#include "xmpp-frontend/lane.h"

#include <algorithm>
#include <utility>

#include "core/translate/delay.h"
#include "core/xmpp/iq.h"
#include "core/xmpp/stanza.h"

namespace dragoman::xmpp_frontend {

using policy::Reason;

Lane::Lane(const Outgoing::Place& place, std::string local, std::string remote,
           policy::Partner partner, Events events)
    : place_(place),
      local_(std::move(local)),
      remote_(std::move(remote)),
      partner_(std::move(partner)),
      events_(std::move(events)),
      timer_(place.loop, [this] { OnTimer(); }) {}

void Lane::Send(std::string stanza, std::optional<envelope::MessageId> id, TimePoint deadline) {
  if (stalled() || bytes_ + stanza.size() > kLaneBytesMax) {
    return Settle(id, Reason::kOverloaded, "the partner does not read");
  }
  const bool closed = !stream_ && place_.loop.Now() < closed_until_;
  if (closed && id) {
    refused_ = true;
    return Settle(id, last_.reason, last_.detail);
  }
  bytes_ += stanza.size();
  used_at_ = place_.loop.Now();
  waiting_.push_back({std::move(stanza), id, deadline, place_.loop.Wall()});
  if (!stream_ && !closed) return Open();
  if (connected()) WriteAll();
  Arm();
}

void Lane::Open() {
  was_ready_ = false;
  if (lost_ && lost_until_ <= place_.loop.Now()) lost_.reset();
  if (!lost_) SendAgain();
  stream_ = std::make_unique<Outgoing>(
      place_, local_, remote_, partner_, Outgoing::Purpose{.question = {}, .resume = lost_},
      Outgoing::Events{[this](const xmpp::OutboundStream::Ready& ready) { OnReady(ready); },
                       {},
                       [this](std::uint64_t bytes) { OnArrived(bytes); },
                       [this](std::uint32_t handled) { OnAcked(handled); },
                       events_.stanza,
                       [this](const Ended& ended) { OnEnded(ended); }});
  Arm();
}

void Lane::OnReady(const xmpp::OutboundStream::Ready& ready) {
  events_.event("stream ready",
                stream_->address() + " proven by " + std::string(Name(ready.proof)) +
                    (ready.managed ? ", managed" : "") + (ready.resumed ? ", taken up again" : ""));
  was_ready_ = true;
  backoff_ = kBackoffFirst;
  managed_ = ready.managed;
  management_id_ = ready.management_id;
  lost_.reset();
  if (ready.resumed) {  // the same stream goes on: what had not arrived goes first, as it was
    if (!TakeAcked(*ready.resumed)) return;
    progress_at_ = place_.loop.Now();
    for (const Item& item : sent_) stream_->Write(item.stanza);
  } else {
    handled_ = 0;
    SendAgain();
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
  while (!waiting_.empty() && sent_.size() < kInFlightMax) {
    Item item = std::move(waiting_.front());
    waiting_.pop_front();
    if (item.deadline <= now) {
      bytes_ -= item.stanza.size();
      Settle(item.id, Reason::kRemoteServerTimeout, "the stream took too long");
      continue;
    }
    if (item.id && !events_.may_begin(*item.id)) {
      bytes_ -= item.stanza.size();
      continue;
    }
    Write(std::move(item));
    any = true;
  }
  if (any && managed_) stream_->AskForAck();
  idle_at_ = now + place_.settings.xmpp.limits.idle;
  keepalive_at_ = now + place_.settings.xmpp.limits.keepalive;
}

void Lane::Write(Item item) {
  if (sent_.empty()) progress_at_ = place_.loop.Now();
  stream_->Write(item.stanza);
  item.end = stream_->written();
  sent_.push_back(std::move(item));
}

bool Lane::stalled() const {
  return connected() && !sent_.empty() && progress_at_ + kStallMax <= place_.loop.Now();
}

void Lane::PopSent() {
  progress_at_ = place_.loop.Now();
  Item item = std::move(sent_.front());
  sent_.pop_front();
  bytes_ -= item.stanza.size();
  Settle(item.id, Reason::kNone, {});
}

void Lane::OnArrived(std::uint64_t bytes) {
  while (!managed_ && !sent_.empty() && sent_.front().end <= bytes) PopSent();
  if (connected()) WriteAll();
  Arm();
}

void Lane::OnAcked(std::uint32_t handled) {
  answer_by_ = TimePoint::max();
  if (!TakeAcked(handled)) return;
  if (connected()) WriteAll();
  Arm();
}

bool Lane::TakeAcked(std::uint32_t handled) {
  const std::uint32_t news = handled - handled_;  // counts wrap (SM-4)
  if (news > sent_.size()) {                      // SM-5
    stream_->Refuse(xmpp::StreamError::kUndefinedCondition, "handled-count-too-high");
    return false;
  }
  handled_ = handled;
  for (std::uint32_t i = 0; i < news; ++i) PopSent();
  return true;
}

// What was in flight on a stream that is gone for good, once more and marked with its time.
void Lane::SendAgain() {
  const TimePoint now = place_.loop.Now();
  while (!sent_.empty()) {
    Item item = std::move(sent_.back());
    sent_.pop_back();
    bytes_ -= item.stanza.size();
    if (item.again || item.deadline <= now) {
      Settle(item.id, Reason::kConnectionLost, "the stream was lost with it in flight");
      continue;
    }
    item.again = true;
    item.stanza = translate::WithDelay(std::move(item.stanza), local_, item.said);
    bytes_ += item.stanza.size();
    waiting_.push_front(std::move(item));
  }
}

void Lane::OnEnded(const Ended& told) {
  const Ended ended = told;  // it is the stream's, which goes now
  const auto acks = stream_->acknowledger();
  stream_.reset();
  idle_at_ = keepalive_at_ = answer_by_ = TimePoint::max();
  const bool failed = ended.reason != Reason::kNone;
  events_.event(failed ? "stream failed" : "stream closed",
                failed ? std::string(Name(ended.reason)) + ": " + ended.detail : "");
  if (was_ready_) {
    const bool lost = ended.reason == Reason::kConnectionLost;
    if (lost && !management_id_.empty()) {
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
  std::deque<Item> answers = TakeAnswers();
  RefuseAll(last_.reason, last_.detail);
  for (const Item& item : answers) bytes_ += item.stanza.size();
  waiting_ = std::move(answers);
  Arm();
}

// Nobody else would say what they say: the partner's users are told as soon as it can be reached.
std::deque<Lane::Item> Lane::TakeAnswers() {
  std::deque<Item> answers;
  for (Item& item : waiting_) {
    if (!item.id && item.deadline > place_.loop.Now()) answers.push_back(std::move(item));
  }
  std::erase_if(waiting_, [](const Item& item) { return !item.id; });
  return answers;
}

void Lane::RefuseAll(Reason reason, const std::string& detail) {
  lost_.reset();
  refused_ |= !idle();
  bytes_ = 0;
  for (Item& item : std::exchange(sent_, {})) Settle(item.id, Reason::kConnectionLost, detail);
  for (Item& item : std::exchange(waiting_, {})) Settle(item.id, reason, detail);
}

void Lane::Settle(std::optional<envelope::MessageId>& id, Reason reason,
                  const std::string& detail) {
  if (const auto known = std::exchange(id, std::nullopt)) events_.settled(*known, reason, detail);
}

void Lane::Withdraw(const envelope::MessageId& id) {
  std::erase_if(waiting_, [&](const Item& item) {
    if (item.id != id) return false;
    bytes_ -= item.stanza.size();
    return true;
  });
  Arm();
}

void Lane::Abandon(Reason reason) {
  RefuseAll(reason, {});
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

bool Lane::forsaken() const {
  return !stream_ && sent_.empty() &&
         std::none_of(waiting_.begin(), waiting_.end(), [](const Item& one) { return one.id; });
}

void Lane::OnTimer() {
  const TimePoint now = place_.loop.Now();
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    bytes_ -= waiting_.front().stanza.size();
    Settle(waiting_.front().id, Reason::kRemoteServerTimeout, "the stream took too long");
    waiting_.pop_front();
  }
  if (!stream_ && !waiting_.empty() && closed_until_ <= now) return Open();
  if (stalled()) {
    for (Item& item : std::exchange(waiting_, {})) {
      bytes_ -= item.stanza.size();
      Settle(item.id, Reason::kOverloaded, "the partner does not read");
    }
  }
  for (Item& item : sent_) {  // kept for the count, but its sender hears
    if (item.deadline > now) break;
    Settle(item.id, Reason::kRemoteServerTimeout, "the partner does not acknowledge");
  }
  if (connected() && answer_by_ <= now) {
    stream_->Refuse(xmpp::StreamError::kConnectionTimeout, "deadline");
  } else if (connected() && keepalive_at_ <= now) {
    KeepAlive();
  }
  if (idle_at_ <= now && idle()) {
    idle_at_ = TimePoint::max();
    Finish();
  }
  Arm();
}

void Lane::Arm() {
  TimePoint when = std::min({idle_at_, keepalive_at_, answer_by_});
  if (!waiting_.empty()) {
    when = std::min(when, waiting_.front().deadline);
    if (!stream_) when = std::min(when, closed_until_);
    if (connected() && !sent_.empty()) when = std::min(when, progress_at_ + kStallMax);
  }
  for (const Item& item : sent_) {
    if (!item.id) continue;
    when = std::min(when, item.deadline);
    break;
  }
  timer_.StartAt(when);
}

}  // namespace dragoman::xmpp_frontend
