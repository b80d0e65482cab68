// Numbers, each appended to a list once, some on their way at any moment: a command that was
// repeated though it had been carried out shows as a number that stands there twice.
#pragma once

#include <string>

#include "tests/runtime/redis/real_redis.h"

namespace dragoman::runtime {

class CommandStream {
 public:
  // Over this many lists: "list:0", "list:1" …
  CommandStream(RedisBench& bench, int lists)
      : bench_(bench), lists_(lists), tick_(bench.loop, [this] { Fill(); }) {
    Fill();
  }

  static std::string List(int number) { return "list:" + std::to_string(number); }

  // No more commands; waits for the results of those on their way.
  bool Stop() {
    tick_.Stop();
    return bench_.Until([this] { return open_ == 0; });
  }

  std::size_t done = 0;      // carried out, as far as their callers know
  std::size_t refused = 0;   // not carried out
  std::size_t in_doubt = 0;  // the rest

 private:
  static constexpr std::size_t kOpen = 20;

  void Fill() {
    for (; open_ < kOpen; ++open_) Send();
    tick_.StartAt(bench_.loop.Now() + Duration(2));
  }

  void Send() {
    const std::string key = List(next_ % lists_);
    bench_.redis->Command({key, {"RPUSH", key, std::to_string(next_)}},
                          [this](const RedisResult& reply) {
                            --open_;
                            if (reply) return void(++done);
                            ++(reply.error().error == RedisError::kRefused ? refused : in_doubt);
                          });
    ++next_;
  }

  RedisBench& bench_;
  int lists_;
  int next_ = 0;
  std::size_t open_ = 0;
  Timer tick_;
};

}  // namespace dragoman::runtime
