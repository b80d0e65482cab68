// One sentinel, asked for the master whenever it is wanted.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runtime/redis/connection.h"
#include "runtime/redis/sentinel_answer.h"

namespace dragoman::runtime {

class SentinelWatch {
 public:
  // `heard`: from the loop, when answer() is new; it may destroy this. `master`: its name.
  SentinelWatch(RedisEnvironment& environment, const policy::HostPort& where,
                const policy::RedisLogin& login, std::string master, std::function<void()> heard);

  void Ask();  // also by itself when it is connected
  // nullopt: it is not there, did not answer, or knows no such master.
  const std::optional<SentinelAnswer>& answer() const { return answer_; }

 private:
  void OnAnswered();

  RedisEnvironment& environment_;
  policy::HostPort where_;
  std::string master_;
  std::function<void()> heard_;
  std::optional<SentinelAnswer> answer_;
  std::optional<policy::HostPort> told_;  // the parts of the answer that comes
  SentinelAnswer coming_;
  bool asking_ = false;
  bool ignorant_ = false;  // it knows no such master, and said so already
  Alive alive_;
  RedisConnection connection_;
};

}  // namespace dragoman::runtime
