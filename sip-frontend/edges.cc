#include "sip-frontend/edges.h"

#include <algorithm>
#include <utility>

#include "core/dns/srv.h"
#include "core/sip/peer.h"
#include "core/sip/services.h"

namespace dragoman::sip_frontend {
namespace {

bool IsAmong(const std::vector<std::string>& tried, const policy::HostPort& where) {
  return std::find(tried.begin(), tried.end(), policy::ToString(where)) != tried.end();
}

}  // namespace

// With Edges configured only those; else the hosts of the domain (TLS-15 checks their
// certificates).
bool Edges::IsEdge(const policy::HostPort& where, const std::string& domain) const {
  const auto& edges = settings_.sip.edges;
  if (edges.empty()) return sip::IsHostOf(where.host, domain);
  return std::find(edges.begin(), edges.end(), where) != edges.end();
}

void Edges::Find(const std::string& pinned, const std::optional<sip::NextHop>& hop,
                 const std::string& domain, Done done, const std::vector<std::string>& tried) {
  std::vector<policy::HostPort> candidates;
  const auto add = [&](policy::HostPort where) {
    if (where.port == 0) where.port = policy::kSipsPort;
    const bool known = std::find(candidates.begin(), candidates.end(), where) != candidates.end();
    if (!known && !IsAmong(tried, where) && IsEdge(where, domain))
      candidates.push_back(std::move(where));
  };
  // The route set's first entry is the Edge itself, and only there its signature is valid
  // (ocs-dialect §1.5).
  if (hop && hop->from_route) add({hop->host, hop->port});
  if (!candidates.empty()) return TryInOrder(std::move(candidates), std::move(done));
  if (const auto where = policy::ParseHostPort(pinned, policy::kSipsPort)) add(*where);
  for (const policy::HostPort& edge : settings_.sip.edges) add(edge);
  if (!candidates.empty() || !settings_.sip.edges.empty())
    return TryInOrder(std::move(candidates), std::move(done));
  FindBySrv(domain, [this, tried, done = std::move(done)](std::vector<policy::HostPort> hosts) {
    std::erase_if(hosts, [&](const policy::HostPort& host) { return IsAmong(tried, host); });
    TryInOrder(std::move(hosts), done);
  });
}

void Edges::FindBySrv(const std::string& domain, OnHosts done) {
  if (const auto named = named_.find(domain);
      named != named_.end() && loop_.Now() < named->second.until) {
    return done(named->second.hosts);
  }
  AskSrv(domain, sip::kServices, std::move(done));
}

void Edges::AskSrv(const std::string& domain, std::span<const std::string_view> services,
                   OnHosts done) {
  if (services.empty()) return Name(domain, {{domain, policy::kSipsPort}}, done);
  resolver_.Srv(std::string(services.front()) + domain,
                [this, domain, services, done = std::move(done)](auto found) mutable {
                  std::vector<policy::HostPort> hosts;
                  if (found) hosts = HostsOf(*found, domain);
                  if (hosts.empty()) return AskSrv(domain, services.subspan(1), std::move(done));
                  Name(domain, std::move(hosts), done);
                });
}

std::vector<policy::HostPort> Edges::HostsOf(const std::vector<SrvRecord>& found,
                                             const std::string& domain) {
  std::vector<policy::HostPort> hosts;
  for (const dns::Target& target : dns::Order(dns::Servers(sip::Usable(found, domain)), random_)) {
    hosts.push_back({target.host, target.port});
  }
  return hosts;
}

void Edges::Name(const std::string& domain, std::vector<policy::HostPort> hosts,
                 const OnHosts& done) {
  if (named_.size() >= kSrvDomainsMax) named_.clear();
  named_[domain] = {hosts, loop_.Now() + kSrvKept};
  done(std::move(hosts));
}

void Edges::TryInOrder(std::vector<policy::HostPort> candidates, Done done) {
  if (candidates.empty()) return done(nullptr);
  const policy::HostPort first = candidates.front();
  candidates.erase(candidates.begin());
  Get(first,
      [this, rest = std::move(candidates), done = std::move(done)](Channel* channel) mutable {
        if (channel != nullptr || rest.empty()) return done(channel);
        TryInOrder(std::move(rest), std::move(done));
      });
}

// Without configured Edges each dialog may name another one. One that failed just now is remembered
// until it may be tried again; so whoever calls from inside an Edge's own failure keeps it.
bool Edges::HasRoom() {
  if (edges_.size() < kEdgesMax) return true;
  std::erase_if(edges_, [now = loop_.Now()](const auto& one) {
    const Edge& edge = one.second;
    return edge.ready == nullptr && edge.dialling == nullptr && !edge.resolving &&
           edge.waiting.empty() && edge.failed_until <= now;
  });
  return edges_.size() < kEdgesMax;
}

void Edges::Get(const policy::HostPort& where, Done done) {
  const std::string key = policy::ToString(where);
  if (!edges_.contains(key) && !HasRoom()) return done(nullptr);
  Edge& edge = edges_[key];
  edge.where = where;
  if (edge.ready != nullptr && edge.ready->usable()) return done(edge.ready);
  edge.ready = nullptr;
  if (loop_.Now() < edge.failed_until || edge.waiting.size() >= kWaitingMax) return done(nullptr);
  edge.waiting.push_back(std::move(done));
  if (edge.resolving || edge.dialling != nullptr) return;
  edge.resolving = true;
  resolver_.Addresses(where.host, [this, key](auto found) {
    Edge& resolved = edges_[key];
    resolved.resolving = false;
    if (found) resolved.addresses = *std::move(found);
    DialNext(resolved);
  });
}

void Edges::DialNext(Edge& edge) {
  if (edge.addresses.empty()) return Settle(edge, nullptr);
  const std::string address = edge.addresses.front();
  edge.addresses.erase(edge.addresses.begin());
  edge.dialling = dial_(address, edge.where);
  if (edge.dialling == nullptr) Settle(edge, nullptr);
}

void Edges::Settle(Edge& edge, Channel* channel) {
  edge.dialling = nullptr;
  edge.ready = channel;
  edge.addresses.clear();
  if (channel == nullptr) edge.failed_until = loop_.Now() + kRetryAfterFailure;
  for (Done& done : std::exchange(edge.waiting, {})) done(channel);
}

void Edges::OnReady(Channel& channel) {
  for (auto& [key, edge] : edges_) {
    if (edge.dialling == &channel) return Settle(edge, &channel);
  }
}

void Edges::OnGone(Channel& channel) {
  for (auto& [key, edge] : edges_) {
    if (edge.ready == &channel) edge.ready = nullptr;
    if (edge.dialling == &channel) {
      edge.dialling = nullptr;
      DialNext(edge);
    }
  }
}

}  // namespace dragoman::sip_frontend
