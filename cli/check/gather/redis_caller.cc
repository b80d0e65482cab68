#include "cli/check/gather/redis_caller.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace dragoman::check {

RedisCaller::RedisCaller(runtime::Loop& loop, RedisLook look, Done done)
    : loop_(loop), look_(std::move(look)), done_(std::move(done)) {}

// The first answer waits for the connection too.
void RedisCaller::Start() {
  redis_ = runtime::Redis::Create(loop_, look_.url);
  redis_->Command({"PING"}, [this](const Reply& reply) {
    if (Took(reply)) Ping();
  });
}

void RedisCaller::Ping() {
  redis_->Command({"PING"}, [this, asked = loop_.Now()](const Reply& reply) {
    if (!Took(reply)) return;
    const Duration took = loop_.Now() - asked;
    look_.answered_in = pings_ == 0 ? took : std::min(look_.answered_in, took);
    ++pings_ < kPings ? Ping() : Info();
  });
}

void RedisCaller::Info() {
  redis_->Command({"INFO"}, [this](const Reply& reply) {
    if (!Took(reply)) return;
    if (const auto* text = std::get_if<std::string>(&reply->value)) look_.info = *text;
    End();
  });
}

bool RedisCaller::Took(const Reply& reply) {
  look_.connected = reply.has_value();
  if (reply) return true;
  if (reply.error().error == runtime::RedisError::kRefused) look_.refused = reply.error().detail;
  End();
  return false;
}

void RedisCaller::End() {
  loop_.Defer([this] {
    redis_.reset();  // else it tries again, and the loop has something to do for ever
    done_(look_);
  });
}

}  // namespace dragoman::check
