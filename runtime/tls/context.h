// Our certificate, whom we trust, which versions: what connections of one kind share. BoringSSL's
// SSL_CTX.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "runtime/tls/names.h"

namespace dragoman::runtime {

// What the peer showed during the handshake.
struct PeerCertificate {
  bool presented = false;
  bool trusted = false;  // chain, validity and purpose hold for the context's trust
  std::string problem;   // why not trusted, for people: "certificate has expired"
  std::string cipher;    // for logs: "TLSv1.3 TLS_AES_128_GCM_SHA256"
  Duration valid_for{};  // until the leaf runs out; negative: it has
  CertificateNames names;
};

// What the peer of a finished handshake showed.
PeerCertificate PeerOf(SSL* ssl);

inline constexpr const char* kSystemTrust = "/etc/ssl/certs/ca-certificates.crt";

enum class TrustFailure {
  kClose,
  kTell
};  // SIP: close the handshake. XMPP: go on, dialback may do (TLS-8)

struct TlsSettings {
  std::string certificate_file;  // PEM chain, leaf first
  std::string key_file;          // PEM
  std::string trust_file;        // PEM roots; "system": kSystemTrust, Debian's
  TrustFailure on_untrusted = TrustFailure::kTell;
  bool require_peer_certificate = false;  // as server
  std::uint16_t minimum = TLS1_2_VERSION;
  bool modern_suites = false;  // nothing but ECDHE with AEAD (TLS-2); not every Edge has it
  std::string alpn;  // offered as client, and the one accepted as server if the peer offers any;
                     // may be empty
};

class TlsContext {
 public:
  // Errors: one line that names the file and what is wrong with it (unreadable, not PEM, key does
  // not match, expired).
  static Result<std::shared_ptr<TlsContext>, std::string> Load(const TlsSettings& settings,
                                                               WallTime now);

  const CertificateNames& own_names() const { return own_names_; }
  WallTime not_after() const { return not_after_; }  // our certificate's
  const TlsSettings& settings() const { return settings_; }
  SSL_CTX* get() const { return context_.get(); }

 private:
  TlsContext() = default;
  TlsSettings settings_;
  CertificateNames own_names_;
  WallTime not_after_{};
  bssl::UniquePtr<SSL_CTX> context_;
};

}  // namespace dragoman::runtime
