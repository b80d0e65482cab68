// Who is at the other end of a TLS connection, by its certificate. RFC 5922 §7.1, §7.2; TLS-12..14;
// ocs-dialect §1.3.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman::sip {

// The names that stand in a certificate's subjectAltName.
struct SubjectNames {
  std::vector<std::string> dns;
  std::vector<std::string> uris;
};

// The hosts of its SIP URIs without user part; its DNS names only if there is no such URI (TLS-13).
// The common name never counts (TLS-12). Lower case.
std::vector<std::string> IdentitiesOf(const SubjectNames& names);

// The first of `wanted` that is among `identities`: whole names, no wildcards (TLS-14).
std::optional<std::string> MatchName(const std::vector<std::string>& identities,
                                     const std::vector<std::string>& wanted);

// `domain` itself, or a host exactly one label below it: "sip.contoso.com" for "contoso.com".
bool IsHostOf(std::string_view host, std::string_view domain);

}  // namespace dragoman::sip
