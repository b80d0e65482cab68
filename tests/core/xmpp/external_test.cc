// SASL EXTERNAL and what certificates prove, both directions.
#include <gmock/gmock.h>

#include "core/base/digest.h"
#include "tests/core/xmpp/stream_samples.h"

namespace dragoman::xmpp {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

PeerProof Certificate(const std::string& domain) {
  PeerProof proof;
  proof.covers = [domain](std::string_view asked) { return asked == domain; };
  return proof;
}

std::string Auth(std::string_view content, std::string_view mechanism = "EXTERNAL") {
  return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='" + std::string(mechanism) +
         "'>" + std::string(content) + "</auth>";
}

std::string Failure(std::string_view condition) {
  return "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><" + std::string(condition) +
         "/></failure>";
}
constexpr std::string_view kSuccess = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";

class ExternalInTest : public testing::Test {
 protected:
  InboundRules Rules() {
    InboundRules rules;
    rules.hosts = [](std::string_view domain) {
      return domain == "sip.example" || domain == "sip2.example";
    };
    rules.policy = [this](std::string_view domain) -> std::optional<PeerPolicy> {
      if (!domain.ends_with("xmpp.example")) return std::nullopt;
      return policy_;
    };
    rules.dialback_secrets = {kSecret};
    return rules;
  }
  // The features behind TLS, the last thing said.
  std::string Secure(const PeerProof& proof, const std::string& from = "xmpp.example") {
    stream_.emplace(Rules(), random_, t0);
    Feed(*stream_, HeaderFrom(from, "sip.example"));
    Feed(*stream_, kStartTls);
    stream_->OnTls(t0, proof);
    const std::vector<std::string> said = Feed(*stream_, HeaderFrom(from, "sip.example"));
    return said.empty() ? "" : said.back();
  }
  void Authenticate() {
    Secure(Certificate("xmpp.example"));
    Feed(*stream_, Auth("="));
    Feed(*stream_, HeaderFrom("xmpp.example", "sip.example"));
  }
  PeerPolicy policy_;
  CountingSource random_;
  std::optional<InboundStream> stream_;
};

TEST_F(ExternalInTest, XS6_OffersExternalOnlyWhereTheCertificateIsTrustedAndMatches) {
  EXPECT_THAT(Secure(Certificate("xmpp.example")), HasSubstr("<mechanism>EXTERNAL</mechanism>"));
  EXPECT_THAT(Secure(Certificate("other.example")), Not(HasSubstr("mechanism")));
  EXPECT_THAT(Secure({}), Not(HasSubstr("mechanism")));
  EXPECT_THAT(Secure(Certificate("stranger.example"), "stranger.example"),
              Not(HasSubstr("mechanism")));
}

TEST_F(ExternalInTest, XS5_OffersWhatPolicyLeaves) {
  policy_ = {Need::kRequired, Need::kRequired, true};
  EXPECT_THAT(Secure(Certificate("xmpp.example")),
              AllOf(HasSubstr("EXTERNAL"), Not(HasSubstr("dialback"))));
  policy_ = {Need::kRequired, Need::kDisabled, true};
  EXPECT_THAT(Secure(Certificate("xmpp.example")),
              AllOf(Not(HasSubstr("EXTERNAL")), HasSubstr("dialback")));
  policy_ = {Need::kRequired, Need::kOptional, false};
  EXPECT_THAT(Secure({}), AllOf(Not(HasSubstr("EXTERNAL")), Not(HasSubstr("dialback"))));
}

TEST_F(ExternalInTest, XS7_AcceptsTheStreamsDomainInEachForm) {
  for (const std::string& authzid :
       {std::string("="), Base64Encode("xmpp.example"), Base64Encode("XMPP.Example")}) {
    Secure(Certificate("xmpp.example"));
    EXPECT_THAT(Feed(*stream_, Auth(authzid)),
                ElementsAre(kSuccess, "PROVEN xmpp.example  external"))
        << authzid;
    EXPECT_THAT(Feed(*stream_, HeaderFrom("xmpp.example", "sip.example")),
                ElementsAre(HasSubstr("<stream:stream"),
                            AllOf(HasSubstr("urn:xmpp:sm:3"), Not(HasSubstr("EXTERNAL")))));
    EXPECT_TRUE(stream_->established());
    EXPECT_EQ(stream_->Deadline(), TimePoint::max());
  }
}

TEST_F(ExternalInTest, XS7_AsksForTheIdentityThatWasNotSaid) {
  Secure(Certificate("xmpp.example"));
  EXPECT_THAT(Feed(*stream_, Auth("")),
              ElementsAre("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"));
  EXPECT_THAT(Feed(*stream_, "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</response>"),
              ElementsAre(kSuccess, "PROVEN xmpp.example  external"));
}

TEST_F(ExternalInTest, T9_RefusesEveryOtherIdentityAndStep) {
  const struct {
    std::string element;
    std::string condition;
  } kRows[] = {
      {Auth(Base64Encode("other.xmpp.example")), "invalid-authzid"},
      {Auth(Base64Encode("sip.example")), "invalid-authzid"},
      {Auth(Base64Encode(std::string("xmpp.example\0.evil", 18))), "invalid-authzid"},
      {Auth(Base64Encode("evil.example")), "invalid-authzid"},
      {Auth("!!!"), "incorrect-encoding"},
      {Auth("=", "PLAIN"), "invalid-mechanism"},
      {"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</response>", "malformed-request"},
      {"<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "aborted"},
  };
  for (const auto& row : kRows) {
    Secure(Certificate("xmpp.example"));
    EXPECT_THAT(Feed(*stream_, row.element),
                ElementsAre("REFUSED sasl-" + row.condition, Failure(row.condition)));
    EXPECT_FALSE(stream_->established());
  }
  Secure({});  // no trusted certificate at all
  EXPECT_THAT(Feed(*stream_, Auth("=")),
              ElementsAre("REFUSED sasl-not-authorized", Failure("not-authorized")));
}

TEST_F(ExternalInTest, L18_XS8_DialbackMayFollowAFailureButNotForEver) {
  Secure(Certificate("xmpp.example"));
  for (int i = 1; i < kSaslFailuresMax; ++i) Feed(*stream_, Auth("!!!"));
  EXPECT_THAT(Feed(*stream_, "<db:result from='a.xmpp.example' to='sip.example'>k</db:result>"),
              ElementsAre(HasSubstr("VERIFY a.xmpp.example sip.example")));
  Secure(Certificate("xmpp.example"));
  for (int i = 1; i < kSaslFailuresMax; ++i) Feed(*stream_, Auth("!!!"));
  EXPECT_THAT(Feed(*stream_, Auth("!!!")),
              AllOf(Contains(HasSubstr("<policy-violation ")), Contains("CLOSE")));
}

TEST_F(ExternalInTest, T10_NothingIsTakenBehindAuthInOnePiece) {
  Secure(Certificate("xmpp.example"));
  EXPECT_THAT(Feed(*stream_, Auth("=") + "<message from='a@xmpp.example' to='b@sip.example'/>"),
              AllOf(Contains("REFUSED not-authorized"), Not(Contains(HasSubstr("STANZA")))));
}

TEST_F(ExternalInTest, T9_SaslBeforeTlsOrTwiceEndsTheStream) {
  stream_.emplace(Rules(), random_, t0);
  Feed(*stream_, HeaderFrom("xmpp.example", "sip.example"));
  EXPECT_THAT(Feed(*stream_, Auth("=")), Contains("REFUSED not-authorized"));
  Authenticate();
  EXPECT_THAT(Feed(*stream_, Auth("=")), Contains("REFUSED not-authorized"));
}

TEST_F(ExternalInTest, XS10_TheProvenDomainMayWriteToAllOfOursAndForItselfAlone) {
  Authenticate();
  EXPECT_THAT(Feed(*stream_, "<message from='a@xmpp.example' to='b@sip2.example'/>"),
              ElementsAre(HasSubstr("STANZA")));
  EXPECT_THAT(Feed(*stream_, "<message from='a@sub.xmpp.example' to='b@sip.example'/>"),
              Contains("REFUSED invalid-from"));
  Authenticate();
  EXPECT_THAT(Feed(*stream_, "<message from='a@xmpp.example' to='b@nobody.example'/>"),
              Contains("REFUSED host-unknown"));
}

TEST_F(ExternalInTest, T8_AnotherDomainInTheHeaderBehindSaslEndsTheStream) {
  Secure(Certificate("xmpp.example"));
  Feed(*stream_, Auth("="));
  EXPECT_THAT(Feed(*stream_, HeaderFrom("b.xmpp.example", "sip.example")),
              Contains("REFUSED invalid-from"));
}

TEST_F(ExternalInTest, DB19_ACertificateAnswersAKeyAtOnce) {
  Secure(Certificate("xmpp.example"));
  EXPECT_THAT(
      Feed(*stream_, "<db:result from='xmpp.example' to='sip.example'>whatever</db:result>"),
      ElementsAre("<db:result from='sip.example' to='xmpp.example' type='valid'/>",
                  "PROVEN xmpp.example sip.example certificate"));
}

TEST_F(ExternalInTest, DB18_WithoutACertificateNoKeyHelpsWherePolicyWantsOne) {
  policy_ = {Need::kRequired, Need::kRequired, true};
  Secure({});
  EXPECT_THAT(Feed(*stream_, "<db:result from='xmpp.example' to='sip.example'>k</db:result>"),
              AllOf(Contains(HasSubstr("<not-authorized ")), Not(Contains(HasSubstr("VERIFY")))));
}

TEST_F(ExternalInTest, TLS18_TheStreamEndsWithItsCertificate) {
  PeerProof proof = Certificate("xmpp.example");
  proof.expires = t0 + 3600s;
  Secure(proof);
  Feed(*stream_, Auth("="));
  Feed(*stream_, HeaderFrom("xmpp.example", "sip.example"));
  EXPECT_EQ(stream_->Deadline(), t0 + 3600s);
  stream_->Advance(t0 + 3600s);
  EXPECT_THAT(Drain(*stream_), ElementsAre(HasSubstr("<reset "), "CLOSE"));
}

TEST_F(ExternalInTest, XS18_OnDirectTlsNothingIsSaidInClearAndStartTlsIsRefused) {
  InboundRules rules = Rules();
  rules.direct_tls = true;
  InboundStream stream(rules, random_, t0);
  stream.OnTls(t0, Certificate("xmpp.example"));
  EXPECT_THAT(Feed(stream, HeaderFrom("xmpp.example", "sip.example")),
              ElementsAre(HasSubstr("<stream:stream"),
                          AllOf(HasSubstr("EXTERNAL"), Not(HasSubstr("starttls")))));
  EXPECT_THAT(Feed(stream, kStartTls), Contains("REFUSED not-authorized"));
}

TEST_F(ExternalInTest, TlsDisabledMeansNoStartTls) {
  policy_ = {Need::kDisabled, Need::kDisabled, true};
  stream_.emplace(Rules(), random_, t0);
  EXPECT_THAT(Feed(*stream_, HeaderFrom("xmpp.example", "sip.example")),
              ElementsAre(HasSubstr("<stream:stream"),
                          AllOf(HasSubstr("dialback"), Not(HasSubstr("starttls")))));
  EXPECT_THAT(Feed(*stream_, kStartTls),
              ElementsAre("REFUSED starttls-disabled", HasSubstr("<failure "), "CLOSE"));
}

class ExternalOutTest : public testing::Test {
 protected:
  static constexpr std::string_view kMechanisms =
      "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
      "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>";

  // What is said when the features behind TLS have come; or before, if it ends there.
  std::vector<std::string> Secure(std::string_view features, const PeerProof& proof = {}) {
    stream_.emplace(OutboundRules{"sip.example", "xmpp.example", policy_, {kSecret}}, std::nullopt,
                    t0);
    stream_->OnOpen(t0);
    Feed(*stream_, Answering("first"));
    Feed(*stream_, "<stream:features/>");
    Feed(*stream_, kProceed);
    stream_->OnTls(t0, proof);
    const std::vector<std::string> said = Drain(*stream_);
    if (!said.empty() && said.back() == "CLOSE") return said;
    Feed(*stream_, Answering("second"));
    return Feed(*stream_, features);
  }
  static std::string Answering(std::string_view id) {
    return HeaderFrom("xmpp.example", "sip.example", "version='1.0' id='" + std::string(id) + "'");
  }
  PeerPolicy policy_;
  std::optional<OutboundStream> stream_;
};

TEST_F(ExternalOutTest, XS7_SendsItsDomainAndStartsAnewBehindSuccess) {
  EXPECT_THAT(Secure(kMechanisms), ElementsAre(Auth(Base64Encode("sip.example"))));
  EXPECT_THAT(Feed(*stream_, kSuccess), ElementsAre(HasSubstr("<stream:stream ")));
  Feed(*stream_, Answering("third"));
  EXPECT_THAT(Feed(*stream_, "<stream:features/>"), ElementsAre("READY external"));
}

TEST_F(ExternalOutTest, XS8_DialbackFollowsARefusalWherePolicyLetsIt) {
  Secure(kMechanisms);
  EXPECT_THAT(Feed(*stream_, Failure("not-authorized")), ElementsAre(HasSubstr("<db:result ")));
  policy_.dialback = false;
  Secure(kMechanisms, Certificate("xmpp.example"));
  EXPECT_THAT(
      Feed(*stream_, Failure("not-authorized")),
      ElementsAre(kStreamEnd,
                  "FAILED " + std::to_string(static_cast<int>(OutboundFailure::kSaslRefused)),
                  "CLOSE"));
}

TEST_F(ExternalOutTest, TLS9_APartnerThatMustHaveACertificateIsHeldToIt) {
  policy_.sasl = Need::kRequired;
  const std::string refused =
      "FAILED " + std::to_string(static_cast<int>(OutboundFailure::kCertificate));
  EXPECT_THAT(Secure(kMechanisms), ElementsAre(refused, "CLOSE"));
  EXPECT_THAT(Secure(kMechanisms, Certificate("other.example")), ElementsAre(refused, "CLOSE"));
  EXPECT_THAT(Secure(kMechanisms, Certificate("xmpp.example")), ElementsAre(HasSubstr("<auth ")));
}

TEST_F(ExternalOutTest, APartnerThatDoesNotOfferWhatIsRequiredIsGivenUp) {
  policy_.sasl = Need::kRequired;
  EXPECT_THAT(
      Secure("<stream:features/>", Certificate("xmpp.example")),
      ElementsAre("FAILED " + std::to_string(static_cast<int>(OutboundFailure::kSaslRefused)),
                  "CLOSE"));
}

TEST_F(ExternalOutTest, SaslDisabledGoesToDialbackWhateverIsOffered) {
  policy_.sasl = Need::kDisabled;
  EXPECT_THAT(Secure(kMechanisms), ElementsAre(HasSubstr("<db:result ")));
}

TEST_F(ExternalOutTest, TlsDisabledProvesInClear) {
  policy_ = {Need::kDisabled, Need::kDisabled, true};
  stream_.emplace(OutboundRules{"sip.example", "xmpp.example", policy_, {kSecret}}, std::nullopt,
                  t0);
  stream_->OnOpen(t0);
  Feed(*stream_, Answering("first"));
  EXPECT_THAT(
      Feed(
          *stream_,
          "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"),
      ElementsAre(HasSubstr("<db:result ")));
}

TEST_F(ExternalOutTest, XS18_DirectTlsHasItsHandshakeFirst) {
  stream_.emplace(OutboundRules{.local = "sip.example",
                                .remote = "xmpp.example",
                                .policy = {},
                                .dialback_secrets = {kSecret},
                                .direct_tls = true},
                  std::nullopt, t0);
  stream_->OnOpen(t0);
  EXPECT_THAT(Drain(*stream_), ElementsAre("TLS"));
  stream_->OnTls(t0);
  EXPECT_THAT(Drain(*stream_), ElementsAre(HasSubstr("<stream:stream ")));
  Feed(*stream_, Answering("first"));
  EXPECT_THAT(Feed(*stream_, "<stream:features/>"), ElementsAre(HasSubstr("<db:result ")));
}

TEST_F(ExternalOutTest, XS17_WithBidiThePairsOwnStanzasComeBackAndNoOthers) {
  const std::string features =
      "<stream:features><bidi xmlns='urn:xmpp:features:bidi'/></stream:features>";
  const auto ready = [&] {
    EXPECT_THAT(Secure(features),
                ElementsAre("<bidi xmlns='urn:xmpp:bidi'/>", HasSubstr("<db:result ")));
    EXPECT_THAT(Feed(*stream_, "<message from='a@xmpp.example' to='b@sip.example'/>"), IsEmpty());
    Feed(*stream_, "<db:result from='xmpp.example' to='sip.example' type='valid'/>");
  };
  ready();
  EXPECT_THAT(Feed(*stream_, "<message from='a@xmpp.example' to='b@sip.example'/>"),
              ElementsAre(HasSubstr("STANZA")));
  EXPECT_THAT(Feed(*stream_, "<message from='a@evil.example' to='b@sip.example'/>"),
              Contains(HasSubstr("<invalid-from ")));
  ready();
  EXPECT_THAT(Feed(*stream_, "<message from='a@xmpp.example' to='b@other.example'/>"),
              Contains(HasSubstr("<host-unknown ")));
}

}  // namespace
}  // namespace dragoman::xmpp
