#include "runtime/bus/gatekeeper.h"

#include <array>
#include <cstdint>
#include <utility>

namespace dragoman::runtime {
namespace {

constexpr std::size_t kCurveKeyBytes = 32;

// Frames of a request, behind the delimiter.
enum Field { kVersion = 1, kRequestId, kDomain, kAddress, kIdentity, kMechanism, kCredentials };

std::string TextOf(const std::string& key) {
  std::array<char, kCurveKeyBytes * 5 / 4 + 1> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
  return text.data();
}

}  // namespace

Gatekeeper::Gatekeeper(Loop& loop, void* context, Refused refused)
    : refused_(std::move(refused)), socket_(loop, Bind(context), [this](int events) {
        if ((events & ZMQ_POLLIN) != 0) Answer();
        return false;
      }) {}

ZmqSocket Gatekeeper::Bind(void* context) {
  ZmqSocket socket(zmq_socket(context, ZMQ_ROUTER));
  SetOption(socket.get(), ZMQ_LINGER, 0);
  stands_ = zmq_bind(socket.get(), "inproc://zeromq.zap.01") == 0;
  return socket;
}

// Behind the name of who asks come the delimiter and the request; the answer goes back the same
// way.
void Gatekeeper::Answer() {
  for (;;) {
    const std::vector<std::string> asked = ReceiveAll(socket_.get());
    if (asked.empty()) return;
    if (asked.size() < kMechanism + 2 || !asked[1].empty()) continue;
    const std::vector<std::string> request(asked.begin() + 1, asked.end());
    bool admitted = false;
    if (request[kMechanism] == "CURVE" && request.size() == kCredentials + 1 &&
        request[kCredentials].size() == kCurveKeyBytes && request[kDomain] == kZapDomain) {
      const std::string key = TextOf(request[kCredentials]);
      admitted = keys_.contains(key);
      if (!admitted) refused_(request[kAddress], key);
    } else {
      refused_(request[kAddress], "none");
    }
    const std::vector<std::string> answer = {asked[0],
                                             "",
                                             "1.0",
                                             request[kRequestId],
                                             admitted ? "200" : "400",
                                             admitted ? "OK" : "not listed",
                                             "",
                                             ""};
    for (std::size_t i = 0; i < answer.size(); ++i) {
      zmq_send(socket_.get(), answer[i].data(), answer[i].size(),
               ZMQ_DONTWAIT | (i + 1 < answer.size() ? ZMQ_SNDMORE : 0));
    }
  }
}

}  // namespace dragoman::runtime
