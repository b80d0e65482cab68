// The names in a certificate as values: runtime/tls reads them, core/sip and core/xmpp say what
// they prove. Two matchers, because the protocols differ: TLS-10..14.
#pragma once

#include <string>
#include <vector>

namespace dragoman {

// Taken from the decoded subjectAltName (T-40), never from text.
struct CertificateNames {
  std::vector<std::string> dns = {};         // dNSName, lower case
  std::vector<std::string> uris = {};        // uniformResourceIdentifier
  std::vector<std::string> xmpp_addrs = {};  // otherName id-on-xmppAddr
  std::vector<std::string> srv_names = {};   // otherName id-on-dnsSRV
  std::string common_name = {};              // lower case
  bool has_san = false;
};

std::string ToString(const CertificateNames& names);  // for people: every name, comma-separated

}  // namespace dragoman
