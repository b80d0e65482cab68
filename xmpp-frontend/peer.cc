#include "xmpp-frontend/peer.h"

#include <utility>

namespace dragoman::xmpp_frontend {
namespace {

xmpp::Need NeedOf(policy::Need need) {
  switch (need) {
    case policy::Need::kRequired:
      return xmpp::Need::kRequired;
    case policy::Need::kOptional:
      return xmpp::Need::kOptional;
    case policy::Need::kDisabled:
      return xmpp::Need::kDisabled;
  }
  return xmpp::Need::kRequired;
}

}  // namespace

xmpp::PeerPolicy PolicyOf(const policy::Partner& partner) {
  return {NeedOf(partner.tls), NeedOf(partner.sasl), partner.dialback};
}

xmpp::PeerProof ProofOf(const runtime::PeerCertificate& peer, const std::string& expected,
                        TimePoint now) {
  xmpp::PeerProof proof;
  if (!peer.trusted) {
    proof.problem = "the certificate is not trusted: " + peer.problem;
    return proof;
  }
  proof.problem = "expected a certificate for " + expected + ", found " + ToString(peer.names);
  proof.expires = now + peer.valid_for;
  proof.covers = [names = peer.names](std::string_view domain) {
    return xmpp::CoversDomain(names, domain);
  };
  return proof;
}

Result<Credentials, std::string> Credentials::Load(const policy::TlsFiles& files, WallTime now) {
  // An untrusted certificate of a partner is told, not refused: dialback may prove who it is
  // (TLS-8).
  runtime::TlsSettings settings;
  settings.certificate_file = files.certificate;
  settings.key_file = files.key;
  settings.trust_file = files.trust;
  settings.minimum = static_cast<std::uint16_t>(files.minimum);
  settings.modern_suites = true;
  auto starttls = runtime::TlsContext::Load(settings, now);
  if (!starttls) return Fail(starttls.error());
  settings.alpn = "xmpp-server";
  auto direct = runtime::TlsContext::Load(settings, now);
  if (!direct) return Fail(direct.error());
  return Credentials{*std::move(starttls), *std::move(direct)};
}

}  // namespace dragoman::xmpp_frontend
