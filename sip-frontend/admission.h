// Who a peer is by its certificate, and for whom it may speak. TLS-15, TLS-16; ocs-dialect §1.3.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/policy/settings.h"
#include "core/sip/message.h"

namespace dragoman::sip_frontend {

struct Admission {
  std::optional<std::string> peer;    // "host:port" under which it is reached; nullopt: refused
  std::vector<std::string> expected;  // the names of which one had to be there
};

// Who connected to us: a configured Edge; without any, a host of a served domain.
Admission AdmitIncoming(const std::vector<std::string>& identities,
                        const policy::SipSettings& settings);

// Whom we dialled: exactly that host; or, if DNS named it, the served domain that it is a host of
// (TLS-15).
Admission AdmitOutgoing(const std::vector<std::string>& identities, const policy::HostPort& dialled,
                        const policy::SipSettings& settings);

// Configured Edges speak for every served domain; other peers for the domain that their certificate
// names.
bool MaySpeakFor(const std::string& peer, const sip::Request& request,
                 const policy::SipSettings& settings);

}  // namespace dragoman::sip_frontend
