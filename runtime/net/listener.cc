#include "runtime/net/listener.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include "runtime/loop/descriptors.h"
#include "runtime/net/connection_impl.h"

namespace dragoman::runtime {
namespace {

constexpr int kBacklog = 512;

struct Endpoint {
  sockaddr_storage address{};
  bool valid = false;
};

Endpoint ParseEndpoint(const std::string& text) {
  Endpoint endpoint;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size()) return endpoint;
  int port = 0;
  for (const char c : text.substr(colon + 1)) {
    if (c < '0' || c > '9' || port > 65535) return endpoint;
    port = port * 10 + (c - '0');
  }
  std::string host = text.substr(0, colon);
  const bool v6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (v6) host = host.substr(1, host.size() - 2);
  const int parsed =
      v6 ? uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(&endpoint.address))
         : uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&endpoint.address));
  endpoint.valid = parsed == 0 && port <= 65535;
  return endpoint;
}

// Whoever listens for an accepted connection until somebody adopts it: nobody.
class NoOwner : public ConnectionOwner {
 public:
  void OnBytes(std::string_view) override {}
  void OnClosed(const CloseInfo&) override {}
};

class AcceptedConnection : public Listener::Pending {
 public:
  AcceptedConnection(Loop& loop, uv_stream_t* server)
      : impl_(std::make_shared<Connection::Impl>(loop, nobody_)) {
    accepted_ = uv_accept(server, reinterpret_cast<uv_stream_t*>(impl_->tcp())) == 0;
    sockaddr_storage peer{};
    int length = sizeof peer;
    uv_tcp_getpeername(impl_->tcp(), reinterpret_cast<sockaddr*>(&peer), &length);
    char ip[64] = "";
    uv_ip_name(reinterpret_cast<sockaddr*>(&peer), ip, sizeof ip);
    address_ = ip;
  }
  ~AcceptedConnection() override {
    if (impl_ != nullptr) impl_->Forget();
  }
  bool accepted() const { return accepted_; }
  int descriptor() const {
    uv_os_fd_t fd = -1;
    return uv_fileno(reinterpret_cast<uv_handle_t*>(impl_->tcp()), &fd) == 0 ? fd : -1;
  }
  const std::string& peer_address() const override { return address_; }
  std::unique_ptr<Connection> Adopt(ConnectionOwner& owner) override {
    impl_->SetOwner(owner);
    impl_->Opened();
    return std::make_unique<Connection>(std::exchange(impl_, nullptr));
  }

 private:
  NoOwner nobody_;
  std::shared_ptr<Connection::Impl> impl_;
  std::string address_;
  bool accepted_ = false;
};

class UvListener : public Listener {
 public:
  UvListener(Loop& loop, OnAccept accept, OnRefused refused)
      : loop_(loop), accept_(std::move(accept)), refused_(std::move(refused)), tcp_(new uv_tcp_t) {
    tcp_->data = this;
  }

  // Errors: libuv's, negative.
  int Start(const sockaddr_storage& address) {
    if (const int made = uv_tcp_init_ex(loop_.uv(), tcp_.get(), address.ss_family); made != 0)
      return made;
    uv_os_fd_t fd = -1;
    const int on = 1;
    if (uv_fileno(reinterpret_cast<uv_handle_t*>(tcp_.get()), &fd) == 0) {
      setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    }
    if (const int bound = uv_tcp_bind(tcp_.get(), reinterpret_cast<const sockaddr*>(&address), 0);
        bound != 0) {
      return bound;
    }
    return uv_listen(reinterpret_cast<uv_stream_t*>(tcp_.get()), kBacklog,
                     [](uv_stream_t* server, int status) {
                       if (status == 0) static_cast<UvListener*>(server->data)->Accept();
                     });
  }

  int port() const override {
    sockaddr_storage address{};
    int length = sizeof address;
    if (!tcp_ ||
        uv_tcp_getsockname(tcp_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
      return 0;
    return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                               : reinterpret_cast<sockaddr_in&>(address).sin_port);
  }

  void Stop() override { tcp_.reset(); }

 private:
  void Accept() {
    auto pending =
        std::make_unique<AcceptedConnection>(loop_, reinterpret_cast<uv_stream_t*>(tcp_.get()));
    if (!pending->accepted()) return;
    if (refused_ && IsScarce(pending->descriptor()))
      return refused_(pending->peer_address(), std::strerror(EMFILE));
    accept_(std::move(pending));
  }

  Loop& loop_;
  OnAccept accept_;
  OnRefused refused_;
  std::unique_ptr<uv_tcp_t, UvClose<uv_tcp_t>> tcp_;
};

}  // namespace

Result<std::unique_ptr<Listener>, std::string> Listener::Listen(Loop& loop,
                                                                const std::string& address,
                                                                OnAccept accept,
                                                                OnRefused refused) {
  const Endpoint endpoint = ParseEndpoint(address);
  if (!endpoint.valid) return Fail("cannot listen on " + address + ": not ip:port");
  auto listener = std::make_unique<UvListener>(loop, std::move(accept), std::move(refused));
  if (const int failed = listener->Start(endpoint.address); failed != 0) {
    return Fail("cannot listen on " + address + ": " + uv_strerror(failed));
  }
  return listener;
}

}  // namespace dragoman::runtime
