#include "core/policy/live.h"

#include <utility>

namespace dragoman::policy {

std::vector<std::string> ApplyLive(Settings& running, Settings fresh) {
  std::vector<std::string> waiting;
  const auto keep = [&](const char* key, auto& old_value, auto& new_value) {
    if (old_value != new_value) waiting.emplace_back(key);
    new_value = std::move(old_value);
  };
  keep("sip.fqdn", running.sip.fqdn, fresh.sip.fqdn);
  keep("sip.listen", running.sip.listen, fresh.sip.listen);
  keep("sip.limits.requests_per_second", running.sip.limits.requests_per_second,
       fresh.sip.limits.requests_per_second);
  keep("sip.public_port", running.sip.public_port, fresh.sip.public_port);
  keep("xmpp.listen", running.xmpp.listen, fresh.xmpp.listen);
  keep("xmpp.direct_tls_listen", running.xmpp.direct_tls_listen, fresh.xmpp.direct_tls_listen);
  keep("xmpp.streams_per_partner", running.xmpp.streams_per_partner,
       fresh.xmpp.streams_per_partner);
  keep("router.listen", running.bus.listen, fresh.bus.listen);
  keep("router.connect", running.bus.connect, fresh.bus.connect);
  keep("router.curve.secret", running.bus.keys.secret, fresh.bus.keys.secret);
  keep("dns.servers", running.dns_servers, fresh.dns_servers);
  keep("dns.timeout", running.dns_timeout, fresh.dns_timeout);
  // Not the logins: the next connection uses the new ones.
  keep("redis", running.redis.place, fresh.redis.place);
  keep("redis.database", running.redis.database, fresh.redis.database);
  keep("admin.listen", running.admin_listen, fresh.admin_listen);
  keep("workers.sip_frontend", running.sip_workers, fresh.sip_workers);
  keep("workers.xmpp_frontend", running.xmpp_workers, fresh.xmpp_workers);
  keep("workers.router", running.router_workers, fresh.router_workers);
  running = std::move(fresh);
  return waiting;
}

}  // namespace dragoman::policy
