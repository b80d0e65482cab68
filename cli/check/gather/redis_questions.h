// One connection to one Redis server or sentinel, for a few questions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/redis/connection.h"

namespace dragoman::check {

class RedisQuestions {
 public:
  using Replies = std::vector<runtime::RedisResult>;  // one for each question
  // Once, from the loop; may destroy this. A failure: there was no connection.
  using Done = std::function<void(Result<Replies, runtime::RedisFailure>)>;
  RedisQuestions(runtime::RedisEnvironment& environment, runtime::RedisConnection::Plan plan,
                 std::vector<std::vector<std::string>> questions, Done done);

 private:
  void Ask();
  void End(Result<Replies, runtime::RedisFailure> result);

  runtime::Loop& loop_;
  std::vector<std::vector<std::string>> questions_;
  Done done_;
  Replies replies_;
  bool ended_ = false;
  runtime::Alive alive_;
  runtime::RedisConnection connection_;
};

}  // namespace dragoman::check
