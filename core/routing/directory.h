// Which routers to be connected to: the configured endpoints, with their host names as DNS has them
// now.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace dragoman::routing {

inline constexpr std::size_t kEndpointsMax = 256;  // connected to at a time

class Directory {
 public:
  // "ipc:///path" or "tcp://host:port", as the configuration has checked them.
  explicit Directory(const std::vector<std::string>& configured);

  const std::set<std::string>& hosts() const { return hosts_; }  // to be looked up
  const std::set<std::string>& endpoints() const { return endpoints_; }

  struct Change {
    std::vector<std::string> added;
    std::vector<std::string> removed;
  };
  // What `host` resolves to now. No address changes nothing: a name that is away for a while is no
  // reason to leave what works. An address that is gone stays for as long as `lives` says so of its
  // endpoint; what is gone and dead is removed at the next update.
  Change Update(const std::string& host, const std::vector<std::string>& addresses,
                const std::function<bool(const std::string& endpoint)>& lives);

 private:
  struct Named {
    std::string host;
    std::string port;
  };
  std::set<std::string> Wanted() const;

  std::set<std::string> fixed_;  // without a name
  std::vector<Named> named_;
  std::set<std::string> hosts_;
  std::map<std::string, std::vector<std::string>> addresses_;  // by host
  std::set<std::string> endpoints_;
};

}  // namespace dragoman::routing
