// Who is at the other end of a TLS connection, by its certificate. RFC 5922 §7.1, §7.2; TLS-12..14;
// ocs-dialect §1.3.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/certificate_names.h"

namespace dragoman::sip {

// Whom a peer's certificate proves: the hosts of its SIP URIs without user part; its DNS names only
// if there is no such URI (TLS-13). The common name never counts (TLS-12). Lower case.
std::vector<std::string> IdentitiesOf(const CertificateNames& names);

// Whether an Edge that looks for `host`, a name of ours, takes our certificate: its DNS names
// count, whatever URIs stand beside them, and the common name where there is no subjectAltName
// (ocs-dialect §1.3). Whole names, no wildcards (TLS-14). SIP servers that go by RFC 5922 §7.1
// count IdentitiesOf instead.
bool CarriesHost(const CertificateNames& names, std::string_view host);

// The first of `wanted` that is among `identities`: whole names, no wildcards (TLS-14).
std::optional<std::string> MatchName(const std::vector<std::string>& identities,
                                     const std::vector<std::string>& wanted);

// `domain` itself, or a host exactly one label below it: "sip.contoso.com" for "contoso.com".
bool IsHostOf(std::string_view host, std::string_view domain);

// The names of which a server that DNS named must prove one: its own, or a domain that it is a host
// of (TLS-15).
std::vector<std::string> ProvingNames(const std::string& host,
                                      const std::vector<std::string>& domains);

}  // namespace dragoman::sip
