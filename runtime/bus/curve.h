// CURVE key pairs, as ZeroMQ writes them: 40 characters of Z85. RFC 32/Z85, CurveZMQ.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dragoman::runtime {

// Whom a process on the bus believes. Without a secret nothing is encrypted and everybody is
// believed: for ipc:// and closed networks.
struct BusKeys {
  std::string secret;                // of this process
  std::vector<std::string> routers;  // public keys that a router may have, in the order to try
  std::vector<std::string> clients;  // public keys of the front-ends that routers let in
};

struct CurvePair {
  std::string secret;
  std::string public_key;
};

CurvePair NewCurvePair();

// nullopt: `secret` is no key.
std::optional<std::string> PublicOf(const std::string& secret);

}  // namespace dragoman::runtime
