#include "runtime/bus/outbox.h"

#include <zmq.h>

#include <cerrno>
#include <utility>

namespace dragoman::runtime {

Outbox::Put Outbox::Add(std::string& header, std::string& payload) {
  if (header.size() > kBusFrameBytesMax || payload.size() > kBusFrameBytesMax)
    return Put::kTooLarge;
  const std::size_t size = header.size() + payload.size();
  if (bytes_ + size > kBusQueueBytesMax) return Put::kFull;
  bytes_ += size;
  pairs_.push_back({std::move(header), std::move(payload)});
  return Put::kTaken;
}

std::vector<std::string> Outbox::TakeHeaders() {
  std::vector<std::string> headers;
  headers.reserve(pairs_.size());
  for (Pair& pair : pairs_) headers.push_back(std::move(pair.header));
  pairs_.clear();
  bytes_ = 0;
  return headers;
}

Outbox::Sent Outbox::Flush(void* socket, const std::string& peer) {
  while (!pairs_.empty()) {
    // Only the first frame of a message can be refused: the others belong to it.
    if (!peer.empty() &&
        zmq_send(socket, peer.data(), peer.size(), ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0) {
      return zmq_errno() == EAGAIN ? Sent::kLater : Sent::kGone;
    }
    std::size_t batch = 0;
    for (bool last = false; !last;) {
      const Pair& pair = pairs_.front();
      batch += pair.size();
      last = pairs_.size() == 1 || batch + pairs_[1].size() > kBusBatchBytesMax;
      if (zmq_send(socket, pair.header.data(), pair.header.size(), ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
        return Sent::kLater;
      zmq_send(socket, pair.payload.data(), pair.payload.size(),
               ZMQ_DONTWAIT | (last ? 0 : ZMQ_SNDMORE));
      bytes_ -= pair.size();
      pairs_.pop_front();
    }
  }
  return Sent::kAll;
}

}  // namespace dragoman::runtime
