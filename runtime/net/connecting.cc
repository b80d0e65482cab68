// How a connection begins: towards an address or the path of a Unix socket.
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <utility>

#include "runtime/net/connection_impl.h"

namespace dragoman::runtime {
namespace {

std::string Format(const sockaddr_storage& address) {
  std::array<char, 64> ip{};
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    uv_ip6_name(&v6, ip.data(), ip.size());
    return "[" + std::string(ip.data()) + "]:" + std::to_string(ntohs(v6.sin6_port));
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  uv_ip4_name(&v4, ip.data(), ip.size());
  return std::string(ip.data()) + ":" + std::to_string(ntohs(v4.sin_port));
}

}  // namespace

Connection::Impl::Impl(Loop& loop, ConnectionOwner& owner)
    : loop_(loop),
      owner_(&owner),
      timer_(loop, [this] { OnTimer(); }),
      acknowledged_timer_(loop, [this] { CheckAcknowledged(); }),
      socket_(new Socket) {
  uv_tcp_init(loop.uv(), tcp());
  stream()->data = this;
}

void Connection::Impl::Connect(const std::string& address, int port, Duration timeout) {
  sockaddr_storage target{};
  const bool v6 = address.find(':') != std::string::npos;
  const int parsed =
      v6 ? uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&target))
         : uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&target));
  if (parsed != 0) return Finish({CloseCause::kConnectFailed, "not an IP address: " + address});
  peer_address_ = Format(target);
  deadline_ = loop_.Now() + timeout;
  Arm();
  uv_connect_t* request = ConnectRequest();
  const int started =
      uv_tcp_connect(request, tcp(), reinterpret_cast<sockaddr*>(&target), &OnConnectDone);
  if (started != 0) OnConnectDone(request, started);
}

void Connection::Impl::ConnectPath(const std::string& path, Duration timeout) {
  if (path.size() >= sizeof(sockaddr_un::sun_path))  // libuv would cut it
    return Finish({CloseCause::kConnectFailed, "the path is too long: " + path});
  socket_.reset(new Socket);
  uv_pipe_init(loop_.uv(), &socket_->pipe, 0);
  stream()->data = this;
  peer_address_ = "unix://" + path;
  deadline_ = loop_.Now() + timeout;
  Arm();
  uv_pipe_connect(ConnectRequest(), &socket_->pipe, path.c_str(), &OnConnectDone);
}

// libuv calls back with ECANCELED once the handle is closed; by then we may be gone.
uv_connect_t* Connection::Impl::ConnectRequest() {
  auto* request = new uv_connect_t;
  request->data = new std::weak_ptr<Impl>(weak_from_this());
  return request;
}

void Connection::Impl::OnConnectDone(uv_connect_t* request, int status) {
  std::unique_ptr<uv_connect_t> freed(request);
  std::unique_ptr<std::weak_ptr<Impl>> weak(static_cast<std::weak_ptr<Impl>*>(request->data));
  if (auto self = weak->lock()) self->OnConnected(status);
}

void Connection::Impl::OnConnected(int status) {
  if (finished_) return;
  if (status != 0) return Finish({CloseCause::kConnectFailed, uv_strerror(status)});
  deadline_ = TimePoint::max();
  Opened();
  if (owner_ != nullptr) owner_->OnOpen();
}

void Connection::Impl::Opened() {
  open_ = true;
  if (stream()->type == UV_TCP) OpenedTcp();
  Arm();
  UpdateReading();
}

void Connection::Impl::OpenedTcp() {
  uv_tcp_nodelay(tcp(), 1);
  uv_tcp_keepalive(tcp(), 1, static_cast<unsigned>(kTcpIdleMax.count()));
  uv_os_fd_t fd = -1;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(tcp()), &fd) == 0) {
    const unsigned milliseconds = static_cast<unsigned>(kNoProgressMax.count());
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
    const int again = static_cast<int>(kTcpAskAgain.count());
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &again, sizeof again);
  }
  sockaddr_storage peer{};
  int length = sizeof peer;
  if (uv_tcp_getpeername(tcp(), reinterpret_cast<sockaddr*>(&peer), &length) == 0) {
    peer_address_ = Format(peer);
  }
}

}  // namespace dragoman::runtime
