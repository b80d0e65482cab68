// All keys of some servers, one server after the other, one page after the other.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/redis/redis.h"

namespace dragoman::runtime {

inline constexpr const char* kScanPage = "500";  // keys that a server looks at for one page

class ScanWalk : public std::enable_shared_from_this<ScanWalk> {
 public:
  // Sends one command to one server.
  using Ask = std::function<void(std::vector<std::string> words, OnRedisReply done)>;
  // Lives until `done` was called.
  static void Start(std::vector<Ask> servers, std::string pattern, Redis::OnKeys page,
                    Redis::OnScanned done);

 private:
  ScanWalk(std::vector<Ask> servers, std::string pattern, Redis::OnKeys page,
           Redis::OnScanned done);
  void Next(const std::string& cursor);
  void OnPage(const RedisResult& reply);

  std::vector<Ask> servers_;  // the last one is being asked
  std::string pattern_;
  Redis::OnKeys page_;
  Redis::OnScanned done_;
};

}  // namespace dragoman::runtime
