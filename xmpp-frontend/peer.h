// A partner as the stream machines know it: what policy says of it and what its certificate proves.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/policy/settings.h"
#include "core/xmpp/peer_policy.h"
#include "runtime/tls/context.h"

namespace dragoman::xmpp_frontend {

xmpp::PeerPolicy PolicyOf(const policy::Partner& partner);

// `expected`: the domain that is wanted or claimed, for the words about what was found instead.
xmpp::PeerProof ProofOf(const runtime::PeerCertificate& peer, const std::string& expected,
                        TimePoint now);

// Our certificate and trust, once for STARTTLS and once for direct TLS, which differs by its ALPN
// (TLS-5). Replaced as a whole when the files change; streams that exist keep theirs.
struct Credentials {
  std::shared_ptr<runtime::TlsContext> starttls;
  std::shared_ptr<runtime::TlsContext> direct;

  static Result<Credentials, std::string> Load(const policy::TlsFiles& files, WallTime now);
};

}  // namespace dragoman::xmpp_frontend
