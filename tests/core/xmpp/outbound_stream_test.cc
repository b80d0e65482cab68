#include "core/xmpp/outbound_stream.h"

#include <gmock/gmock.h>

#include <optional>

#include "tests/core/xmpp/stream_samples.h"

namespace dragoman::xmpp {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kTlsFeature =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";
constexpr std::string_view kDialbackFeature =
    "<stream:features><dialback xmlns='urn:xmpp:features:dialback'/></stream:features>";

OutboundRules Rules() { return {"sip.example", "xmpp.example", {}, {kSecret, "older"}, 30s}; }

std::string Failure(OutboundFailure failure) {
  return "FAILED " + std::to_string(static_cast<int>(failure));
}

std::string Answering(std::string_view id) {
  return HeaderFrom("xmpp.example", "sip.example", "version='1.0' id='" + std::string(id) + "'");
}

class OutboundStreamTest : public testing::Test {
 protected:
  void Open(std::optional<VerifyQuestion> question = std::nullopt, OutboundRules rules = Rules()) {
    stream_.emplace(std::move(rules), std::move(question), t0);
    stream_->OnOpen(t0);
    first_ = Drain(*stream_);
  }
  std::vector<std::string> Secure() {
    Feed(*stream_, Answering("first"));
    Feed(*stream_, kTlsFeature);
    Feed(*stream_, kProceed);
    stream_->OnTls(t0);
    Drain(*stream_);
    Feed(*stream_, Answering("second"));
    return Feed(*stream_, kDialbackFeature);
  }
  std::vector<std::string> first_;
  std::optional<OutboundStream> stream_;
};

TEST_F(OutboundStreamTest, XS1_OpensWithAFullHeader) {
  Open();
  EXPECT_THAT(first_,
              ElementsAre(AllOf(HasSubstr("xmlns='jabber:server'"),
                                HasSubstr("xmlns:stream='http://etherx.jabber.org/streams'"),
                                HasSubstr("xmlns:db='jabber:server:dialback'"),
                                HasSubstr("from='sip.example' to='xmpp.example'"),
                                HasSubstr("xml:lang='en' version='1.0'"), Not(HasSubstr("id=")))));
}

TEST_F(OutboundStreamTest, DB5_ProvesThePairBehindTlsAndThenIsReady) {
  Open();
  EXPECT_THAT(Feed(*stream_, Answering("first")), IsEmpty());
  EXPECT_THAT(Feed(*stream_, kTlsFeature), ElementsAre(kStartTls));
  EXPECT_THAT(Feed(*stream_, kProceed), ElementsAre("TLS"));
  stream_->OnTls(t0);
  EXPECT_EQ(Drain(*stream_), first_);
  Feed(*stream_, Answering("second"));
  EXPECT_THAT(Feed(*stream_, kDialbackFeature),
              ElementsAre("<db:result from='sip.example' to='xmpp.example'>" +
                          DialbackKey(kSecret, {"xmpp.example", "sip.example", "second"}) +
                          "</db:result>"));
  EXPECT_FALSE(stream_->ready());
  EXPECT_THAT(Feed(*stream_, "<db:result from='XMPP.example' to='sip.example' type='valid'/>"),
              ElementsAre("READY dialback"));
  EXPECT_TRUE(stream_->ready());
  EXPECT_EQ(stream_->Deadline(), TimePoint::max());
  EXPECT_THAT(Feed(*stream_,
                   "<message/><db:result from='xmpp.example' to='sip.example' "
                   "type='valid'/>"),
              IsEmpty());
}

TEST_F(OutboundStreamTest, TLS4_T2_TriesStartTlsEvenIfItIsNotOffered) {
  Open();
  Feed(*stream_, Answering("first"));
  EXPECT_THAT(Feed(*stream_, "<stream:features/>"), ElementsAre(kStartTls));
  EXPECT_THAT(Feed(*stream_, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
              ElementsAre(Failure(OutboundFailure::kTlsRefused), "CLOSE"));
}

TEST_F(OutboundStreamTest, TLS4_AnOldServerWithoutVersionIsGivenUp) {
  Open();
  EXPECT_THAT(Feed(*stream_, HeaderFrom("xmpp.example", "sip.example", "id='x'")),
              ElementsAre(Failure(OutboundFailure::kTlsRefused), "CLOSE"));
}

TEST_F(OutboundStreamTest, WithoutTheRuleItGoesWithoutTls) {
  OutboundRules rules = Rules();
  rules.policy.tls = Need::kOptional;
  Open(std::nullopt, rules);
  Feed(*stream_, Answering("first"));
  EXPECT_THAT(Feed(*stream_, kDialbackFeature), ElementsAre(HasSubstr("<db:result")));
}

TEST_F(OutboundStreamTest, T1_NothingInClearBehindProceedIsActedUpon) {
  for (const std::string_view behind : {"<stream:features/>", "x", "<mess", "</stream:stream>"}) {
    const std::string text = std::string(kProceed) + std::string(behind);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Open();
      Feed(*stream_, Answering("first"));
      Feed(*stream_, kTlsFeature);
      std::vector<std::string> said = Feed(*stream_, text.substr(0, cut));
      for (const std::string& line : Feed(*stream_, text.substr(cut))) said.push_back(line);
      EXPECT_THAT(said, Contains(Failure(OutboundFailure::kBadStream))) << text << cut;
      EXPECT_EQ(said.back(), "CLOSE");
      stream_->OnTls(t0);
      EXPECT_THAT(Drain(*stream_), IsEmpty());
    }
  }
}

TEST_F(OutboundStreamTest, DB6_RefusedKeysAreToldApart) {
  const struct {
    std::string answer;
    OutboundFailure failure;
  } kRows[] = {
      {"<db:result from='xmpp.example' to='sip.example' type='invalid'/>",
       OutboundFailure::kKeyRefused},
      {"<db:result from='xmpp.example' to='sip.example' type='error'><error type='cancel'>"
       "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>",
       OutboundFailure::kDialbackError},
      {"<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
       OutboundFailure::kStreamError},
      {"</stream:stream>", OutboundFailure::kClosed},
      {"<a></b>", OutboundFailure::kBadStream},
  };
  for (const auto& row : kRows) {
    Open();
    Secure();
    const std::vector<std::string> said = Feed(*stream_, row.answer);
    EXPECT_THAT(said, ElementsAre(HasSubstr("</stream:stream>"), Failure(row.failure), "CLOSE"))
        << row.answer;
    EXPECT_THAT(Feed(*stream_, "<more/>"), IsEmpty());
  }
}

TEST_F(OutboundStreamTest, DB11_T4_OnlyTheAnswerToItsOwnQuestionCounts) {
  Open(VerifyQuestion{"abc", "key"});
  EXPECT_THAT(Secure(), ElementsAre("<db:verify from='sip.example' to='xmpp.example' id='abc'>key"
                                    "</db:verify>"));
  for (const std::string_view answer : {
           "<db:verify from='xmpp.example' to='sip.example' id='abd' type='valid'/>",
           "<db:verify from='xmpp.example' to='else.example' id='abc' type='valid'/>",
           "<db:verify from='else.example' to='sip.example' id='abc' type='valid'/>",
           "<db:verify from='xmpp.example' to='sip.example' id='abc'>key</db:verify>",
           "<db:result from='xmpp.example' to='sip.example' id='abc' type='valid'/>",
       }) {
    EXPECT_THAT(Feed(*stream_, answer), IsEmpty()) << answer;
  }
  EXPECT_THAT(Feed(*stream_,
                   "<db:verify from='xmpp.example' to='sip.example' id='abc' "
                   "type='valid'/>"),
              ElementsAre("ANSWERED 0", "</stream:stream>"));
  EXPECT_THAT(Feed(*stream_,
                   "<db:verify from='xmpp.example' to='sip.example' id='abc' "
                   "type='valid'/>"),
              IsEmpty());
  EXPECT_THAT(Feed(*stream_, "</stream:stream>"), ElementsAre("CLOSE"));
}

TEST_F(OutboundStreamTest, DB14_InvalidAndErrorAreVerdictsToo) {
  for (const auto& [type, verdict] :
       {std::pair{"invalid", Verdict::kInvalid}, std::pair{"error", Verdict::kNotFound}}) {
    Open(VerifyQuestion{"abc", "key"});
    Secure();
    EXPECT_THAT(Feed(*stream_, "<db:verify from='xmpp.example' to='sip.example' id='abc' type='" +
                                   std::string(type) + "'/>"),
                Contains("ANSWERED " + std::to_string(static_cast<int>(verdict))));
  }
}

TEST_F(OutboundStreamTest, DB21_GivesUpWhenNobodyAnswers) {
  Open();
  Secure();
  EXPECT_EQ(stream_->Deadline(), t0 + 30s);
  stream_->Advance(t0 + 29s);
  EXPECT_THAT(Drain(*stream_), IsEmpty());
  stream_->Advance(t0 + 30s);
  EXPECT_THAT(Drain(*stream_), ElementsAre(Failure(OutboundFailure::kTimeout), "CLOSE"));
}

TEST_F(OutboundStreamTest, XS14_AnOrderlyEndWaitsForThePeerButNotForLong) {
  Open();
  Secure();
  Feed(*stream_, "<db:result from='xmpp.example' to='sip.example' type='valid'/>");
  stream_->Finish(t0);
  EXPECT_THAT(Drain(*stream_), ElementsAre("</stream:stream>"));
  stream_->Advance(t0 + kStreamCloseMax);
  EXPECT_THAT(Drain(*stream_), ElementsAre("CLOSE"));
}

TEST_F(OutboundStreamTest, AHeaderWithoutIdIsNoStream) {
  Open();
  EXPECT_THAT(Feed(*stream_, HeaderFrom("xmpp.example", "sip.example")),
              ElementsAre(Failure(OutboundFailure::kBadStream), "CLOSE"));
}

TEST_F(OutboundStreamTest, WhoOnlyLooksIsToldWhatIsOfferedAndProvesNothing) {
  OutboundRules rules = Rules();
  rules.look = true;
  Open(std::nullopt, rules);
  Feed(*stream_, Answering("first"));
  EXPECT_THAT(Feed(*stream_, kTlsFeature),
              ElementsAre("OFFERS starttls dialback", HasSubstr("<starttls")));
  Feed(*stream_, kProceed);
  stream_->OnTls(t0);
  Drain(*stream_);
  Feed(*stream_, Answering("second"));
  EXPECT_THAT(Feed(*stream_,
                   "<stream:features><mechanisms "
                   "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL"
                   "</mechanism></mechanisms></stream:features>"),
              ElementsAre("OFFERS external dialback"));
  stream_->Finish(t0);
  EXPECT_THAT(Drain(*stream_), ElementsAre("</stream:stream>"));
}

TEST_F(OutboundStreamTest, WhoOnlyLooksSeesThatAnOldServerOffersNothingButDialback) {
  OutboundRules rules = Rules();
  rules.look = true;
  rules.policy.tls = Need::kOptional;
  Open(std::nullopt, rules);
  EXPECT_THAT(Feed(*stream_, HeaderFrom("xmpp.example", "sip.example", "id='old'")),
              ElementsAre("OFFERS dialback"));
}

TEST_F(OutboundStreamTest, FinishedBeforeItsHeaderItWaitsForNothing) {
  OutboundStream stream(Rules(), std::nullopt, t0);
  stream.Finish(t0);
  EXPECT_THAT(Drain(stream), ElementsAre("CLOSE"));
  EXPECT_EQ(stream.Deadline(), TimePoint::max());
}

}  // namespace
}  // namespace dragoman::xmpp
