#include "runtime/tls/own_certificate.h"

#include <gmock/gmock.h>
#include <openssl/bio.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>

namespace dragoman::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int kDay = 86400;

struct Identity {
  bssl::UniquePtr<EVP_PKEY> key;
  bssl::UniquePtr<X509> certificate;
};

struct Wanted {
  std::string name = "gw.example";
  std::string purposes = "serverAuth,clientAuth";  // empty: no extendedKeyUsage
  int begins = -kDay, ends = 100 * kDay;           // seconds from now
  bool authority = false;
};

void Extend(X509* certificate, int nid, const std::string& value) {
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, nullptr, nid, const_cast<char*>(value.c_str())));
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension.get(), -1);
}

// Signed by `issuer`, or by itself.
Identity Issue(const Wanted& wanted, const Identity* issuer = nullptr) {
  static int serial = 1;
  Identity made;
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  EC_KEY_generate_key(ec.get());
  made.key.reset(EVP_PKEY_new());
  EVP_PKEY_set1_EC_KEY(made.key.get(), ec.get());
  made.certificate.reset(X509_new());
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(wanted.name.c_str()), -1, -1,
                             0);
  const X509* above = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(above));
  X509_gmtime_adj(X509_getm_notBefore(certificate), wanted.begins);
  X509_gmtime_adj(X509_getm_notAfter(certificate), wanted.ends);
  X509_set_pubkey(certificate, made.key.get());
  Extend(certificate, NID_basic_constraints, wanted.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!wanted.authority) Extend(certificate, NID_subject_alt_name, "DNS:" + wanted.name);
  if (!wanted.purposes.empty() && !wanted.authority)
    Extend(certificate, NID_ext_key_usage, wanted.purposes);
  X509_sign(certificate, (issuer != nullptr ? *issuer : made).key.get(), EVP_sha256());
  return made;
}

class OwnCertificateTest : public testing::Test {
 protected:
  OwnCertificateTest() {
    std::filesystem::create_directories(folder_);
    Write("roots.crt", {&root_});
  }
  ~OwnCertificateTest() override { std::filesystem::remove_all(folder_); }

  std::string File(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::vector<const Identity*>& certificates) {
    const bssl::UniquePtr<BIO> out(BIO_new_file(File(name).c_str(), "w"));
    for (const Identity* one : certificates) PEM_write_bio_X509(out.get(), one->certificate.get());
  }
  void WriteKey(const Identity& of) {
    const bssl::UniquePtr<BIO> out(BIO_new_file(File("own.key").c_str(), "w"));
    PEM_write_bio_PrivateKey(out.get(), of.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }
  OwnCertificate Look() {
    TlsSettings files;
    files.certificate_file = File("own.crt");
    files.key_file = File("own.key");
    files.trust_file = File("roots.crt");
    return Inspect(files);
  }
  OwnCertificate LookAt(const Identity& leaf, std::vector<const Identity*> behind = {}) {
    behind.insert(behind.begin(), &leaf);
    Write("own.crt", behind);
    WriteKey(leaf);
    return Look();
  }

  const std::string folder_ =
      testing::TempDir() + "own_certificate_test_" + std::to_string(getpid());
  const Identity root_ = Issue({.name = "Root", .authority = true});
  const Identity middle_ = Issue({.name = "Middle", .ends = 10 * kDay, .authority = true}, &root_);
};

TEST_F(OwnCertificateTest, TellsAllOfAGoodOne) {
  const OwnCertificate own = LookAt(Issue({}, &root_));
  EXPECT_EQ(own.problem + own.key_problem + own.trust_problem + own.chain_problem, "");
  EXPECT_THAT(own.names.dns, ElementsAre("gw.example"));
  EXPECT_TRUE(own.server_auth && own.client_auth && own.key_matches);
  EXPECT_FALSE(own.weak_key || own.self_signed || own.key_is_of_a_later_one);
  EXPECT_EQ(own.key_kind, "EC 256");
  EXPECT_EQ(own.chain, OwnCertificate::Chain::kToTrust);
  const WallTime now{std::chrono::seconds(std::time(nullptr))};
  EXPECT_NEAR(static_cast<double>((own.not_after - now).count()), 100.0 * kDay * 1000, 60'000);
  EXPECT_NEAR(static_cast<double>((now - own.not_before).count()), 1.0 * kDay * 1000, 60'000);
}

TEST_F(OwnCertificateTest, FollowsTheIntermediatesAndTellsWhichRunsOutFirst) {
  const Identity leaf = Issue({}, &middle_);
  const OwnCertificate whole = LookAt(leaf, {&middle_});
  EXPECT_EQ(whole.chain, OwnCertificate::Chain::kToTrust);
  EXPECT_EQ(whole.issuer_name, "CN=Middle");
  const OwnCertificate cut = LookAt(leaf);
  EXPECT_EQ(cut.chain, OwnCertificate::Chain::kNowhere);
  EXPECT_EQ(cut.chain_issuer, "CN=Middle");
  EXPECT_THAT(cut.chain_problem, HasSubstr("issuer"));
}

TEST_F(OwnCertificateTest, AnExpiredOneStillTellsItsChain) {
  const OwnCertificate own = LookAt(Issue({.begins = -9 * kDay, .ends = -kDay}, &root_));
  EXPECT_EQ(own.chain, OwnCertificate::Chain::kToTrust);
  EXPECT_LT(own.not_after, WallTime(std::chrono::seconds(std::time(nullptr))));
}

TEST_F(OwnCertificateTest, TellsPurposes) {
  const struct {
    const char* purposes;
    bool server, client;
  } cases[] = {{"serverAuth", true, false},
               {"clientAuth", false, true},
               {"anyExtendedKeyUsage", true, true},
               {"codeSigning", false, false},
               {"", true, true}};
  for (const auto& one : cases) {
    const OwnCertificate own = LookAt(Issue({.purposes = one.purposes}, &root_));
    EXPECT_EQ(own.server_auth, one.server) << one.purposes;
    EXPECT_EQ(own.client_auth, one.client) << one.purposes;
  }
}

TEST_F(OwnCertificateTest, TellsAKeyOfAnotherAndALeafThatDoesNotStandFirst) {
  const Identity leaf = Issue({}, &middle_);
  LookAt(leaf, {&middle_});
  WriteKey(root_);
  EXPECT_FALSE(Look().key_matches || Look().key_is_of_a_later_one);
  Write("own.crt", {&middle_, &leaf});
  WriteKey(leaf);
  EXPECT_FALSE(Look().key_matches);
  EXPECT_TRUE(Look().key_is_of_a_later_one);
}

TEST_F(OwnCertificateTest, TellsASelfSignedOne) {
  const OwnCertificate own = LookAt(Issue({}));
  EXPECT_TRUE(own.self_signed);
  EXPECT_EQ(own.chain, OwnCertificate::Chain::kNowhere);
}

TEST_F(OwnCertificateTest, TellsFilesThatCannotBeUsed) {
  EXPECT_EQ(Look().problem, "cannot be read");
  EXPECT_EQ(Look().key_problem, "cannot be read");
  const Identity leaf = Issue({}, &root_);
  LookAt(leaf);
  std::ofstream(File("own.key")) << "nothing";
  EXPECT_THAT(Look().key_problem, HasSubstr("no PEM private key"));
  std::ofstream(File("own.crt")) << "nothing";
  EXPECT_THAT(Look().problem, HasSubstr("no PEM certificate"));
  LookAt(leaf);
  std::filesystem::remove(File("roots.crt"));
  EXPECT_THAT(Look().trust_problem, StartsWith(File("roots.crt")));
}

}  // namespace
}  // namespace dragoman::runtime
