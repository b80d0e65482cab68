#include "xmpp-frontend/finder.h"

#include <memory>
#include <optional>
#include <utility>

namespace dragoman::xmpp_frontend {

using runtime::DnsError;

void Finder::Find(const std::string& domain, const policy::Partner& partner, OnFound done) {
  const std::string name = NameOf(domain, partner);
  const auto known = answers_.find(name);
  if (known != answers_.end() && !known->second.doubted) {
    const Duration age = loop_.Now() - known->second.at;
    if (age < (known->second.found ? kFreshMax : kMissingMax)) return done(known->second.found);
  }
  OnFound remember = [this, name, done = std::move(done)](Found found) {
    if (!found && found.error() == FindError::kFailed) {
      const auto old = answers_.find(name);
      const bool serves =
          old != answers_.end() && old->second.found && loop_.Now() - old->second.at < kStaleMax;
      return done(serves ? old->second.found : std::move(found));
    }
    Remember(name, found);
    done(std::move(found));
  };
  if (!partner.server) return FindByDns(domain, std::move(remember));
  const std::uint16_t port =
      partner.server->port != 0 ? partner.server->port : policy::kXmppServerPort;
  Resolve({{partner.server->host, port}}, std::move(remember));
}

void Finder::Doubt(const std::string& domain, const policy::Partner& partner) {
  const auto known = answers_.find(NameOf(domain, partner));
  if (known != answers_.end()) known->second.doubted = true;
}

std::string Finder::NameOf(const std::string& domain, const policy::Partner& partner) {
  return partner.server ? policy::ToString(*partner.server) : domain;
}

void Finder::Remember(const std::string& name, const Found& found) {
  if (answers_.size() >= kAnswersMax && !answers_.contains(name)) answers_.clear();
  answers_.insert_or_assign(name, Answer{found, loop_.Now()});
}

// Both services are asked at once and their records become one list (DISC-3).
void Finder::FindByDns(const std::string& domain, OnFound done) {
  struct Gathering {
    std::optional<Result<std::vector<dns::Srv>, DnsError>> direct, starttls;
    OnFound done;
  };
  auto gathering = std::make_shared<Gathering>();
  gathering->done = std::move(done);
  const auto decide = [this, domain, gathering] {
    if (!gathering->direct || !gathering->starttls) return;
    if (*gathering->starttls && dns::IsRefusal(**gathering->starttls)) {  // DISC-4
      return gathering->done(Fail(FindError::kNotFound));
    }
    bool any = false, failed = false;
    std::vector<dns::Srv> records;
    for (auto* answer : {&*gathering->direct, &*gathering->starttls}) {
      if (*answer) {
        any = true;
        records.insert(records.end(), (*answer)->begin(), (*answer)->end());
      } else if (answer->error() != DnsError::kNotFound && answer->error() != DnsError::kNoData) {
        failed = true;
      }
    }
    std::vector<dns::Target> targets = dns::Order(std::move(records), random_);
    if (!targets.empty()) return Resolve(std::move(targets), gathering->done);
    if (failed) return gathering->done(Fail(FindError::kFailed));
    if (any) return gathering->done(Fail(FindError::kNotFound));  // "." alone: no fallback (DISC-4)
    Resolve({{domain, policy::kXmppServerPort}}, gathering->done);
  };
  const auto ask = [&](const char* service, bool direct_tls) {
    resolver_.Srv(std::string(service) + "._tcp." + domain,
                  [gathering, decide, direct_tls](Result<std::vector<SrvRecord>, DnsError> answer) {
                    auto& slot = direct_tls ? gathering->direct : gathering->starttls;
                    if (!answer) {
                      slot = Fail(answer.error());
                      return decide();
                    }
                    slot = dns::Servers(*answer, direct_tls);
                    decide();
                  });
  };
  ask("_xmpps-server", true);
  ask("_xmpp-server", false);
}

// All targets are asked at once; their addresses keep the targets' order.
void Finder::Resolve(std::vector<dns::Target> targets, OnFound done) {
  struct Gathering {
    std::vector<std::vector<Endpoint>> found;
    std::size_t waiting;
    bool failed = false;
    OnFound done;
  };
  if (targets.empty()) return done(Fail(FindError::kNotFound));
  auto gathering = std::make_shared<Gathering>(Gathering{
      std::vector<std::vector<Endpoint>>(targets.size()), targets.size(), false, std::move(done)});
  for (std::size_t i = 0; i < targets.size(); ++i) {
    resolver_.Addresses(targets[i].host, [gathering, i, target = targets[i]](
                                             Result<std::vector<std::string>, DnsError> answer) {
      if (answer) {
        for (const std::string& ip : *answer) {
          gathering->found[i].push_back({ip, target.port, target.direct_tls});
        }
      } else if (answer.error() != DnsError::kNotFound && answer.error() != DnsError::kNoData) {
        gathering->failed = true;
      }
      if (--gathering->waiting > 0) return;
      std::vector<Endpoint> endpoints;
      for (const std::vector<Endpoint>& list : gathering->found) {
        for (const Endpoint& endpoint : list) {
          if (endpoints.size() < kEndpointsMax) endpoints.push_back(endpoint);
        }
      }
      if (!endpoints.empty()) return gathering->done(std::move(endpoints));
      gathering->done(Fail(gathering->failed ? FindError::kFailed : FindError::kNotFound));
    });
  }
}

}  // namespace dragoman::xmpp_frontend
