// Which of the files that a configuration names each process opens: a private key need not lie
// where nobody uses it. T-46.
#pragma once

#include <string_view>

namespace dragoman::policy {

// `role`: "router", "sip-frontend", "xmpp-frontend"; anything else, as the operator's command,
// opens all. `key`: "sip.tls.key".
bool OpensFileOf(std::string_view role, std::string_view key);

}  // namespace dragoman::policy
