// A router's end of the bus: one ROUTER for everybody, with a queue for each connection.
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "runtime/bus/bus.h"
#include "runtime/bus/doorkeeper.h"
#include "runtime/bus/gatekeeper.h"
#include "runtime/bus/monitor.h"
#include "runtime/bus/sockets.h"

namespace dragoman::runtime {
namespace {

// Of a socket that is bound over TCP: "tcp://0.0.0.0:7400".
int PortOf(void* socket) {
  std::array<char, 256> endpoint{};
  std::size_t size = endpoint.size();
  if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint.data(), &size) != 0) return 0;
  const char* colon = std::strrchr(endpoint.data(), ':');
  return colon == nullptr ? 0 : std::atoi(colon + 1);
}

class RouterBus : public Bus {
 public:
  RouterBus(Loop& loop, Handler handler)
      : loop_(loop),
        handler_(std::move(handler)),
        context_(MakeBusContext()),
        alive_(std::make_shared<bool>(true)) {}
  ~RouterBus() override { *alive_ = false; }

  Result<bool, std::string> BindTo(const std::string& endpoint, const BusKeys& keys) {
    ZmqSocket socket = MakeBusSocket(context_.get(), ZMQ_ROUTER);
    ZmqSocket connections = socket ? Monitor::Watch(context_.get(), socket.get()) : nullptr;
    if (!connections) return Fail("bus: no socket: " + ZmqErrorText());
    if (!keys.secret.empty()) {
      const auto own = PublicOf(keys.secret);
      if (!own) return Fail(std::string("bus: the secret is no key"));
      own_ = *own;
      gatekeeper_.emplace(loop_, context_.get(),
                          [this](const std::string& address, const std::string& key) {
                            handler_.on_trouble(Trouble::kKey, address + " with key " + key);
                          });
      if (!gatekeeper_->stands()) return Fail(std::string("bus: nobody would check keys"));
      SetKeys(keys);
      SetOption(socket.get(), ZMQ_CURVE_SERVER, 1);
      SetOption(socket.get(), ZMQ_CURVE_SECRETKEY, keys.secret);
      SetOption(socket.get(), ZMQ_ZAP_DOMAIN, std::string(kZapDomain));
    }
    const std::string path = endpoint.starts_with("ipc://") ? endpoint.substr(6) : std::string();
    // On one machine the file's permission is the bus's lock (design §4).
    const mode_t before = umask(0077);
    std::error_code ignored;
    if (!path.empty())
      std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    void* bare = socket.get();
    monitor_.emplace(loop_, bare, std::move(connections),
                     [this](ConnectionEvent event, const std::string& detail, int descriptor) {
                       OnConnection(event, detail, descriptor);
                     });
    socket_.emplace(loop_, std::move(socket), [this](int events) { return OnEvents(events); });
    const int bound = zmq_bind(bare, endpoint.c_str());
    umask(before);
    if (bound != 0) return Fail("bus: cannot bind " + endpoint + ": " + ZmqErrorText());
    // On one machine only we ourselves come in.
    if (path.empty()) {
      door_.emplace(PortOf(bare), [this](const std::string& address) {
        handler_.on_trouble(Trouble::kDescriptors, address + ": " + std::strerror(EMFILE));
      });
    }
    return true;
  }

  void SetKeys(const BusKeys& keys) override {
    if (!gatekeeper_) return;
    gatekeeper_->Admit(keys.clients.empty() ? std::vector<std::string>{own_} : keys.clients);
  }

  void Send(const std::string& link, std::string header, std::string payload) override {
    const Outbox::Put put = outboxes_[link].Add(header, payload);
    if (put != Outbox::Put::kTaken) {
      const Unsent why = put == Outbox::Put::kFull ? Unsent::kFull : Unsent::kTooLarge;
      return loop_.Defer([this, alive = alive_, link, header = std::move(header), why] {
        if (*alive) handler_.on_unsent(link, header, why);
      });
    }
    if (std::exchange(flush_scheduled_, true)) return;
    loop_.Defer([this, alive = alive_] {
      if (!*alive) return;
      flush_scheduled_ = false;
      Flush();
    });
  }

 private:
  bool OnEvents(int events) {
    if (!outboxes_.empty() && !flush_scheduled_) Flush();
    return (events & ZMQ_POLLIN) != 0 && Drain();
  }

  void OnConnection(ConnectionEvent event, const std::string& detail, int descriptor) {
    switch (event) {
      case ConnectionEvent::kAccepted:
        if (door_ && door_->OnAccepted(descriptor)) MakeRoom();
        return;
      case ConnectionEvent::kReady:
        return;
      case ConnectionEvent::kRefused:
        return handler_.on_trouble(Trouble::kHandshake, detail);
      case ConnectionEvent::kEnded:
        if (door_) door_->OnEnded(descriptor);
        return;
    }
  }

  void MakeRoom() {
    if (std::exchange(room_scheduled_, true)) return;
    loop_.Defer([this, alive = alive_] {
      if (!*alive) return;
      room_scheduled_ = false;
      Drain();  // who has said something is no stranger
      if (*alive) door_->MakeRoom();
    });
  }

  bool Drain() {
    if (door_) monitor_->Drain();  // a connection is heard of before what it says
    return DrainPairs(socket_->get(), true,
                      [this](const std::string& peer, ZmqFrame& header, std::string payload) {
                        if (door_ && door_->knows_strangers()) door_->OnSpoken(header.descriptor());
                        handler_.on_frames(peer, header.bytes(), std::move(payload));
                      });
  }

  void Flush() {
    std::map<std::string, std::vector<std::string>> gone;  // link -> what did not reach it
    for (auto at = outboxes_.begin(); at != outboxes_.end();) {
      const Outbox::Sent sent = at->second.Flush(socket_->get(), at->first);
      if (sent == Outbox::Sent::kGone) gone.emplace(at->first, at->second.TakeHeaders());
      at = sent == Outbox::Sent::kLater ? std::next(at) : outboxes_.erase(at);
    }
    if (gone.empty()) return;
    loop_.Defer([this, alive = alive_, gone = std::move(gone)] {
      while (*alive && Drain()) {  // what it said last comes before its end
      }
      for (const auto& [link, headers] : gone) {
        if (*alive) EndLink(link, headers);
      }
    });
  }

  // The end of another link may have sent more to this one meanwhile.
  void EndLink(const std::string& link, std::vector<std::string> unsent) {
    if (auto late = outboxes_.extract(link)) {
      for (std::string& header : late.mapped().TakeHeaders()) unsent.push_back(std::move(header));
    }
    for (const std::string& header : unsent) handler_.on_unsent(link, header, Unsent::kGone);
    handler_.on_link_down(link);
  }

  Loop& loop_;
  Handler handler_;
  std::string own_;     // public key
  ZmqContext context_;  // waits for its sockets: they go before it
  std::optional<Gatekeeper> gatekeeper_;
  std::optional<Doorkeeper> door_;
  std::optional<LoopSocket> socket_;
  std::optional<Monitor> monitor_;
  std::map<std::string, Outbox> outboxes_;  // those that have something waiting
  std::shared_ptr<bool> alive_;
  bool flush_scheduled_ = false;
  bool room_scheduled_ = false;
};

}  // namespace

Result<std::unique_ptr<Bus>, std::string> Bus::Bind(Loop& loop, const std::string& endpoint,
                                                    const BusKeys& keys, Handler handler) {
  auto bus = std::make_unique<RouterBus>(loop, std::move(handler));
  if (auto bound = bus->BindTo(endpoint, keys); !bound) return Fail(bound.error());
  return bus;
}

}  // namespace dragoman::runtime
