#include "runtime/bus/bus.h"

#include <sys/stat.h>
#include <zmq.h>

#include <deque>
#include <filesystem>
#include <map>
#include <utility>

namespace dragoman::runtime {
namespace {

constexpr int kBudget = 256;  // ZeroMQ messages of one turn; the rest waits for the next one
constexpr int kHighWater =
    0;  // no limit inside ZeroMQ: kBusQueueBytesMax bounds what is handed to it
constexpr std::size_t kBatchBytesMax = 256 * 1024;  // frames of one multipart message
constexpr int kReconnectMs = 50;
constexpr int kReconnectMaxMs = 500;

struct ContextEnd {
  void operator()(void* context) const { zmq_ctx_term(context); }
};
struct SocketEnd {
  void operator()(void* socket) const { zmq_close(socket); }
};
using ZmqContext = std::unique_ptr<void, ContextEnd>;
using ZmqSocket = std::unique_ptr<void, SocketEnd>;

class Frame {
 public:
  Frame() { zmq_msg_init(&message_); }
  ~Frame() { zmq_msg_close(&message_); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  bool Receive(void* socket) { return zmq_msg_recv(&message_, socket, ZMQ_DONTWAIT) >= 0; }
  bool more() const { return zmq_msg_more(&message_) != 0; }
  std::string_view bytes() {
    return {static_cast<const char*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }

 private:
  zmq_msg_t message_;
};

void SetOption(void* socket, int option, int value) {
  zmq_setsockopt(socket, option, &value, sizeof value);
}

std::string ErrorText() { return zmq_strerror(zmq_errno()); }

// One ZeroMQ socket on the loop: its descriptor only tells that something may have changed.
class Link {
 public:
  using OnReadable = std::function<bool()>;  // true: there is more

  Link(Loop& loop, ZmqSocket socket, OnReadable readable)
      : readable_(std::move(readable)),
        socket_(std::move(socket)),
        poll_(new uv_poll_t),
        prepare_(new uv_prepare_t),
        idle_(new uv_idle_t) {
    int fd = -1;
    std::size_t size = sizeof fd;
    zmq_getsockopt(socket_.get(), ZMQ_FD, &fd, &size);
    uv_poll_init(loop.uv(), poll_.get(), fd);
    uv_prepare_init(loop.uv(), prepare_.get());
    uv_idle_init(loop.uv(), idle_.get());
    poll_->data = prepare_->data = this;
    uv_poll_start(poll_.get(), UV_READABLE,
                  [](uv_poll_t* handle, int, int) { static_cast<Link*>(handle->data)->Process(); });
    // An edge may have been consumed by one of our own sends: look again before each sleep.
    uv_prepare_start(prepare_.get(),
                     [](uv_prepare_t* handle) { static_cast<Link*>(handle->data)->Process(); });
  }
  ~Link() { uv_poll_stop(poll_.get()); }

  void* socket() const { return socket_.get(); }

 private:
  void Process() {
    int events = 0;
    std::size_t size = sizeof events;
    if (zmq_getsockopt(socket_.get(), ZMQ_EVENTS, &events, &size) != 0) return;
    const bool more = (events & ZMQ_POLLIN) != 0 && readable_();
    if (more) {
      uv_idle_start(idle_.get(), [](uv_idle_t*) {});
    } else {
      uv_idle_stop(idle_.get());
    }
  }

  OnReadable readable_;
  ZmqSocket socket_;
  std::unique_ptr<uv_poll_t, UvClose<uv_poll_t>> poll_;
  std::unique_ptr<uv_prepare_t, UvClose<uv_prepare_t>> prepare_;
  std::unique_ptr<uv_idle_t, UvClose<uv_idle_t>> idle_;
};

struct Pair {
  std::string header;
  std::string payload;
};

class ZmqBus : public Bus {
 public:
  ZmqBus(Loop& loop, Handler handler)
      : loop_(loop),
        handler_(std::move(handler)),
        context_(zmq_ctx_new()),
        alive_(std::make_shared<bool>(true)) {
    zmq_ctx_set(context_.get(), ZMQ_MAX_MSGSZ, static_cast<int>(4 * kBusFrameBytesMax));
  }
  ~ZmqBus() override { *alive_ = false; }

  Result<bool, std::string> ConnectTo(const std::string& identity, const std::string& endpoint) {
    ZmqSocket socket = Make(ZMQ_DEALER, identity);
    SetOption(socket.get(), ZMQ_RECONNECT_IVL, kReconnectMs);
    SetOption(socket.get(), ZMQ_RECONNECT_IVL_MAX, kReconnectMaxMs);
    SetOption(socket.get(), ZMQ_IMMEDIATE,
              1);  // nothing waits inside ZeroMQ for a peer that is away (F-20)
    if (zmq_connect(socket.get(), endpoint.c_str()) != 0) {
      return Fail("bus: cannot connect to " + endpoint + ": " + ErrorText());
    }
    links_[endpoint] = std::make_unique<Link>(loop_, std::move(socket),
                                              [this, endpoint] { return Drain(endpoint); });
    return true;
  }

  Result<bool, std::string> BindTo(const std::string& identity, const std::string& endpoint) {
    ZmqSocket socket = Make(ZMQ_ROUTER, identity);
    SetOption(socket.get(), ZMQ_ROUTER_MANDATORY, 1);
    const std::string path = endpoint.starts_with("ipc://") ? endpoint.substr(6) : std::string();
    // On one machine the file's permission is the bus's lock (design §4).
    const mode_t before = umask(0077);
    std::error_code ignored;
    if (!path.empty())
      std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    const int bound = zmq_bind(socket.get(), endpoint.c_str());
    umask(before);
    if (bound != 0) return Fail("bus: cannot bind " + endpoint + ": " + ErrorText());
    router_ = true;
    links_[""] = std::make_unique<Link>(loop_, std::move(socket), [this] { return Drain(""); });
    return true;
  }

  void Send(const std::string& link, std::string header, std::string payload) override {
    Queue& queue = queues_[link];
    queue.bytes += header.size() + payload.size();
    if (queue.bytes > kBusQueueBytesMax || header.size() > kBusFrameBytesMax ||
        payload.size() > kBusFrameBytesMax) {
      queue.bytes -= header.size() + payload.size();
      return TellUnreachable(link);
    }
    queue.pairs.push_back({std::move(header), std::move(payload)});
    if (std::exchange(flush_scheduled_, true)) return;
    loop_.Defer([this, alive = alive_] {
      if (*alive) Flush();
    });
  }

 private:
  struct Queue {
    std::deque<Pair> pairs;
    std::size_t bytes = 0;
  };

  ZmqSocket Make(int type, const std::string& identity) {
    ZmqSocket socket(zmq_socket(context_.get(), type));
    zmq_setsockopt(socket.get(), ZMQ_IDENTITY, identity.data(), identity.size());
    SetOption(socket.get(), ZMQ_LINGER, 200);
    SetOption(socket.get(), ZMQ_SNDHWM, kHighWater);
    SetOption(socket.get(), ZMQ_RCVHWM, kHighWater);
    SetOption(socket.get(), ZMQ_HANDSHAKE_IVL, 5000);
    SetOption(socket.get(), ZMQ_TCP_KEEPALIVE, 1);
    return socket;
  }

  // Everything of one turn for one peer leaves as one multipart message.
  void Flush() {
    flush_scheduled_ = false;
    for (auto at = queues_.begin(); at != queues_.end();) {
      const bool sent = FlushQueue(at->first, at->second);
      at = sent ? queues_.erase(at) : std::next(at);
    }
    if (!queues_.empty()) {  // a router's link that is not connected yet: the next turn tries again
      flush_scheduled_ = true;
      if (!retry_) retry_ = std::make_unique<Timer>(loop_, [this] { Flush(); });
      retry_->StartAt(loop_.Now() + Duration(kReconnectMs));
    }
  }

  // True if the queue is empty now, or its peer is gone for good.
  bool FlushQueue(const std::string& link, Queue& queue) {
    const auto found = links_.find(router_ ? "" : link);
    if (found == links_.end()) return true;
    void* socket = found->second->socket();
    while (!queue.pairs.empty()) {
      if (router_ && zmq_send(socket, link.data(), link.size(), ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0) {
        TellUnreachable(link);
        return true;
      }
      std::size_t batch = 0;
      while (!queue.pairs.empty()) {
        const Pair& pair = queue.pairs.front();
        const std::size_t size = pair.header.size() + pair.payload.size();
        const bool last = queue.pairs.size() == 1 || batch + size > kBatchBytesMax;
        if (zmq_send(socket, pair.header.data(), pair.header.size(), ZMQ_DONTWAIT | ZMQ_SNDMORE) <
            0)
          return false;
        zmq_send(socket, pair.payload.data(), pair.payload.size(),
                 ZMQ_DONTWAIT | (last ? 0 : ZMQ_SNDMORE));
        batch += size;
        queue.bytes -= size;
        queue.pairs.pop_front();
        if (last) break;
      }
    }
    return true;
  }

  void TellUnreachable(const std::string& link) {
    loop_.Defer([this, alive = alive_, link] {
      if (*alive) handler_.on_unreachable(link);
    });
  }

  bool Drain(const std::string& endpoint) {
    void* socket = links_.at(endpoint)->socket();
    int taken = 0;
    for (; taken < kBudget; ++taken) {
      Frame first;
      if (!first.Receive(socket)) break;
      if (!router_) {
        TakePairs(socket, endpoint, &first);
      } else if (first.more()) {
        TakePairs(socket, std::string(first.bytes()), nullptr);
      }
    }
    if (taken > 0 && handler_.on_turn_end) handler_.on_turn_end();
    return taken == kBudget;
  }

  // `first`: a header frame that was read already; nullptr: the next frame is one.
  void TakePairs(void* socket, const std::string& link, Frame* first) {
    bool more = true;
    while (more) {
      Frame header;
      if (first == nullptr && !header.Receive(socket)) return;
      Frame& head = first != nullptr ? *first : header;
      if (!head.more()) return;  // a header without payload: not ours
      Frame payload;
      if (!payload.Receive(socket)) return;
      more = payload.more();
      handler_.on_frames(link, head.bytes(), std::string(payload.bytes()));
      first = nullptr;
    }
  }

  Loop& loop_;
  Handler handler_;
  ZmqContext context_;
  std::map<std::string, std::unique_ptr<Link>>
      links_;  // gone before the context: it waits for its sockets
  std::map<std::string, Queue> queues_;
  std::unique_ptr<Timer> retry_;
  std::shared_ptr<bool> alive_;
  bool flush_scheduled_ = false;
  bool router_ = false;
};

}  // namespace

Result<std::unique_ptr<Bus>, std::string> Bus::Connect(Loop& loop, const std::string& identity,
                                                       const std::vector<std::string>& endpoints,
                                                       Handler handler) {
  auto bus = std::make_unique<ZmqBus>(loop, std::move(handler));
  for (const std::string& endpoint : endpoints) {
    if (auto connected = bus->ConnectTo(identity, endpoint); !connected)
      return Fail(connected.error());
  }
  return bus;
}

Result<std::unique_ptr<Bus>, std::string> Bus::Bind(Loop& loop, const std::string& identity,
                                                    const std::string& endpoint, Handler handler) {
  auto bus = std::make_unique<ZmqBus>(loop, std::move(handler));
  if (auto bound = bus->BindTo(identity, endpoint); !bound) return Fail(bound.error());
  return bus;
}

}  // namespace dragoman::runtime
