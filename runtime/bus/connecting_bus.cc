// A front-end's end of the bus: one DEALER for each router, so that each has its own state and
// queue.
#include <map>
#include <utility>

#include "runtime/bus/bus.h"
#include "runtime/bus/monitor.h"
#include "runtime/bus/sockets.h"

namespace dragoman::runtime {
namespace {

constexpr Duration kRetryEnded{100};    // after a connection that worked
constexpr Duration kRetryRefused{500};  // after a handshake that failed

class DealerBus : public ConnectingBus {
 public:
  DealerBus(Loop& loop, const BusKeys& keys, Handler handler)
      : loop_(loop),
        handler_(std::move(handler)),
        context_(MakeBusContext()),
        alive_(std::make_shared<bool>(true)) {
    if (const auto own = PublicOf(keys.secret)) own_ = {keys.secret, *own};
    SetKeys(keys);
  }
  ~DealerBus() override { *alive_ = false; }

  void SetKeys(const BusKeys& keys) override {
    routers_ = keys.routers;
    if (routers_.empty() && !own_.secret.empty()) routers_.push_back(own_.public_key);
  }

  void Add(const std::string& endpoint) override {
    if (links_.contains(endpoint)) return;
    links_.emplace(endpoint, std::make_unique<Link>(*this, endpoint)).first->second->Try();
  }

  void Remove(const std::string& endpoint) override {
    auto gone = links_.extract(endpoint);
    if (gone.empty()) return;
    // It may be inside its own call: its end waits for the end of the turn.
    gone.mapped()->Leave();
    leaving_.push_back(std::move(gone.mapped()));
    loop_.Defer([this, alive = alive_] {
      if (*alive) leaving_.clear();
    });
  }

  void Send(const std::string& endpoint, std::string header, std::string payload) override {
    const auto found = links_.find(endpoint);
    if (found == links_.end() || !found->second->up()) return;  // the handler was told
    const Outbox::Put put = found->second->outbox().Add(header, payload);
    if (put != Outbox::Put::kTaken) {
      const Unsent why = put == Outbox::Put::kFull ? Unsent::kFull : Unsent::kTooLarge;
      return loop_.Defer([this, alive = alive_, endpoint, header = std::move(header), why] {
        if (*alive) handler_.on_unsent(endpoint, header, why);
      });
    }
    if (std::exchange(flush_scheduled_, true)) return;
    loop_.Defer([this, alive = alive_] {
      if (!*alive) return;
      flush_scheduled_ = false;
      for (const auto& [name, link] : links_) link->Flush();
    });
  }

 private:
  // One socket for each connection: what is told of an old one cannot be taken for the new one.
  struct Attempt {
    Attempt(Loop& loop, ZmqSocket dealer, ZmqSocket told, LoopSocket::OnEvents on_events,
            Monitor::OnEvent on_connection)
        : socket(loop, std::move(dealer), std::move(on_events)),
          monitor(loop, socket.get(), std::move(told), std::move(on_connection)) {}
    LoopSocket socket;
    Monitor monitor;
  };

  class Link {
   public:
    Link(DealerBus& bus, std::string endpoint)
        : bus_(bus), endpoint_(std::move(endpoint)), retry_(bus.loop_, [this] { Try(); }) {}

    // Without descriptors, for one, it cannot even be tried.
    void Try() {
      if (Connect()) return;
      const std::string why = ZmqErrorText();
      retry_.StartAt(bus_.loop_.Now() + kRetryRefused);
      bus_.handler_.on_trouble(Trouble::kHandshake, endpoint_ + ": " + why);
    }
    bool up() const { return state_ == State::kUp; }
    Outbox& outbox() { return outbox_; }
    void Flush() {
      if (up()) outbox_.Flush(attempt_->socket.get(), {});
    }
    void Leave() {
      state_ = State::kOver;
      retry_.Stop();
    }

   private:
    enum class State { kConnecting, kUp, kOver };  // kOver: until the next attempt, if there is one

    bool Connect() {
      ZmqSocket dealer = MakeBusSocket(bus_.context_.get(), ZMQ_DEALER);
      ZmqSocket told = dealer ? Monitor::Watch(bus_.context_.get(), dealer.get()) : nullptr;
      if (!told) return false;
      state_ = State::kConnecting;
      attempt_ = std::make_unique<Attempt>(
          bus_.loop_, std::move(dealer), std::move(told),
          [this](int events) { return OnEvents(events); },
          [this](ConnectionEvent event, const std::string& detail, int) {
            OnConnection(event, detail);
          });
      void* socket = attempt_->socket.get();
      if (!bus_.own_.secret.empty()) {
        SetOption(socket, ZMQ_CURVE_SECRETKEY, bus_.own_.secret);
        SetOption(socket, ZMQ_CURVE_PUBLICKEY, bus_.own_.public_key);
        SetOption(socket, ZMQ_CURVE_SERVERKEY, bus_.routers_[key_ % bus_.routers_.size()]);
      }
      return zmq_connect(socket, endpoint_.c_str()) == 0;
    }
    bool OnEvents(int events) {
      if (state_ == State::kOver) return false;
      if (!outbox_.empty() && (events & ZMQ_POLLOUT) != 0) Flush();
      return (events & ZMQ_POLLIN) != 0 && Drain();
    }
    bool Drain() {
      return DrainPairs(attempt_->socket.get(), false,
                        [this](const std::string&, ZmqFrame& header, std::string payload) {
                          bus_.handler_.on_frames(endpoint_, header.bytes(), std::move(payload));
                        });
    }
    void OnConnection(ConnectionEvent event, const std::string& detail) {
      if (state_ == State::kOver) return;
      if (event == ConnectionEvent::kReady) {
        state_ = State::kUp;
        return bus_.handler_.on_link_up(endpoint_);
      }
      retry_.StartAt(bus_.loop_.Now() + (up() ? kRetryEnded : kRetryRefused));
      if (up()) {
        while (up() && Drain()) {  // what it said last comes before its end
        }
        state_ = State::kOver;
        for (const std::string& header : outbox_.TakeHeaders())
          bus_.handler_.on_unsent(endpoint_, header, Unsent::kGone);
        return bus_.handler_.on_link_down(endpoint_);
      }
      state_ = State::kOver;
      ++key_;  // while keys are changed a router has one of several (F-27)
      if (event == ConnectionEvent::kRefused) bus_.handler_.on_trouble(Trouble::kHandshake, detail);
    }

    DealerBus& bus_;
    std::string endpoint_;
    State state_ = State::kConnecting;
    Outbox outbox_;
    std::size_t key_ = 0;  // of the router's keys, the one that is tried
    std::unique_ptr<Attempt> attempt_;
    Timer retry_;
  };

  Loop& loop_;
  Handler handler_;
  CurvePair own_;
  std::vector<std::string> routers_;
  ZmqContext context_;  // waits for its sockets: they go before it
  std::map<std::string, std::unique_ptr<Link>> links_;
  std::vector<std::unique_ptr<Link>> leaving_;
  std::shared_ptr<bool> alive_;
  bool flush_scheduled_ = false;
};

}  // namespace

std::unique_ptr<ConnectingBus> ConnectingBus::Create(Loop& loop, const BusKeys& keys,
                                                     Handler handler) {
  return std::make_unique<DealerBus>(loop, keys, std::move(handler));
}

}  // namespace dragoman::runtime
