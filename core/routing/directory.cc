#include "core/routing/directory.h"

#include <string_view>

namespace dragoman::routing {
namespace {

constexpr std::string_view kTcp = "tcp://";

std::string EndpointOf(const std::string& address, const std::string& port) {
  const bool v6 = address.find(':') != std::string::npos;
  return std::string(kTcp) + (v6 ? "[" + address + "]" : address) + ":" + port;
}

}  // namespace

Directory::Directory(const std::vector<std::string>& configured) {
  for (const std::string& endpoint : configured) {
    const std::size_t colon = endpoint.rfind(':');
    if (!endpoint.starts_with(kTcp) || colon < kTcp.size()) {
      fixed_.insert(endpoint);
      continue;
    }
    std::string host = endpoint.substr(kTcp.size(), colon - kTcp.size());
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    hosts_.insert(host);
    named_.push_back({std::move(host), endpoint.substr(colon + 1)});
  }
  endpoints_ = fixed_;
}

std::set<std::string> Directory::Wanted() const {
  std::set<std::string> wanted = fixed_;
  for (const Named& named : named_) {
    const auto found = addresses_.find(named.host);
    if (found == addresses_.end()) continue;
    for (const std::string& address : found->second) wanted.insert(EndpointOf(address, named.port));
  }
  return wanted;
}

Directory::Change Directory::Update(const std::string& host,
                                    const std::vector<std::string>& addresses,
                                    const std::function<bool(const std::string&)>& lives) {
  if (!addresses.empty()) addresses_[host] = addresses;
  const std::set<std::string> wanted = Wanted();
  Change change;
  for (const std::string& endpoint : endpoints_) {
    if (!wanted.contains(endpoint) && !lives(endpoint)) change.removed.push_back(endpoint);
  }
  for (const std::string& endpoint : change.removed) endpoints_.erase(endpoint);
  for (const std::string& endpoint : wanted) {
    if (endpoints_.size() >= kEndpointsMax) break;
    if (endpoints_.insert(endpoint).second) change.added.push_back(endpoint);
  }
  return change;
}

}  // namespace dragoman::routing
