#include "presence-store/script.h"

#include <utility>

#include "core/base/digest.h"

namespace dragoman::store {

Script::Script(std::string_view body) : body_(body), digest_(HexEncode(Sha1(body))) {}

void Script::Run(runtime::Redis& redis, const std::string& key, std::vector<std::string> arguments,
                 runtime::OnRedisReply done) const {
  std::vector<std::string> words = {"EVALSHA", digest_, "1", key};
  words.insert(words.end(), std::make_move_iterator(arguments.begin()),
               std::make_move_iterator(arguments.end()));
  std::vector<std::string> again = words;
  redis.Command({key, std::move(words)},
                [this, &redis, key, again = std::move(again), done = std::move(done)](
                    Result<runtime::RedisReply, runtime::RedisFailure> reply) mutable {
                  const bool unknown =
                      !reply && reply.error().reason == runtime::RedisReason::kNoScript;
                  if (!unknown) return done(std::move(reply));
                  again[0] = "EVAL";
                  again[1] = body_;
                  redis.Command({key, std::move(again)}, std::move(done));
                });
}

}  // namespace dragoman::store
