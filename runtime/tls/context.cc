#include "runtime/tls/context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>

#include "runtime/tls/asn1_time.h"

namespace dragoman::runtime {
namespace {

std::string LastError() {
  char text[160];
  const std::uint32_t code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "unknown error";
  ERR_error_string_n(code, text, sizeof text);
  return text;
}

bool Readable(const std::string& file) {
  std::FILE* handle = std::fopen(file.c_str(), "r");
  if (handle == nullptr) return false;
  std::fclose(handle);
  return true;
}

// Every name and purpose is judged by us; here only: does the chain lead to whom we trust, and is
// it valid now? A certificate with serverAuth only is good enough for a connecting peer too
// (TLS-17).
PeerCertificate Judge(SSL* ssl) {
  PeerCertificate peer;
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl); cipher != nullptr) {
    peer.cipher = std::string(SSL_get_version(ssl)) + " " + SSL_CIPHER_standard_name(cipher);
  }
  STACK_OF(X509)* chain = SSL_get_peer_full_cert_chain(ssl);
  if (chain == nullptr || sk_X509_num(chain) == 0) {
    peer.problem = "no certificate was presented";
    return peer;
  }
  peer.presented = true;
  X509* leaf = sk_X509_value(chain, 0);
  peer.names = NamesOf(leaf);
  int days = 0, seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(leaf)) == 1) {
    peer.valid_for = std::chrono::hours(24 * days) + std::chrono::seconds(seconds);
  }
  bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  X509_STORE* trust = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl));
  X509_STORE_CTX_init(context.get(), trust, leaf, chain);
  X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(context.get()), X509_PURPOSE_SSL_SERVER);
  peer.trusted = X509_verify_cert(context.get()) == 1;
  if (!peer.trusted && X509_STORE_CTX_get_error(context.get()) == X509_V_ERR_INVALID_PURPOSE) {
    bssl::UniquePtr<X509_STORE_CTX> client(X509_STORE_CTX_new());
    X509_STORE_CTX_init(client.get(), trust, leaf, chain);
    X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(client.get()), X509_PURPOSE_SSL_CLIENT);
    peer.trusted = SSL_is_server(ssl) && X509_verify_cert(client.get()) == 1;
  }
  if (!peer.trusted) {
    peer.problem = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  }
  return peer;
}

enum ssl_verify_result_t Verify(SSL* ssl, std::uint8_t* alert) {
  const auto* context =
      static_cast<const TlsSettings*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0));
  const PeerCertificate peer = Judge(ssl);
  if (peer.trusted || context->on_untrusted == TrustFailure::kTell) return ssl_verify_ok;
  *alert = SSL_AD_UNKNOWN_CA;
  return ssl_verify_invalid;
}

int ChooseAlpn(SSL*, const std::uint8_t** out, std::uint8_t* out_size, const std::uint8_t* in,
               unsigned in_size, void* user) {
  const std::string& wanted = static_cast<const TlsSettings*>(user)->alpn;
  for (unsigned at = 0; at < in_size; at += 1u + in[at]) {
    const std::string_view offered(reinterpret_cast<const char*>(in + at + 1), in[at]);
    if (offered == wanted) {
      *out = in + at + 1;
      *out_size = in[at];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<bool, std::string> LoadOwn(SSL_CTX* context, const TlsSettings& settings, WallTime now) {
  if (!Readable(settings.certificate_file)) {
    return Fail("certificate " + settings.certificate_file + ": cannot be read");
  }
  if (!Readable(settings.key_file)) return Fail("key " + settings.key_file + ": cannot be read");
  if (SSL_CTX_use_certificate_chain_file(context, settings.certificate_file.c_str()) != 1) {
    return Fail("certificate " + settings.certificate_file +
                ": not a PEM certificate: " + LastError());
  }
  if (SSL_CTX_use_PrivateKey_file(context, settings.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool mismatch = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    if (mismatch) ERR_clear_error();
    return Fail("key " + settings.key_file +
                (mismatch ? ": does not belong to certificate " + settings.certificate_file
                          : ": not a PEM private key: " + LastError()));
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return Fail("key " + settings.key_file + ": does not belong to certificate " +
                settings.certificate_file);
  }
  if (TimeOf(X509_get0_notAfter(SSL_CTX_get0_certificate(context))) < now) {
    return Fail("certificate " + settings.certificate_file + ": has expired");
  }
  return true;
}

}  // namespace

PeerCertificate PeerOf(SSL* ssl) { return Judge(ssl); }

Result<std::shared_ptr<TlsContext>, std::string> TlsContext::Load(const TlsSettings& settings,
                                                                  WallTime now) {
  std::shared_ptr<TlsContext> made(new TlsContext);
  made->settings_ = settings;
  made->context_.reset(SSL_CTX_new(TLS_method()));
  SSL_CTX* context = made->context_.get();
  SSL_CTX_set_ex_data(context, 0, &made->settings_);
  SSL_CTX_set_min_proto_version(context, settings.minimum);
  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
  if (settings.modern_suites) {
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  } else if (settings.minimum < TLS1_2_VERSION) {
    SSL_CTX_set_cipher_list(context, "ALL");  // 3DES too: Windows Server 2003 has nothing better
  }
  SSL_CTX_set1_curves_list(context, "X25519:P-256");  // without P-256 its ECDSA certificates fail
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);     // an identity is never resumed (T-43)
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (auto own = LoadOwn(context, settings, now); !own) return Fail(own.error());
  made->own_names_ = NamesOf(SSL_CTX_get0_certificate(context));
  made->not_after_ = TimeOf(X509_get0_notAfter(SSL_CTX_get0_certificate(context)));

  const std::string trust = settings.trust_file == "system" ? kSystemTrust : settings.trust_file;
  if (!Readable(trust)) return Fail("trust " + trust + ": cannot be read");
  if (SSL_CTX_load_verify_locations(context, trust.c_str(), nullptr) != 1) {
    return Fail("trust " + trust + ": no PEM certificate in it: " + LastError());
  }
  const int mode =
      SSL_VERIFY_PEER | (settings.require_peer_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  SSL_CTX_set_custom_verify(context, mode, &Verify);
  if (!settings.alpn.empty()) {
    std::string wire(1, static_cast<char>(settings.alpn.size()));
    wire += settings.alpn;
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const std::uint8_t*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
    SSL_CTX_set_alpn_select_cb(context, &ChooseAlpn, &made->settings_);
  }
  return made;
}

}  // namespace dragoman::runtime
