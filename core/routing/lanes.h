// Which XMPP stream carries a pair: one owner for each (local domain, remote domain, lane). Design
// §4; ARCH-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/routing/rendezvous.h"

namespace dragoman::routing {

constexpr std::uint32_t Lane(std::uint64_t pair_hash, std::uint32_t streams_per_partner) {
  return streams_per_partner <= 1 ? 0 : static_cast<std::uint32_t>(pair_hash % streams_per_partner);
}

// The key under which the owner of the stream is chosen.
inline std::uint64_t XmppStreamKey(std::string_view local_domain, std::string_view remote_domain,
                                   std::uint32_t lane) {
  std::string text(local_domain);
  text += '\n';
  text += remote_domain;
  return Weight(lane, text);
}

}  // namespace dragoman::routing
