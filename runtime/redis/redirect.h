// "MOVED 3999 127.0.0.1:6381" and "ASK 3999 127.0.0.1:6381": another node has the slot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/policy/host_port.h"

namespace dragoman::runtime {

struct Redirect {
  bool ask = false;  // for this command only, after ASKING; else for good
  std::uint16_t slot = 0;
  policy::HostPort node;
  friend bool operator==(const Redirect&, const Redirect&) = default;
};

// `asked`: the host that answered; it stands for an address that is left out (":6381", where
// cluster-preferred-endpoint-type is unknown-endpoint). nullopt: not such a reply, or it names no
// node.
std::optional<Redirect> ParseRedirect(std::string_view text, const std::string& asked);

}  // namespace dragoman::runtime
