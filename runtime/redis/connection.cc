#include "runtime/redis/connection.h"

#include <algorithm>
#include <utility>

#include "runtime/redis/request.h"

namespace dragoman::runtime {

RedisConnection::RedisConnection(RedisEnvironment& environment, Plan plan, Told told)
    : environment_(environment),
      plan_(std::move(plan)),
      told_(std::move(told)),
      timer_(environment.loop, [this] { OnTimer(); }),
      retry_(environment.loop, [this] { Begin(); }),
      backoff_(environment.random) {
  Begin();
}

RedisConnection::~RedisConnection() {
  FailAll({RedisError::kUnavailable, RedisReason::kLost, "connection to Redis given up"});
}

void RedisConnection::Command(const std::vector<std::string>& words, OnRedisReply done) {
  if (state_ == State::kWaiting) {
    return Later(std::move(done), {RedisError::kUnavailable,
                                   last_down_.value_or(RedisReason::kLost), "not connected"});
  }
  std::string request = FormatRequest(words);
  if (pending_.size() + unsent_.size() >= kRedisPendingMax ||
      bytes_ + request.size() > kRedisPendingBytesMax) {
    return Later(std::move(done), {RedisError::kUnavailable, RedisReason::kOverloaded,
                                   "too many commands without a reply"});
  }
  bytes_ += request.size();
  Pending pending{words.front(), request.size(), environment_.loop.Now() + kRedisCommandMax,
                  std::move(done)};
  if (state_ == State::kReady) {
    connection_->Write(request);
    pending_.push_back(std::move(pending));
  } else {
    unsent_.push_back({std::move(request), std::move(pending)});
  }
  Arm();
}

void RedisConnection::Begin() {
  renewing_ = false;
  if (!plan_.server.path.empty()) {
    state_ = State::kConnecting;
    ++opened_;
    connection_ =
        Connection::ConnectPath(environment_.loop, plan_.server.path, kRedisConnectMax, *this);
    return;
  }
  state_ = State::kResolving;
  environment_.Resolve(plan_.server.where.host, alive_.Only([this](auto found) {
    if (found) addresses_ = *std::move(found);
    NextAddress({RedisError::kUnavailable, RedisReason::kUnresolved,
                 found ? "the name has no address" : found.error()});
  }));
}

void RedisConnection::NextAddress(const RedisFailure& last) {
  if (addresses_.empty()) return Down(last);
  const std::string address = addresses_.front();
  addresses_.erase(addresses_.begin());
  state_ = State::kConnecting;
  ++opened_;
  connection_ = Connection::Connect(environment_.loop, address, plan_.server.where.port,
                                    kRedisConnectMax, *this);
}

void RedisConnection::OnOpen() {
  state_ = State::kGreeting;
  reader_.emplace();
  handshake_.emplace(*plan_.login, plan_.database, plan_.role);
  for (const std::vector<std::string>& words : handshake_->commands()) {
    connection_->Write(FormatRequest(words));
    pending_.push_back({words.front(), 0, environment_.loop.Now() + kRedisCommandMax, {}});
  }
  Arm();
}

void RedisConnection::OnBytes(std::string_view bytes) {
  reader_->Feed(bytes);
  const std::weak_ptr<char> alive = alive_.token();
  const std::uint64_t read_from = opened_;
  while (auto reply = reader_->Next()) {
    OnReply(*std::move(reply));
    if (alive.expired() || opened_ != read_from) return;  // what is left belongs to nobody
  }
  if (!reader_->problem().empty())
    Give({RedisError::kUnavailable, RedisReason::kProtocol, reader_->problem()});
}

void RedisConnection::OnReply(ReplyReader::Reply reply) {
  if (pending_.empty()) {
    return Give({RedisError::kUnavailable, RedisReason::kProtocol,
                 "a reply without a command" + (reply ? std::string() : ": " + reply.error())});
  }
  Pending command = std::move(pending_.front());
  pending_.pop_front();
  bytes_ -= command.bytes;
  Arm();
  if (reply && !command.done) return OnGreeted(*std::move(reply));
  if (reply) {
    backoff_.Reset();
    return command.done(*std::move(reply));
  }
  const RedisRefusal refusal = ClassifyRefusal(reply.error());
  const RedisFailure failure{RedisError::kRefused, refusal.reason, reply.error()};
  if (!command.done) return OnGreeted(Fail(failure));
  Refused(command, failure, refusal);
  command.done(Fail(failure));
}

// Its connection goes when the replies that came with this one have been told: they are no doubtful
// ones.
void RedisConnection::Refused(const Pending& command, const RedisFailure& failure,
                              const RedisRefusal& refusal) {
  const TimePoint now = environment_.loop.Now();
  const auto told = refusals_told_.emplace(std::pair(command.verb, refusal.reason), now);
  const bool news = told.second || told.first->second + kRefusalToldEvery <= now;
  if (news) told.first->second = now;
  environment_.Tell({.what = RedisEvent::What::kRefused,
                     .peer = plan_.peer,
                     .server = ToString(plan_.server),
                     .reason = refusal.reason,
                     .detail = command.verb + ": " + failure.detail,
                     .news = news && !refusal.routine});
  if (refusal.remedy != RedisRemedy::kReconnect || std::exchange(renewing_, true)) return;
  environment_.loop.Defer(alive_.Only([this, failure] {
    if (renewing_) Down({RedisError::kUnavailable, failure.reason, failure.detail});
  }));
}

void RedisConnection::OnGreeted(const RedisResult& reply) {
  if (const std::optional<RedisFailure> failure = handshake_->Take(reply)) return Give(*failure);
  if (handshake_->done()) OnReady();
}

void RedisConnection::OnReady() {
  state_ = State::kReady;
  addresses_.clear();
  last_down_.reset();
  for (Unsent& one : std::exchange(unsent_, {})) {
    connection_->Write(one.request);
    pending_.push_back(std::move(one.pending));
  }
  Arm();
  environment_.Tell(
      {.what = RedisEvent::What::kConnected, .peer = plan_.peer, .server = ToString(plan_.server)});
  if (const auto ready = told_.ready) ready();  // a copy: it may destroy this
}

void RedisConnection::OnClosed(const CloseInfo& info) {
  const bool made = state_ != State::kConnecting;
  Give({RedisError::kUnavailable, made ? RedisReason::kLost : RedisReason::kUnreachable,
        info.detail});
}

// A command without a reply in time: nothing behind it can be trusted to come, so the connection
// goes.
void RedisConnection::OnTimer() {
  const TimePoint now = environment_.loop.Now();
  if (!pending_.empty() && pending_.front().deadline <= now) {
    return Give({RedisError::kTimeout, RedisReason::kTimeout,
                 pending_.front().verb + ": no reply in time"});
  }
  while (!unsent_.empty() && unsent_.front().pending.deadline <= now) {
    Pending late = std::move(unsent_.front().pending);
    unsent_.pop_front();
    bytes_ -= late.bytes;
    Later(std::move(late.done),
          {RedisError::kUnavailable, RedisReason::kTimeout, "not connected in time"});
  }
  Arm();
}

void RedisConnection::Arm() {
  TimePoint when = TimePoint::max();
  if (!pending_.empty()) when = pending_.front().deadline;
  if (!unsent_.empty()) when = std::min(when, unsent_.front().pending.deadline);
  timer_.StartAt(when);
}

// Before the handshake has succeeded, the name's other addresses are tried: one of them may be the
// master.
void RedisConnection::Give(RedisFailure failure) {
  if (state_ == State::kReady || addresses_.empty()) return Down(failure);
  connection_.reset();
  pending_.clear();  // of the handshake
  Arm();
  NextAddress(failure);
}

void RedisConnection::Down(const RedisFailure& failure) {
  const bool news = state_ == State::kReady || last_down_ != failure.reason;
  state_ = State::kWaiting;
  renewing_ = false;
  last_down_ = failure.reason;
  addresses_.clear();
  ++opened_;
  connection_.reset();
  FailAll(failure);
  retry_.StartAt(environment_.loop.Now() + backoff_.Next());
  environment_.Tell({.what = RedisEvent::What::kDown,
                     .peer = plan_.peer,
                     .server = ToString(plan_.server),
                     .reason = failure.reason,
                     .detail = failure.detail,
                     .news = news});
  if (const auto down = told_.down) down(failure);
}

void RedisConnection::FailAll(const RedisFailure& failure) {
  bytes_ = 0;
  for (Pending& one : std::exchange(pending_, {})) {
    if (!one.done) continue;
    const bool timeout = failure.error == RedisError::kTimeout;
    Later(std::move(one.done), {timeout ? RedisError::kTimeout : RedisError::kUnavailable,
                                failure.reason, failure.detail});
  }
  for (Unsent& one : std::exchange(unsent_, {})) {
    Later(std::move(one.pending.done), {RedisError::kUnavailable, failure.reason, failure.detail});
  }
  Arm();
}

void RedisConnection::Later(OnRedisReply done, RedisFailure failure) {
  environment_.loop.Defer(
      [done = std::move(done), failure = std::move(failure)] { done(Fail(failure)); });
}

}  // namespace dragoman::runtime
