#include "xmpp-frontend/finder.h"

#include <memory>
#include <utility>

namespace dragoman::xmpp_frontend {

using runtime::DnsError;

void Finder::Find(const std::string& domain, const policy::Partner& partner, OnFound done) {
  if (partner.server) {
    const std::uint16_t port = partner.server->port != 0 ? partner.server->port : kServerPort;
    return Resolve({{partner.server->host, port}}, std::move(done));
  }
  resolver_.Srv("_xmpp-server._tcp." + domain,
                [this, domain,
                 done = std::move(done)](Result<std::vector<runtime::SrvRecord>, DnsError> answer) {
                  if (!answer) {
                    const bool none = answer.error() == DnsError::kNotFound ||
                                      answer.error() == DnsError::kNoData;
                    if (!none) return done(Fail(FindError::kFailed));
                    return Resolve({{domain, kServerPort}}, done);
                  }
                  std::vector<dns::Srv> records;
                  for (const runtime::SrvRecord& record : *answer) {
                    records.push_back({record.priority, record.weight, record.port, record.target});
                  }
                  if (dns::IsRefusal(records)) return done(Fail(FindError::kNotFound));
                  Resolve(dns::Order(std::move(records), random_), done);
                });
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
    resolver_.Addresses(targets[i].host, [gathering, i, port = targets[i].port](
                                             Result<std::vector<std::string>, DnsError> answer) {
      if (answer) {
        for (const std::string& ip : *answer) gathering->found[i].push_back({ip, port});
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
