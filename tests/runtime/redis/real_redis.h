// Real servers of a test's own: on free ports of loopback, in a folder of their own, stopped by
// their process ids.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/policy/redis_settings.h"
#include "runtime/redis/redis.h"

namespace dragoman::runtime {

int FreePort();  // of loopback, below the range that outgoing connections take theirs from

// A folder that goes with its contents.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// One redis-server or redis-sentinel.
class RealRedis {
 public:
  // `words` follow "--port"; waits until it answers.
  static std::unique_ptr<RealRedis> Server(const std::string& folder,
                                           const std::vector<std::string>& words = {},
                                           int port = 0);
  // With a configuration file of its own, which a sentinel rewrites.
  static std::unique_ptr<RealRedis> Sentinel(const std::string& folder, const std::string& config);
  ~RealRedis();

  int port() const { return port_; }
  policy::HostPort where() const { return {"127.0.0.1", static_cast<std::uint16_t>(port_)}; }
  void Signal(int number) const;  // SIGKILL, SIGSTOP, SIGCONT
  void Restart();                 // as it was, after SIGKILL

  // What it answers, as one line: "OK", "ERR …", "[a b]". Blocks for 5 s at most; "" if it is not
  // there.
  std::string Ask(const std::vector<std::string>& words) const;
  // Until the reply contains `part`; false after 20 s.
  bool Await(const std::vector<std::string>& words, const std::string& part) const;

 private:
  RealRedis(std::string program, std::vector<std::string> words, int port, std::string folder);
  void Start();
  std::string program_;
  std::vector<std::string> words_;
  int port_;
  std::string folder_;
  pid_t pid_ = 0;
};

// A client on a loop, and what it told.
class RedisBench {
 public:
  explicit RedisBench(policy::RedisPlace place, policy::RedisLogin login = {},
                      std::uint32_t database = 0);

  void Connect();  // anew, with `settings` as they are

  // Turns the loop until `met`; false if that takes longer than `limit`.
  bool Until(const std::function<bool()>& met, Duration limit = Duration(20'000));
  bool UntilConnected(std::uint64_t connections = 1);
  RedisResult Do(RedisCommand command);                // waits for its result
  std::string Print(const RedisResult& result) const;  // "OK", "[a b]", "refused: OOM …"
  std::size_t Told(RedisEvent::What what, RedisReason reason) const;
  std::size_t Told(RedisEvent::What what) const;

  Loop loop;
  policy::RedisSettings settings;
  std::vector<RedisEvent> events;
  std::unique_ptr<Redis> redis;
};

}  // namespace dragoman::runtime
