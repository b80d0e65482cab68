#include "runtime/redis/failure.h"

#include <algorithm>
#include <array>

namespace dragoman::runtime {
namespace {

constexpr std::array<std::string_view, 24> kNames = {
    "unresolved", "unreachable", "lost",           "timeout",       "protocol",      "overloaded",
    "not-master", "no-master",   "read-only",      "master-down",   "loading",       "no-replicas",
    "oom",        "noauth",      "wrong-password", "no-permission", "cluster-down",  "try-again",
    "moved",      "ask",         "busy",           "no-script",     "misconfigured", "other"};

struct Row {
  std::string_view beginning;  // whole words of the reply
  RedisRefusal refusal;
};

// Redis checks each of these before it does anything: what was refused was not carried out.
constexpr auto kRows = std::to_array<Row>({
    {"READONLY", {RedisReason::kReadOnly, RedisRemedy::kReconnect, false}},
    {"MASTERDOWN", {RedisReason::kMasterDown, RedisRemedy::kReconnect, false}},
    {"LOADING", {RedisReason::kLoading, RedisRemedy::kReconnect, false}},
    {"NOREPLICAS", {RedisReason::kNoReplicas, RedisRemedy::kNone, false}},
    {"OOM", {RedisReason::kOutOfMemory, RedisRemedy::kNone, false}},
    {"NOAUTH", {RedisReason::kNoAuth, RedisRemedy::kReconnect, false}},
    {"WRONGPASS", {RedisReason::kWrongPassword, RedisRemedy::kNone, false}},
    {"NOPERM", {RedisReason::kNoPermission, RedisRemedy::kNone, false}},
    // Of a command inside a script.
    {"ERR The user executing the script can't",
     {RedisReason::kNoPermission, RedisRemedy::kNone, false}},
    {"CLUSTERDOWN", {RedisReason::kClusterDown, RedisRemedy::kWait, false}},
    {"TRYAGAIN", {RedisReason::kTryAgain, RedisRemedy::kWait, true}},
    {"MOVED", {RedisReason::kMoved, RedisRemedy::kRedirect, true}},
    {"ASK", {RedisReason::kAsk, RedisRemedy::kRedirect, true}},
    {"BUSY", {RedisReason::kBusy, RedisRemedy::kNone, false}},
    {"NOSCRIPT", {RedisReason::kNoScript, RedisRemedy::kNone, true}},
    {"MISCONF", {RedisReason::kMisconfigured, RedisRemedy::kNone, false}},
});

}  // namespace

std::string_view Name(RedisReason reason) { return kNames[static_cast<std::size_t>(reason)]; }

RedisRefusal ClassifyRefusal(std::string_view text) {
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) {
    const std::size_t end = one.beginning.size();
    return text.starts_with(one.beginning) && (text.size() == end || text[end] == ' ');
  });
  if (row == kRows.end()) return {RedisReason::kOther, RedisRemedy::kNone, false};
  return row->refusal;
}

}  // namespace dragoman::runtime
