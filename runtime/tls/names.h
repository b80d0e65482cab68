// The names in a certificate, and which of them count for whom: two matchers, because the protocols
// differ. TLS-10..14; RFC 5922 §7; RFC 6125 §6.4.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>
#include <vector>

namespace dragoman::runtime {

// Taken from the decoded subjectAltName (T-40), never from text.
struct CertificateNames {
  std::vector<std::string> dns;         // dNSName, lower case
  std::vector<std::string> uris;        // uniformResourceIdentifier
  std::vector<std::string> xmpp_addrs;  // otherName id-on-xmppAddr
  std::vector<std::string> srv_names;   // otherName id-on-dnsSRV
  std::string common_name;              // lower case; counts only for SIP peers without any SAN
  bool has_san = false;
};

CertificateNames NamesOf(X509* certificate);

// The whole names a SIP peer is known by; compared without wildcards (TLS-12..14).
std::vector<std::string> SipIdentities(const CertificateNames& names);

// Whether the certificate proves `domain` (lower-case A-labels) for XMPP (TLS-10, TLS-11).
bool CoversXmppDomain(const CertificateNames& names, std::string_view domain);

std::string ToString(const CertificateNames& names);  // for people: every name, comma-separated

}  // namespace dragoman::runtime
