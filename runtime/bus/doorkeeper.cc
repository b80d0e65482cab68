#include "runtime/bus/doorkeeper.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string_view>

#include "runtime/loop/descriptors.h"

namespace dragoman::runtime {
namespace {

constexpr std::string_view kMapped = "::ffff:";

std::string PeerOf(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  char host[INET6_ADDRSTRLEN];
  char port[6];
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, port,
                  sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "gone";
  }
  const std::string_view name(host);  // of who came over IPv4 to a port of both: "::ffff:10.0.0.7"
  const bool mapped = name.starts_with(kMapped) && name.find('.') != std::string_view::npos;
  return std::string(name.substr(mapped ? kMapped.size() : 0)) + ":" + port;
}

}  // namespace

bool Doorkeeper::OnAccepted(int descriptor) {
  Forget(descriptor);  // the one before, whose end is told later if at all
  const auto cookie = CookieOf(descriptor);
  if (!cookie) return false;
  // Not instead of an older one: as long as it is there its descriptor is not kept for others.
  if (IsScarce(descriptor)) {
    if (Shut({descriptor, *cookie})) ++turned_away_;
    return true;
  }
  by_descriptor_[descriptor] = strangers_.insert(strangers_.end(), {descriptor, *cookie});
  return false;
}

void Doorkeeper::MakeRoom() {
  while (turned_away_ > 0 && knows_strangers()) {
    const Stranger oldest = strangers_.front();
    Forget(oldest.descriptor);
    if (Shut(oldest)) --turned_away_;
  }
  turned_away_ = 0;
}

bool Doorkeeper::Shut(const Stranger& stranger) {
  if (CookieOf(stranger.descriptor) != stranger.cookie) return false;
  // ZeroMQ's thread alone may close it and take another one between that look and this call: of
  // the bus, too, whose end makes it again.
  const std::string address = PeerOf(stranger.descriptor);
  shutdown(stranger.descriptor, SHUT_RDWR);  // which ZeroMQ reads as the end, and closes it
  dropped_(address);
  return true;
}

std::optional<std::uint64_t> Doorkeeper::CookieOf(int descriptor) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return std::nullopt;
  const in_port_t port = address.ss_family == AF_INET6
                             ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                             : reinterpret_cast<const sockaddr_in&>(address).sin_port;
  std::uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  if (ntohs(port) != port_ ||
      getsockopt(descriptor, SOL_SOCKET, SO_COOKIE, &cookie, &length) != 0) {
    return std::nullopt;
  }
  return cookie;
}

void Doorkeeper::Forget(int descriptor) {
  const auto found = by_descriptor_.find(descriptor);
  if (found == by_descriptor_.end()) return;
  strangers_.erase(found->second);
  by_descriptor_.erase(found);
}

}  // namespace dragoman::runtime
