// Which receipts were passed on: a message is answered by the first resource that has it, and
// receipts of further ones are ignored. RCPT-4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_set>

namespace dragoman::chat {

inline constexpr std::size_t kReceiptsMax = 4096;  // remembered; the oldest are forgotten first

class FirstReceipts {
 public:
  // False: the message of that id has been answered.
  bool Take(std::string_view message_id);

 private:
  std::deque<std::uint64_t> order_;  // digests: ids may be long
  std::unordered_set<std::uint64_t> known_;
};

}  // namespace dragoman::chat
