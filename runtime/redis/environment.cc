#include "runtime/redis/environment.h"

#include <arpa/inet.h>

#include <utility>

namespace dragoman::runtime {
namespace {

bool IsNumeric(const std::string& host) {
  in6_addr v6{};
  in_addr v4{};
  return inet_pton(AF_INET, host.c_str(), &v4) == 1 || inet_pton(AF_INET6, host.c_str(), &v6) == 1;
}

std::string Text(DnsError error) {
  switch (error) {
    case DnsError::kNotFound:
      return "no such name";
    case DnsError::kNoData:
      return "the name has no address";
    case DnsError::kServerFailure:
      return "the DNS server failed";
    case DnsError::kTimeout:
      return "the DNS server does not answer";
    case DnsError::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace

void RedisEnvironment::Resolve(const std::string& host, OnAddresses done) {
  const auto answer = [&](Result<std::vector<std::string>, std::string> result) {
    loop.Defer([done = std::move(done), result = std::move(result)] { done(result); });
  };
  if (IsNumeric(host)) return answer(std::vector<std::string>{host});
  if (resolver_ == nullptr) {
    auto made = Resolver::Create(loop, dns_);
    if (!made) return answer(Fail(made.error()));
    resolver_ = *std::move(made);
  }
  resolver_->Addresses(host, [done = std::move(done), host](auto addresses) {
    if (addresses) return done(*std::move(addresses));
    done(Fail(host + ": " + Text(addresses.error())));
  });
}

}  // namespace dragoman::runtime
