// What waits for one peer: pairs of frames, bounded in bytes, handed to ZeroMQ in batches.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace dragoman::runtime {

inline constexpr std::size_t kBusQueueBytesMax = 32u << 20;  // for each peer (L-26)
inline constexpr std::size_t kBusFrameBytesMax = 1u << 20;   // header and payload each (L-26)
// ZeroMQ counts messages, not bytes: at most kBusHighWater batches lie inside it for one peer, and
// as many that it has received. What it does not take waits here.
inline constexpr std::size_t kBusBatchBytesMax = 128u << 10;
inline constexpr int kBusHighWater = 64;

class Outbox {
 public:
  enum class Put { kTaken, kFull, kTooLarge };
  Put Add(std::string& header, std::string& payload);  // moved from if it was taken

  enum class Sent { kAll, kLater, kGone };
  // As much as `socket` takes now. `peer`: the ROUTER's name for it; empty for a DEALER.
  Sent Flush(void* socket, const std::string& peer);

  std::vector<std::string> TakeHeaders();  // of all that waits, which is gone then

  bool empty() const { return pairs_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Pair {
    std::string header;
    std::string payload;
    std::size_t size() const { return header.size() + payload.size(); }
  };
  std::deque<Pair> pairs_;
  std::size_t bytes_ = 0;
};

}  // namespace dragoman::runtime
