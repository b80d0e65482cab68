// From a partner's domain to the addresses that are tried for it, in order. DISC-1, DISC-3..6; RFC
// 6120 §3.2, XEP-0368.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/dns/srv.h"
#include "core/policy/settings.h"
#include "runtime/dns/resolver.h"

namespace dragoman::xmpp_frontend {

inline constexpr std::size_t kEndpointsMax = 16;    // addresses tried for one stream
inline constexpr std::size_t kAnswersMax = 10'000;  // domains remembered
inline constexpr Duration kFreshMax{30'000};        // an answer is used again without asking
inline constexpr Duration kMissingMax{10'000};      // so is "no such domain"
inline constexpr Duration kStaleMax{3'600'000};     // an old one, while DNS does not answer (F-15)

struct Endpoint {
  std::string ip;
  std::uint16_t port = 0;
  bool direct_tls = false;
};

enum class FindError { kNotFound, kFailed };  // no such domain or service; DNS did not answer

class Finder {
 public:
  Finder(runtime::Loop& loop, runtime::Resolver& resolver, RandomSource& random)
      : loop_(loop), resolver_(resolver), random_(random) {}

  using Found = Result<std::vector<Endpoint>, FindError>;
  using OnFound = std::function<void(Found)>;
  // The partner's `server` wins over DNS; without any SRV record the domain's own addresses at port
  // kXmppServerPort.
  void Find(const std::string& domain, const policy::Partner& partner, OnFound done);
  // None of it worked: the next Find asks DNS, and takes it again only if DNS does not answer.
  void Doubt(const std::string& domain, const policy::Partner& partner);

 private:
  struct Answer {
    Found found;
    TimePoint at;
    bool doubted = false;
  };
  static std::string NameOf(const std::string& domain, const policy::Partner& partner);
  void FindByDns(const std::string& domain, OnFound done);
  void Resolve(std::vector<dns::Target> targets, OnFound done);
  void Remember(const std::string& name, const Found& found);
  runtime::Loop& loop_;
  runtime::Resolver& resolver_;
  RandomSource& random_;
  std::unordered_map<std::string, Answer> answers_;  // by domain, or the partner's `server`
};

}  // namespace dragoman::xmpp_frontend
