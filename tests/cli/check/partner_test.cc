#include "cli/check/partner.h"

#include <gmock/gmock.h>

#include <map>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using policy::Need;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;
using Offers = xmpp::OutboundStream::Offers;

PartnerCall Good() {
  PartnerCall made;
  made.call.address = "192.0.2.5:5269";
  made.call.connected = made.call.secure = true;
  made.call.certificate.presented = made.call.certificate.trusted = true;
  made.call.certificate.cipher = "TLSv1.3 X";
  made.call.certificate.valid_for = Days(60);
  made.call.certificate.names.dns = {"jabber.example"};
  made.in_clear =
      Offers{.starttls = true, .starttls_required = false, .external = false, .dialback = true};
  made.secured =
      Offers{.starttls = false, .starttls_required = false, .external = true, .dialback = true};
  return made;
}

PartnerCall InClear() {
  PartnerCall made = Good();
  made.call.secure = false;
  made.call.certificate = {};
  made.in_clear->starttls = false;
  made.secured.reset();
  return made;
}

Findings Judge(const PartnerCall& made, const policy::Partner& partner = {}) {
  return JudgePartner({"jabber.example", partner, "contoso.com"}, made, {"c", "k", "roots.crt"});
}

policy::Partner Policy(Need tls, Need sasl, bool dialback) {
  policy::Partner partner;
  partner.tls = tls;
  partner.sasl = sasl;
  partner.dialback = dialback;
  return partner;
}

TEST(PartnerTest, AGoodOneIsGoodInEveryStep) {
  EXPECT_THAT(Summary(Judge(Good())), ElementsAre("partner-connect ok", "partner-tls ok",
                                                  "partner-certificate ok", "partner-proof ok"));
  EXPECT_THAT(Said(Judge(Good()), "partner-proof"), HasSubstr("proves us (EXTERNAL)"));
}

struct Case {
  Need tls, sasl;
  bool dialback;
  bool secure, trusted, external;
  const char* says;  // the worst of it
  int status;
};

// docs/configuration.md, "How a partner is proven": what each row makes of what a partner offers.
const Case kCases[] = {
    {Need::kRequired, Need::kRequired, false, true, true, true, "partner-proof ok", 0},
    {Need::kRequired, Need::kRequired, true, true, true, false, "partner-proof error", 2},
    {Need::kRequired, Need::kRequired, true, true, false, true, "partner-certificate error", 2},
    {Need::kRequired, Need::kOptional, true, true, true, false, "partner-proof ok", 0},
    {Need::kRequired, Need::kOptional, true, true, false, false, "partner-certificate info", 0},
    {Need::kRequired, Need::kOptional, false, true, true, false, "partner-proof error", 2},
    {Need::kRequired, Need::kDisabled, true, true, false, true, "partner-proof ok", 0},
    {Need::kRequired, Need::kOptional, true, false, false, false, "partner-tls error", 2},
    {Need::kOptional, Need::kRequired, true, false, false, false, "partner-tls error", 2},
    {Need::kOptional, Need::kOptional, false, false, false, false, "partner-tls error", 2},
    {Need::kOptional, Need::kOptional, true, false, false, false, "partner-tls warning", 1},
    {Need::kOptional, Need::kDisabled, true, false, false, false, "partner-tls warning", 1},
    {Need::kDisabled, Need::kDisabled, true, false, false, false, "partner-proof ok", 0},
};

TEST(PartnerTest, DB18_IsHeldAgainstWhatPolicyDemands) {
  for (const Case& one : kCases) {
    PartnerCall made = one.secure ? Good() : InClear();
    made.call.certificate.trusted = one.trusted;
    made.call.certificate.problem = "self signed";
    if (made.secured) made.secured->external = one.external;
    const Findings findings = Judge(made, Policy(one.tls, one.sasl, one.dialback));
    EXPECT_THAT(Summary(findings), Contains(one.says))
        << static_cast<int>(one.tls) << static_cast<int>(one.sasl) << one.dialback;
    EXPECT_EQ(ExitStatus(findings), one.status) << one.says;
  }
}

TEST(PartnerTest, SaysWhichProofWillBeUsed) {
  const policy::Partner dial = Policy(Need::kRequired, Need::kDisabled, true);
  EXPECT_THAT(Said(Judge(Good(), dial), "partner-proof"), HasSubstr("dialback proves us"));
  PartnerCall made = Good();
  made.secured->external = made.secured->dialback = false;
  EXPECT_THAT(Summary(Judge(made)), Contains("partner-proof warning"));
}

struct Mistake {
  const char* what;
  void (*make)(PartnerCall&);
  const char* says;
  const char* mend;
};

const Mistake kMistakes[] = {
    {"no address", [](PartnerCall& made) { made = {}; }, "partner-connect error", "no address"},
    {"refused",
     [](PartnerCall& made) {
       made = {};
       made.call.address = "192.0.2.5:5269";
       made.call.trouble = "connection refused";
     },
     "partner-connect error", "connection refused"},
    {"silent",
     [](PartnerCall& made) {
       made = {};
       made.call.address = "192.0.2.5:5269";
       made.call.connected = made.call.late = true;
     },
     "partner-stream error", "5269, not 5222"},
    {"does not serve the domain",
     [](PartnerCall& made) {
       made = {};
       made.call.address = "192.0.2.5:5269";
       made.call.connected = true;
       made.failure = xmpp::OutboundFailure::kStreamError;
       made.call.trouble = "stream error host-unknown";
     },
     "partner-stream error", "ask the partner to serve jabber.example"},
    {"no STARTTLS", [](PartnerCall& made) { made = InClear(); }, "partner-tls error",
     "switch TLS on"},
    {"an old server",
     [](PartnerCall& made) {
       made = InClear();
       made.in_clear.reset();
       made.failure = xmpp::OutboundFailure::kTlsRefused;
     },
     "partner-tls error", "switch TLS on"},
    {"TLS fails",
     [](PartnerCall& made) {
       made.call.secure = false;
       made.secured.reset();
       made.call.trouble = "TLS handshake failed: x";
     },
     "partner-tls error", "TLS handshake failed: x"},
    {"direct TLS fails",
     [](PartnerCall& made) {
       made.call.secure = false;
       made.in_clear.reset();
       made.secured.reset();
       made.direct_tls = true;
       made.call.trouble = "TLS handshake failed: y";
     },
     "partner-tls error", "TLS handshake failed: y"},
    {"soon out", [](PartnerCall& made) { made.call.certificate.valid_for = Days(3); },
     "partner-certificate warning", "tell the partner"},
    {"no features behind TLS",
     [](PartnerCall& made) {
       made.secured.reset();
       made.call.trouble = "closed by the peer";
     },
     "partner-proof error", "closed by the peer"},
};

TEST(PartnerTest, NamesEachMistakeAndSaysHowToMendIt) {
  for (const Mistake& mistake : kMistakes) {
    SCOPED_TRACE(mistake.what);
    PartnerCall made = Good();
    mistake.make(made);
    const Findings findings = Judge(made);
    EXPECT_THAT(Summary(findings), Contains(mistake.says));
    const std::string name(mistake.says, std::string_view(mistake.says).find(' '));
    EXPECT_THAT(Said(findings, name), HasSubstr(mistake.mend));
  }
}

TEST(PartnerTest, WhoRequiresTlsIsNotTalkedToInClear) {
  PartnerCall made = InClear();
  made.in_clear->starttls = made.in_clear->starttls_required = true;
  const policy::Partner clear = Policy(Need::kDisabled, Need::kDisabled, true);
  EXPECT_THAT(Summary(Judge(made, clear)), Contains("partner-tls error"));
  made.in_clear->starttls_required = false;
  EXPECT_THAT(Summary(Judge(made, clear)), Contains("partner-tls info"));
}

TEST(PartnerTest, TLS10_ACertificateForAnotherDomainIsNoProof) {
  PartnerCall made = Good();
  made.call.certificate.names.dns = {"other.example"};
  EXPECT_THAT(Summary(Judge(made)), Contains("partner-certificate info"));
  const Findings strict = Judge(made, Policy(Need::kRequired, Need::kRequired, false));
  EXPECT_THAT(Summary(strict), Contains("partner-certificate error"));
  EXPECT_THAT(Said(strict, "partner-certificate"), HasSubstr("carries other.example"));
}

// As xmpp-frontend/outgoing has it.
TEST(PartnerTest, EachErrorHasTheReasonThatUsersGet) {
  const std::map<std::string, policy::Reason> reasons = {
      {"partner-connect", policy::Reason::kRemoteServerTimeout},
      {"partner-stream", policy::Reason::kRemoteServerTimeout},
      {"partner-tls", policy::Reason::kTlsRequired},
      {"partner-certificate", policy::Reason::kRemoteUntrusted},
      {"partner-proof", policy::Reason::kRemoteUntrusted}};
  for (const Mistake& mistake : kMistakes) {
    SCOPED_TRACE(mistake.what);
    PartnerCall made = Good();
    mistake.make(made);
    for (const Finding& finding : Judge(made)) {
      if (finding.severity != Severity::kError) continue;
      const bool unresolved = made.call.address.empty();  // DNS knows why
      const bool silent = finding.name == "partner-proof" && !made.secured;
      EXPECT_EQ(finding.reason, unresolved ? policy::Reason::kNone
                                : silent   ? policy::Reason::kRemoteServerTimeout
                                           : reasons.at(finding.name));
    }
  }
}

}  // namespace
}  // namespace dragoman::check
