// What is agreed with a partner about streams, and what its certificate proves. TLS-7..11, DB-18.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/certificate_names.h"
#include "core/base/time.h"

namespace dragoman::xmpp {

enum class Need : std::uint8_t { kRequired, kOptional, kDisabled };

struct PeerPolicy {
  Need tls = Need::kRequired;
  Need sasl = Need::kOptional;
  bool dialback = true;

  // Whether asking the partner's server is proof enough.
  bool may_dial_back() const { return dialback && sasl != Need::kRequired; }
  // Whether its certificate may prove a domain, by EXTERNAL or as dialback's shortcut (DB-19).
  bool may_use_certificate() const { return sasl != Need::kDisabled && tls != Need::kDisabled; }
};

// Whether a certificate with these names proves `domain`, a lower-case A-label form: by a DNS name,
// an xmppAddr or an SRVName (TLS-10, TLS-11).
bool CoversDomain(const CertificateNames& names, std::string_view domain);

// Judged by whoever holds the TLS session: chain, validity and names.
struct PeerProof {
  std::function<bool(std::string_view)> covers = {};  // this domain, a lower-case A-label form
  TimePoint expires = TimePoint::max();               // the stream ends with it (TLS-18)
  std::string problem = {};  // for people: which name was expected and which found, or why no trust

  bool Covers(std::string_view domain) const { return covers && covers(domain); }
};

}  // namespace dragoman::xmpp
