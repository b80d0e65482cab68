// A record of DNS that names a server: what a resolver finds. RFC 2782.
#pragma once

#include <cstdint>
#include <string>

namespace dragoman {

struct SrvRecord {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;  // lower case, without trailing dot; "." means: no such service
};

}  // namespace dragoman
