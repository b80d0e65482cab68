#include "cli/check/gather/redis_server_caller.h"

#include <algorithm>
#include <utility>

namespace dragoman::check {

using runtime::RedisReason;
using runtime::RedisResult;

RedisServerCaller::RedisServerCaller(runtime::RedisEnvironment& environment,
                                     runtime::RedisConnection::Plan plan, bool cluster, Done done)
    : loop_(environment.loop),
      done_(std::move(done)),
      probes_(RedisProbes(cluster)),
      connection_(environment, plan,
                  {.ready =
                       [this] {
                         look_.connected = true;
                         Ping();
                       },
                   .down =
                       [this](const runtime::RedisFailure& failure) {
                         look_.connected = false;
                         look_.reason = Name(failure.reason);
                         look_.problem = failure.detail;
                         End();
                       }}) {
  look_.where = ToString(plan.server);
}

void RedisServerCaller::Ping() {
  connection_.Command({"PING"}, alive_.Only([this, asked = loop_.Now()](const RedisResult& reply) {
    if (!reply) return;  // the connection is down, and says so
    const Duration took = loop_.Now() - asked;
    look_.answered_in = pings_ == 0 ? took : std::min(look_.answered_in, took);
    ++pings_ < kPings ? Ping() : Info();
  }));
}

void RedisServerCaller::Info() {
  connection_.Command({"INFO"}, alive_.Only([this](const RedisResult& reply) {
    if (reply && reply->text() != nullptr) look_.info = *reply->text();
    Probe(0);
  }));
}

// Redis looks at the ACL before anything else: whatever else it answers, the command is allowed.
void RedisServerCaller::Probe(std::size_t number) {
  if (number == probes_.size()) return End();
  connection_.Command(probes_[number].words, alive_.Only([this, number](const RedisResult& reply) {
    if (!reply && reply.error().reason == RedisReason::kNoPermission)
      look_.lacking.push_back(probes_[number].name);
    Probe(number + 1);
  }));
}

void RedisServerCaller::End() {
  if (std::exchange(ended_, true)) return;
  loop_.Defer(alive_.Only([this] {
    const Done done = done_;  // a copy: it may destroy this
    done(look_);
  }));
}

}  // namespace dragoman::check
