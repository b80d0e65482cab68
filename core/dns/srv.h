// SRV records in the order in which they are tried. RFC 2782; RFC 6120 §3.2.1; DISC-3..6.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/base/srv_record.h"

namespace dragoman::dns {

inline constexpr std::size_t kTargetsMax = 16;  // of one domain (T-59)

struct Srv {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;
  bool direct_tls = false;  // from _xmpps-server (XEP-0368)
  friend bool operator==(const Srv&, const Srv&) = default;
};

struct Target {
  std::string host;
  std::uint16_t port = 0;
  bool direct_tls = false;
  friend bool operator==(const Target&, const Target&) = default;
};

// What a resolver found of one service.
std::vector<Srv> Servers(const std::vector<SrvRecord>& records, bool direct_tls = false);

// A single record with target "." says that the service does not exist (DISC-4).
bool IsRefusal(const std::vector<Srv>& records);

// By priority, within one direct TLS first (DISC-3), then by weighted chance; at most kTargetsMax.
// Targets "." are left out.
std::vector<Target> Order(std::vector<Srv> records, RandomSource& random);

}  // namespace dragoman::dns
