// From a partner's domain to the addresses that are tried for it, in order. DISC-1, DISC-3..6; RFC
// 6120 §3.2.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/dns/srv.h"
#include "core/policy/settings.h"
#include "runtime/dns/resolver.h"

namespace dragoman::xmpp_frontend {

inline constexpr std::uint16_t kServerPort = 5269;
inline constexpr std::size_t kEndpointsMax = 16;  // addresses tried for one stream

struct Endpoint {
  std::string ip;
  std::uint16_t port = 0;
};

enum class FindError { kNotFound, kFailed };  // no such domain or service; DNS did not answer

class Finder {
 public:
  Finder(runtime::Resolver& resolver, RandomSource& random)
      : resolver_(resolver), random_(random) {}

  using OnFound = std::function<void(Result<std::vector<Endpoint>, FindError>)>;
  // The partner's `server` wins over DNS; without any SRV record the domain's own addresses at port
  // 5269.
  void Find(const std::string& domain, const policy::Partner& partner, OnFound done);

 private:
  void Resolve(std::vector<dns::Target> targets, OnFound done);
  runtime::Resolver& resolver_;
  RandomSource& random_;
};

}  // namespace dragoman::xmpp_frontend
