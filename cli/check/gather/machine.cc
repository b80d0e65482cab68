#include "cli/check/gather/machine.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/policy/settings.h"

namespace dragoman::check {
namespace {

namespace fs = std::filesystem;

std::string Content(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool IsNumber(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Processes that have one of these sockets open; those of other users cannot be seen.
std::vector<std::string> HoldersOf(const std::vector<std::string>& inodes) {
  std::vector<std::string> holders;
  std::error_code error;
  for (const fs::directory_entry& process : fs::directory_iterator("/proc", error)) {
    const std::string pid = process.path().filename();
    if (!IsNumber(pid)) continue;
    for (fs::directory_iterator fd(process.path() / "fd", error), end; !error && fd != end;
         fd.increment(error)) {
      std::error_code gone;
      const std::string target = fs::read_symlink(fd->path(), gone).string();
      const bool holds = std::any_of(inodes.begin(), inodes.end(), [&](const std::string& inode) {
        return target == "socket:[" + inode + "]";
      });
      if (!holds) continue;
      std::string name = Content(process.path() / "comm");
      if (!name.empty() && name.back() == '\n') name.pop_back();
      holders.push_back(name + " (pid " + pid + ")");
      break;
    }
  }
  return holders;
}

socklen_t ToSocketAddress(const policy::HostPort& where, sockaddr_storage& address) {
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  if (inet_pton(AF_INET6, where.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(where.port);
    return sizeof v6;
  }
  if (inet_pton(AF_INET, where.host.c_str(), &v4.sin_addr) != 1) return 0;
  v4.sin_family = AF_INET;
  v4.sin_port = htons(where.port);
  return sizeof v4;
}

// As in /proc/net/tcp: words of the machine's byte order.
std::string InKernelsWords(const sockaddr_storage& address) {
  const bool v6 = address.ss_family == AF_INET6;
  std::array<std::uint32_t, 4> words{};
  if (v6) {
    std::memcpy(words.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
  } else {
    std::memcpy(words.data(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
  }
  std::string text;
  for (std::size_t i = 0; i < (v6 ? 4u : 1u); ++i) {
    for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789ABCDEF"[words[i] >> shift & 15];
  }
  return text;
}

}  // namespace

std::vector<std::string> OwnAddresses() {
  std::vector<std::string> addresses;
  uv_interface_address_t* list = nullptr;
  int count = 0;
  if (uv_interface_addresses(&list, &count) != 0) return addresses;
  for (int i = 0; i < count; ++i) {
    std::array<char, 64> text{};
    if (list[i].address.address4.sin_family == AF_INET6) {
      uv_ip6_name(&list[i].address.address6, text.data(), text.size());
    } else {
      uv_ip4_name(&list[i].address.address4, text.data(), text.size());
    }
    addresses.emplace_back(text.data());
  }
  uv_free_interface_addresses(list, count);
  return addresses;
}

Port LookAtPort(const std::string& key, const std::string& address, const std::string& program) {
  Port port{.key = key, .address = address, .program = program};
  const auto where = policy::ParseHostPort(address, 0);
  sockaddr_storage target{};
  const socklen_t size = where ? ToSocketAddress(*where, target) : 0;
  const int probe = size != 0 ? socket(target.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
  if (probe < 0) {
    port.state = Port::State::kOther;
    port.problem = "not an IP address and port";
    return port;
  }
  const int yes = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const int bound = bind(probe, reinterpret_cast<sockaddr*>(&target), size);
  const int error = bound == 0 ? 0 : errno;
  close(probe);
  switch (error) {
    case 0:
      return port;
    case EADDRINUSE: {
      port.state = Port::State::kHeld;
      std::vector<std::string> inodes;
      for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        for (std::string& inode :
             ListeningInodes(Content(table), InKernelsWords(target), where->port)) {
          inodes.push_back(std::move(inode));
        }
      }
      port.holders = HoldersOf(inodes);
      return port;
    }
    case EACCES:
      port.state = Port::State::kForbidden;
      return port;
    case EADDRNOTAVAIL:
      port.state = Port::State::kNotOurs;
      return port;
    default:
      port.state = Port::State::kOther;
      port.problem = std::strerror(error);
      return port;
  }
}

std::optional<unsigned> ModeOf(const std::string& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) return std::nullopt;
  return found.st_mode & 07777u;
}

bool IsInPath(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace dragoman::check
