// Connections to Edge Servers, made when they are needed and kept: one for each host and port.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/policy/settings.h"
#include "core/sip/dialog.h"
#include "runtime/dns/resolver.h"
#include "runtime/loop/loop.h"
#include "sip-frontend/channel.h"

namespace dragoman::sip_frontend {

inline constexpr std::size_t kWaitingMax =
    10000;  // requests for one Edge while it is being connected (L-9)
inline constexpr Duration kSrvKept = 60s;
inline constexpr std::size_t kSrvDomainsMax = 1000;  // kept; above: all are asked for anew
inline constexpr std::size_t kEdgesMax = 2000;       // known at a time, as kConnectionsMax
inline constexpr Duration kRetryAfterFailure = 1s;  // until then what wants that Edge fails at once

class Edges {
 public:
  // Makes an outgoing Channel and starts it; nullptr: no more may be opened.
  using Dial = std::function<Channel*(const std::string& address, const policy::HostPort& where)>;
  using Done = std::function<void(Channel*)>;  // nullptr: no Edge could be reached

  Edges(runtime::Loop& loop, runtime::Resolver& resolver, RandomSource& random,
        const policy::Settings& settings, Dial dial)
      : loop_(loop),
        resolver_(resolver),
        random_(random),
        settings_(settings),
        dial_(std::move(dial)) {}

  // The channel for a request to a user of `domain`: to the Edge its dialog is pinned to (`pinned`,
  // "host:port", may be empty) or, and then to no other, that its Route names; else to the
  // configured ones in order, else to those that DNS names. Calls back once, perhaps before it
  // returns. `tried`: who refused it already.
  void Find(const std::string& pinned, const std::optional<sip::NextHop>& hop,
            const std::string& domain, Done done, const std::vector<std::string>& tried = {});

  void OnReady(Channel& channel);  // authorised
  void OnGone(Channel& channel);
  std::size_t size() const { return edges_.size(); }

 private:
  struct Edge {
    policy::HostPort where;
    Channel* ready = nullptr;
    Channel* dialling = nullptr;
    bool resolving = false;
    std::vector<std::string> addresses;  // left to try
    std::deque<Done> waiting;
    TimePoint failed_until{};
  };
  struct Named {
    std::vector<policy::HostPort> hosts;
    TimePoint until;
  };
  using OnHosts = std::function<void(std::vector<policy::HostPort>)>;  // in the order to try
  bool IsEdge(const policy::HostPort& where, const std::string& domain) const;
  void TryInOrder(std::vector<policy::HostPort> candidates, Done done);
  void Get(const policy::HostPort& where, Done done);
  void DialNext(Edge& edge);
  void Settle(Edge& edge, Channel* channel);
  // Whether one more may be known; forgets those that nothing hangs on.
  bool HasRoom();
  void FindBySrv(const std::string& domain, OnHosts done);
  void AskSrv(const std::string& domain, std::span<const std::string_view> services, OnHosts done);
  // In the order to try; none outside the domain (ocs-dialect §1.3).
  std::vector<policy::HostPort> HostsOf(const std::vector<SrvRecord>& found,
                                        const std::string& domain);
  void Name(const std::string& domain, std::vector<policy::HostPort> hosts, const OnHosts& done);

  runtime::Loop& loop_;
  runtime::Resolver& resolver_;
  RandomSource& random_;
  const policy::Settings& settings_;
  Dial dial_;
  std::map<std::string, Edge> edges_;   // by "host:port"
  std::map<std::string, Named> named_;  // by domain: what its SRV records said
};

}  // namespace dragoman::sip_frontend
