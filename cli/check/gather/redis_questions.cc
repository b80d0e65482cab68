#include "cli/check/gather/redis_questions.h"

#include <utility>

namespace dragoman::check {

RedisQuestions::RedisQuestions(runtime::RedisEnvironment& environment,
                               runtime::RedisConnection::Plan plan,
                               std::vector<std::vector<std::string>> questions, Done done)
    : loop_(environment.loop),
      questions_(std::move(questions)),
      done_(std::move(done)),
      connection_(environment, std::move(plan),
                  {.ready = [this] { Ask(); },
                   .down = [this](const runtime::RedisFailure& failure) { End(Fail(failure)); }}) {}

void RedisQuestions::Ask() {
  for (const std::vector<std::string>& words : questions_) {
    connection_.Command(words, alive_.Only([this](runtime::RedisResult reply) {
      replies_.push_back(std::move(reply));
      if (replies_.size() == questions_.size()) End(replies_);
    }));
  }
}

void RedisQuestions::End(Result<Replies, runtime::RedisFailure> result) {
  if (std::exchange(ended_, true)) return;
  loop_.Defer(alive_.Only([this, result = std::move(result)] {
    const Done done = done_;  // a copy: it may destroy this
    done(result);
  }));
}

}  // namespace dragoman::check
