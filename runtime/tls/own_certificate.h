// What our own certificate, its key and its chain are, as facts: for whoever looks for mistakes
// before a connection meets them.
#pragma once

#include <string>

#include "core/base/time.h"
#include "runtime/tls/context.h"

namespace dragoman::runtime {

struct OwnCertificate {
  std::string problem;        // nothing can be said of the certificate: unreadable, not PEM
  std::string key_problem;    // nothing can be said of the key
  std::string trust_problem;  // no roots could be read

  CertificateNames names;
  WallTime not_before{}, not_after{};
  bool server_auth = false;  // extendedKeyUsage allows it, or says nothing
  bool client_auth = false;
  std::string key_kind;  // "RSA 2048", "EC 256"
  bool weak_key = false;
  bool key_matches = false;
  bool key_is_of_a_later_one = false;  // of the file: the leaf does not stand first
  bool self_signed = false;

  enum class Chain { kToTrust, kToSystem, kNowhere };
  Chain chain = Chain::kNowhere;  // to the configured roots; else to the system's
  std::string chain_problem;      // of kNowhere
  std::string chain_issuer;       // of kNowhere: who signed the last certificate that was found
  std::string issuer_name;        // the intermediate or root that runs out first,
  WallTime issuer_not_after = WallTime::max();  // and when
};

// Validity is told, not judged; `files` as for TlsContext::Load.
OwnCertificate Inspect(const TlsSettings& files);

}  // namespace dragoman::runtime
