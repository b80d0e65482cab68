#include "runtime/tls/own_certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <vector>

#include "runtime/tls/asn1_time.h"

namespace dragoman::runtime {
namespace {

constexpr unsigned kRsaBitsMin = 2048;  // TLS-2
constexpr unsigned kEcBitsMin = 224;

using Certificates = std::vector<bssl::UniquePtr<X509>>;

Certificates ReadCertificates(const std::string& file, std::string& problem) {
  Certificates read;
  const bssl::UniquePtr<BIO> in(BIO_new_file(file.c_str(), "r"));
  if (in == nullptr) {
    ERR_clear_error();
    problem = "cannot be read";
    return read;
  }
  while (X509* one = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) read.emplace_back(one);
  ERR_clear_error();  // the end of the file is an error to PEM_read
  if (read.empty()) problem = "no PEM certificate in it";
  return read;
}

bssl::UniquePtr<EVP_PKEY> ReadKey(const std::string& file, std::string& problem) {
  const bssl::UniquePtr<BIO> in(BIO_new_file(file.c_str(), "r"));
  bssl::UniquePtr<EVP_PKEY> key;
  if (in == nullptr) {
    problem = "cannot be read";
  } else {
    // An empty pass phrase: a key that wants one is refused, not asked about on the terminal.
    key.reset(PEM_read_bio_PrivateKey(
        in.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr));
    if (key == nullptr) problem = "no PEM private key without pass phrase in it";
  }
  ERR_clear_error();
  return key;
}

std::string NameOf(const X509_NAME* name) {
  char text[256] = "";
  X509_NAME_oneline(name, text, sizeof text);
  return text[0] == '/' ? text + 1 : text;
}

void TellKey(X509* leaf, OwnCertificate& own) {
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(leaf));
  if (key == nullptr) return;
  const auto bits = static_cast<unsigned>(EVP_PKEY_bits(key.get()));
  const bool rsa = EVP_PKEY_id(key.get()) == EVP_PKEY_RSA;
  own.key_kind = std::string(rsa ? "RSA " : "EC ") + std::to_string(bits);
  own.weak_key = bits < (rsa ? kRsaBitsMin : kEcBitsMin);
}

// Validity aside: it is told by itself, and must not hide where the chain ends.
int LookPastTimes(int holds, X509_STORE_CTX* context) {
  const int error = X509_STORE_CTX_get_error(context);
  return holds == 1 || error == X509_V_ERR_CERT_HAS_EXPIRED ||
                 error == X509_V_ERR_CERT_NOT_YET_VALID
             ? 1
             : 0;
}

bool LeadsTo(const std::string& roots, const Certificates& chain, OwnCertificate& own) {
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  if (X509_STORE_load_locations(store.get(), roots.c_str(), nullptr) != 1) {
    ERR_clear_error();
    own.trust_problem = roots + ": no PEM certificate in it, or it cannot be read";
    return false;
  }
  const bssl::UniquePtr<STACK_OF(X509)> others(sk_X509_new_null());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    bssl::PushToStack(others.get(), bssl::UpRef(chain[i]));
  }
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), others.get());
  X509_STORE_CTX_set_verify_cb(context.get(), &LookPastTimes);
  const bool leads = X509_verify_cert(context.get()) == 1;
  const STACK_OF(X509)* path = X509_STORE_CTX_get0_chain(context.get());
  const std::size_t length = path != nullptr ? sk_X509_num(path) : 0;
  if (!leads) {
    own.chain_problem = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
    if (length > 0)
      own.chain_issuer = NameOf(X509_get_issuer_name(sk_X509_value(path, length - 1)));
    return false;
  }
  for (std::size_t i = 1; i < length; ++i) {
    X509* issuer = sk_X509_value(path, i);
    const WallTime ends = TimeOf(X509_get0_notAfter(issuer));
    if (ends >= own.issuer_not_after) continue;
    own.issuer_not_after = ends;
    own.issuer_name = NameOf(X509_get_subject_name(issuer));
  }
  return true;
}

}  // namespace

OwnCertificate Inspect(const TlsSettings& files) {
  OwnCertificate own;
  const Certificates chain = ReadCertificates(files.certificate_file, own.problem);
  const bssl::UniquePtr<EVP_PKEY> key = ReadKey(files.key_file, own.key_problem);
  if (chain.empty()) return own;
  X509* leaf = chain.front().get();
  own.names = NamesOf(leaf);
  own.not_before = TimeOf(X509_get0_notBefore(leaf));
  own.not_after = TimeOf(X509_get0_notAfter(leaf));
  const std::uint32_t purposes = X509_get_extended_key_usage(leaf);  // all bits: it says nothing
  own.server_auth = (purposes & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
  own.client_auth = (purposes & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
  TellKey(leaf, own);
  own.self_signed = X509_NAME_cmp(X509_get_subject_name(leaf), X509_get_issuer_name(leaf)) == 0;
  if (key != nullptr) {
    own.key_matches = X509_check_private_key(leaf, key.get()) == 1;
    for (std::size_t i = 1; i < chain.size(); ++i) {
      own.key_is_of_a_later_one |= X509_check_private_key(chain[i].get(), key.get()) == 1;
    }
    ERR_clear_error();
  }
  const bool system = files.trust_file == "system";
  if (LeadsTo(system ? kSystemTrust : files.trust_file, chain, own)) {
    own.chain = OwnCertificate::Chain::kToTrust;
  } else if (OwnCertificate beside; !system && LeadsTo(kSystemTrust, chain, beside)) {
    own.chain = OwnCertificate::Chain::kToSystem;
    own.issuer_name = beside.issuer_name;
    own.issuer_not_after = beside.issuer_not_after;
  }
  return own;
}

}  // namespace dragoman::runtime
