#include "runtime/redis/handshake.h"

#include <utility>

namespace dragoman::runtime {

Handshake::Handshake(const policy::RedisLogin& login, std::uint32_t database, RoleWanted role)
    : role_(role), password_(login.password) {
  if (!login.password.empty()) {
    // Without a user in the form that servers before 6.0 know too.
    commands_.push_back(login.user.empty()
                            ? std::vector<std::string>{"AUTH", login.password}
                            : std::vector<std::string>{"AUTH", login.user, login.password});
  }
  if (database != 0) commands_.push_back({"SELECT", std::to_string(database)});
  if (role != RoleWanted::kAny) commands_.push_back({"ROLE"});
  commands_.push_back({"PING"});  // refused while the server loads its data
}

std::optional<RedisFailure> Handshake::Take(const RedisResult& reply) {
  const std::string& verb = commands_[taken_++].front();
  if (verb == "ROLE") return JudgeRole(reply);
  if (reply) return std::nullopt;
  RedisFailure failure = reply.error();
  // "ERR unknown command 'AUTH', with args beginning with: …"
  if (!password_.empty() && failure.detail.find(password_) != std::string::npos)
    failure.detail = "the reply repeats the password";
  return failure;
}

std::optional<RedisFailure> Handshake::JudgeRole(const RedisResult& reply) const {
  if (!reply) {
    const bool untold = reply.error().reason == RedisReason::kNoPermission ||
                        reply.error().detail.starts_with("ERR unknown command");
    if (role_ == RoleWanted::kMasterIfTold && untold) return std::nullopt;
    return reply.error();
  }
  const auto* parts = reply->items();
  const std::string* role = parts != nullptr && !parts->empty() ? parts->front().text() : nullptr;
  if (role != nullptr && *role == "master") return std::nullopt;
  return RedisFailure{RedisError::kUnavailable, RedisReason::kNotMaster,
                      "its role is " + (role != nullptr ? *role : std::string("not told"))};
}

}  // namespace dragoman::runtime
