#include "runtime/redis/scan.h"

#include <utility>

namespace dragoman::runtime {

void ScanWalk::Start(std::vector<Ask> servers, std::string pattern, Redis::OnKeys page,
                     Redis::OnScanned done) {
  const std::shared_ptr<ScanWalk> walk(
      new ScanWalk(std::move(servers), std::move(pattern), std::move(page), std::move(done)));
  walk->Next("0");
}

ScanWalk::ScanWalk(std::vector<Ask> servers, std::string pattern, Redis::OnKeys page,
                   Redis::OnScanned done)
    : servers_(std::move(servers)),
      pattern_(std::move(pattern)),
      page_(std::move(page)),
      done_(std::move(done)) {}

void ScanWalk::Next(const std::string& cursor) {
  servers_.back()({"SCAN", cursor, "MATCH", pattern_, "COUNT", kScanPage},
                  [walk = shared_from_this()](const RedisResult& reply) { walk->OnPage(reply); });
}

// [cursor, [key, …]]
void ScanWalk::OnPage(const RedisResult& reply) {
  if (!reply) return done_(Fail(reply.error()));
  const auto* parts = reply->items();
  const std::string* cursor = parts != nullptr && parts->size() == 2 ? (*parts)[0].text() : nullptr;
  const auto* found = cursor != nullptr ? (*parts)[1].items() : nullptr;
  if (found == nullptr) {
    return done_(Fail(RedisFailure{RedisError::kUnavailable, RedisReason::kProtocol,
                                   "SCAN: not a cursor and keys"}));
  }
  std::vector<std::string> keys;
  for (const RedisReply& one : *found) {
    if (one.text() != nullptr) keys.push_back(*one.text());
  }
  if (!keys.empty()) page_(std::move(keys));
  if (*cursor != "0") return Next(*cursor);
  servers_.pop_back();
  servers_.empty() ? done_(true) : Next("0");
}

}  // namespace dragoman::runtime
