// DNS over c-ares on the loop: A, AAAA and SRV, from the configured servers, then (addresses only)
// the hosts file.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/srv_record.h"
#include "runtime/loop/loop.h"

namespace dragoman::runtime {

enum class DnsError { kNotFound, kNoData, kServerFailure, kTimeout, kCancelled };

class Resolver {
 public:
  struct Settings {
    std::vector<std::string> servers;   // "127.0.0.1:5353"; empty: the system's
    Duration timeout = Duration(5000);  // of one whole query
  };
  static Result<std::unique_ptr<Resolver>, std::string> Create(Loop& loop,
                                                               const Settings& settings);
  virtual ~Resolver() = default;  // outstanding queries end with kCancelled

  // Called once, from the loop. Numeric addresses are answered as they are.
  using OnAddresses = std::function<void(Result<std::vector<std::string>, DnsError>)>;
  using OnSrv = std::function<void(Result<std::vector<SrvRecord>, DnsError>)>;
  virtual void Addresses(const std::string& host, OnAddresses done) = 0;  // IPv6 and IPv4
  virtual void Srv(const std::string& name, OnSrv done) = 0;  // "_xmpp-server._tcp.example.org"
};

}  // namespace dragoman::runtime
