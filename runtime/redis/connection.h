// One connection to one Redis server, which comes back by itself when it is lost: handshake,
// pipelined commands, each with a time-out, back-off with jitter.
//
// A command whose connection is lost is in doubt and never repeated here. One that was not sent
// yet, because the connection is still being made, fails with the attempt.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/policy/redis_settings.h"
#include "runtime/net/connection.h"
#include "runtime/redis/alive.h"
#include "runtime/redis/backoff.h"
#include "runtime/redis/environment.h"
#include "runtime/redis/handshake.h"
#include "runtime/redis/reply_reader.h"

namespace dragoman::runtime {

inline constexpr Duration kRedisCommandMax = 2s;    // from the call to the reply
inline constexpr Duration kRedisConnectMax = 1s;    // to one address
inline constexpr Duration kRefusalToldEvery = 10s;  // of one kind, as news
// Of one connection, unanswered; above: kUnavailable at once.
inline constexpr std::size_t kRedisPendingMax = 10000;
inline constexpr std::size_t kRedisPendingBytesMax = 16 << 20;

class RedisConnection : private ConnectionOwner {
 public:
  struct Plan {
    policy::RedisServer server;
    const policy::RedisLogin* login = nullptr;  // outlives this; read at each attempt
    std::uint32_t database = 0;
    RoleWanted role = RoleWanted::kAny;
    RedisPeer peer = RedisPeer::kServer;
  };
  // Called from the loop; each may destroy the connection.
  struct Told {
    std::function<void()> ready = {};                    // the handshake succeeded
    std::function<void(const RedisFailure&)> down = {};  // lost, or an attempt failed
  };

  // Begins at once. `environment` outlives this.
  RedisConnection(RedisEnvironment& environment, Plan plan, Told told);
  ~RedisConnection() override;  // what has no reply yet fails, from the loop

  void Command(const std::vector<std::string>& words, OnRedisReply done);

  bool ready() const { return state_ == State::kReady; }
  // Between two attempts: commands fail at once.
  bool down() const { return state_ == State::kWaiting; }
  std::size_t in_flight() const { return pending_.size() + unsent_.size(); }
  const policy::RedisServer& server() const { return plan_.server; }

 private:
  enum class State { kWaiting, kResolving, kConnecting, kGreeting, kReady };
  struct Pending {
    std::string verb;
    std::size_t bytes;
    TimePoint deadline;
    OnRedisReply done;  // empty: part of the handshake
  };
  struct Unsent {
    std::string request;
    Pending pending;
  };

  void OnOpen() override;
  void OnBytes(std::string_view bytes) override;
  void OnClosed(const CloseInfo& info) override;

  void Begin();
  void NextAddress(const RedisFailure& last);
  void OnReply(ReplyReader::Reply reply);
  void OnGreeted(const RedisResult& reply);
  void OnReady();
  void Refused(const Pending& command, const RedisFailure& failure, const RedisRefusal& refusal);
  void OnTimer();
  void Arm();
  void Give(RedisFailure failure);  // this address up, then the attempt
  void Down(const RedisFailure& failure);
  void FailAll(const RedisFailure& failure);
  void Later(OnRedisReply done, RedisFailure failure);

  RedisEnvironment& environment_;
  Plan plan_;
  Told told_;
  Timer timer_;
  Timer retry_;
  Backoff backoff_;
  State state_ = State::kWaiting;
  std::vector<std::string> addresses_;  // not tried yet in this attempt
  std::unique_ptr<Connection> connection_;
  std::uint64_t opened_ = 0;  // connections begun and given up so far
  std::optional<ReplyReader> reader_;
  std::optional<Handshake> handshake_;
  std::deque<Pending> pending_;  // sent: replies come in the order of the commands
  std::deque<Unsent> unsent_;
  std::size_t bytes_ = 0;  // of both
  std::optional<RedisReason> last_down_;
  std::map<std::pair<std::string, RedisReason>, TimePoint> refusals_told_;  // by the command
  bool renewing_ = false;
  Alive alive_;
};

}  // namespace dragoman::runtime
