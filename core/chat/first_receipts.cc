#include "core/chat/first_receipts.h"

#include <cstring>

#include "core/base/digest.h"

namespace dragoman::chat {

bool FirstReceipts::Take(std::string_view message_id) {
  const auto digest = Sha256(message_id);
  std::uint64_t key = 0;
  std::memcpy(&key, digest.data(), sizeof key);
  if (!known_.insert(key).second) return false;
  order_.push_back(key);
  if (order_.size() > kReceiptsMax) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

}  // namespace dragoman::chat
