#include "core/xmpp/inbound_stream.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/core/xmpp/stream_samples.h"

namespace dragoman::xmpp {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

InboundRules Rules() {
  InboundRules rules;
  rules.hosts = [](std::string_view domain) {
    return domain == "sip.example" || domain == "sip2.example";
  };
  rules.policy = [](std::string_view domain) -> std::optional<PeerPolicy> {
    if (!domain.ends_with("xmpp.example")) return std::nullopt;
    if (domain == "old.xmpp.example") return PeerPolicy{Need::kOptional, Need::kOptional, true};
    if (domain == "strict.xmpp.example") return PeerPolicy{Need::kRequired, Need::kRequired, false};
    if (domain == "plain.xmpp.example") return PeerPolicy{Need::kDisabled, Need::kDisabled, true};
    return PeerPolicy{};
  };
  rules.dialback_secrets = {kSecret};
  return rules;
}

std::string Result(std::string_view from, std::string_view to, std::string_view more = "") {
  return "<db:result from='" + std::string(from) + "' to='" + std::string(to) + "'" +
         std::string(more) + ">key</db:result>";
}

std::string Chat(std::string_view from, std::string_view to) {
  return "<message from='" + std::string(from) + "' to='" + std::string(to) +
         "'><body>hi</body></message>";
}

class InboundStreamTest : public testing::Test {
 protected:
  void Secure() {
    Feed(stream_, HeaderFrom("xmpp.example", "sip.example"));
    Feed(stream_, kStartTls);
    stream_.OnTls(t0);
    Feed(stream_, HeaderFrom("xmpp.example", "sip.example"));
  }
  void Prove(const std::string& from = "xmpp.example", const std::string& to = "sip.example") {
    Feed(stream_, Result(from, to));
    stream_.OnVerdict(from, to, Verdict::kValid, t0);
    Drain(stream_);
  }

  CountingSource random_;
  InboundStream stream_{Rules(), random_, t0};
};

TEST_F(InboundStreamTest, XS2_XS5_AnswersTheHeaderAndOffersOnlyStartTls) {
  EXPECT_THAT(
      Feed(stream_, HeaderFrom("xmpp.example", "sip.example")),
      ElementsAre(AllOf(HasSubstr("from='sip.example' to='xmpp.example' id='0101"),
                        HasSubstr("xmlns:db='jabber:server:dialback'"), HasSubstr("version='1.0'")),
                  "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>"
                  "</starttls></stream:features>"));
}

TEST_F(InboundStreamTest, XS4_AfterTlsTheStreamBeginsAnewWithAnotherId) {
  Feed(stream_, HeaderFrom("other.xmpp.example", "sip.example"));
  EXPECT_THAT(Feed(stream_, kStartTls), ElementsAre(kProceed, "TLS"));
  stream_.OnTls(t0);
  EXPECT_EQ(stream_.peer(), "");
  EXPECT_THAT(Feed(stream_, HeaderFrom("xmpp.example", "sip.example")),
              ElementsAre(HasSubstr("id='0202"),
                          "<stream:features><dialback xmlns='urn:xmpp:features:dialback'><errors/>"
                          "</dialback></stream:features>"));
  EXPECT_EQ(stream_.peer(), "xmpp.example");
}

TEST_F(InboundStreamTest, XS3_RefusesHeadersBehindItsOwn) {
  const struct {
    std::string header;
    std::string condition;
  } kRows[] = {
      {HeaderFrom("xmpp.example", "nobody.example"), "host-unknown"},
      {HeaderFrom("xmpp.example", ""), "host-unknown"},
      {HeaderFrom("sip2.example", "sip.example"), "invalid-from"},
      {HeaderFrom("xmpp.example", "sip.example", ""), "unsupported-version"},
      {HeaderFrom("xmpp.example", "sip.example", "version='0.9'"), "unsupported-version"},
      {"<s:stream xmlns='jabber:server' xmlns:s='wrong' to='sip.example' version='1.0'>",
       "invalid-namespace"},
      {"GET / HTTP/1.1\r\n\r\n", "not-well-formed"},
      {"<?pi x?>", "restricted-xml"},
      {"<?xml version='1.0' encoding='latin1'?><a>", "unsupported-encoding"},
      {"<a b='" + std::string(4096, 'x'), "policy-violation"},
  };
  for (const auto& row : kRows) {
    InboundStream stream(Rules(), random_, t0);
    const std::vector<std::string> said = Feed(stream, row.header);
    ASSERT_EQ(said.size(), 4u) << row.header;
    EXPECT_THAT(said, Contains(StartsWith("<?xml version='1.0'?><stream:stream ")));
    EXPECT_THAT(said, Contains("REFUSED " + row.condition));
    EXPECT_THAT(said[2], AllOf(HasSubstr("<" + row.condition + " "), HasSubstr("</stream:stream>")))
        << row.header;
    EXPECT_EQ(said[3], "CLOSE");
    EXPECT_THAT(Feed(stream, "more"), IsEmpty());
  }
}

TEST_F(InboundStreamTest, T1_NothingInClearBehindStartTlsIsActedUpon) {
  for (const std::string_view behind : {"<message/>", "x", "<mess", "</stream:stream>"}) {
    const std::string text = std::string(kStartTls) + std::string(behind);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      InboundStream stream(Rules(), random_, t0);
      Feed(stream, HeaderFrom("xmpp.example", "sip.example"));
      std::vector<std::string> said = Feed(stream, text.substr(0, cut));
      for (const std::string& line : Feed(stream, text.substr(cut))) said.push_back(line);
      EXPECT_EQ(said.back(), "CLOSE") << text << cut;
      EXPECT_THAT(said, Contains("REFUSED plaintext-behind-starttls")) << text << cut;
      stream.OnTls(t0);
      EXPECT_THAT(Drain(stream), IsEmpty());
    }
  }
}

TEST_F(InboundStreamTest, StartTlsComesOnceAndBeforeDialback) {
  Secure();
  EXPECT_THAT(Feed(stream_, kStartTls), Contains("REFUSED not-authorized"));
}

TEST_F(InboundStreamTest, DB18_RefusesDialbackInClear) {
  Feed(stream_, HeaderFrom("xmpp.example", "sip.example"));
  const auto said = Feed(stream_, Result("xmpp.example", "sip.example"));
  EXPECT_THAT(said, Contains(AllOf(HasSubstr("<db:result"), HasSubstr("<policy-violation"))));
  EXPECT_EQ(said.back(), "CLOSE");
}

TEST_F(InboundStreamTest, APartnerThatMayGoWithoutTlsIsToldSo) {
  EXPECT_THAT(Feed(stream_, HeaderFrom("old.xmpp.example", "sip.example")),
              Contains(AllOf(HasSubstr("<starttls"), HasSubstr("<dialback"),
                             Not(HasSubstr("<required/>")))));
  EXPECT_THAT(Feed(stream_, Result("old.xmpp.example", "sip.example")),
              ElementsAre(StartsWith("VERIFY old.xmpp.example sip.example 0101")));
  // T-8: what was claimed in clear does not wait for TLS.
  EXPECT_THAT(Feed(stream_, kStartTls), Contains("REFUSED not-authorized"));
}

TEST_F(InboundStreamTest, DB12_AProvenPairMaySendStanzas) {
  Secure();
  EXPECT_EQ(stream_.Deadline(), t0 + 60s);
  EXPECT_THAT(Feed(stream_, Result("xmpp.example", "sip.example")),
              ElementsAre("VERIFY xmpp.example sip.example " +
                          std::string("02020202020202020202020202020202") + " key"));
  EXPECT_FALSE(stream_.established());
  stream_.OnVerdict("xmpp.example", "sip.example", Verdict::kValid, t0);
  EXPECT_THAT(Drain(stream_),
              ElementsAre("<db:result from='sip.example' to='xmpp.example' type='valid'/>",
                          "PROVEN xmpp.example sip.example dialback"));
  EXPECT_TRUE(stream_.established());
  EXPECT_EQ(stream_.Deadline(), TimePoint::max());
  EXPECT_THAT(Feed(stream_, Chat("a@xmpp.example", "b@sip.example")),
              ElementsAre("STANZA " + Chat("a@xmpp.example", "b@sip.example")));
}

TEST_F(InboundStreamTest, XS9_T10_APrematureStanzaEndsTheStream) {
  for (const bool asked : {false, true}) {
    InboundStream stream(Rules(), random_, t0);
    Feed(stream, HeaderFrom("xmpp.example", "sip.example"));
    Feed(stream, kStartTls);
    stream.OnTls(t0);
    Feed(stream, HeaderFrom("xmpp.example", "sip.example"));
    if (asked) Feed(stream, Result("xmpp.example", "sip.example"));
    const auto said = Feed(stream, Chat("a@xmpp.example", "b@sip.example"));
    EXPECT_EQ(said.front(), "REFUSED not-authorized");
    EXPECT_EQ(said.back(), "CLOSE");
  }
}

TEST_F(InboundStreamTest, XS10_T3_JudgesTheAddressesOfEachStanza) {
  const struct {
    const char* from;
    const char* to;
    const char* condition;
  } kRows[] = {
      {"a@other.xmpp.example", "b@sip.example", "invalid-from"},
      {"a@sub.xmpp.example", "b@sip.example", "invalid-from"},
      {"xmpp.example@evil.example", "b@sip.example", "invalid-from"},
      {"evil.example/a@xmpp.example", "b@sip.example", "invalid-from"},
      {"a@evilxmpp.example", "b@sip.example", "invalid-from"},
      {"a@sip.example", "b@sip.example", "invalid-from"},
      {"", "b@sip.example", "improper-addressing"},
      {"a@xmpp.example", "", "improper-addressing"},
      {"@xmpp.example", "b@sip.example", "improper-addressing"},
      {"a@xmpp.example", "b@sip2.example", "host-unknown"},
      {"a@xmpp.example", "b@else.example", "host-unknown"},
  };
  for (const auto& row : kRows) {
    InboundStream stream(Rules(), random_, t0);
    Feed(stream, HeaderFrom("xmpp.example", "sip.example"));
    Feed(stream, kStartTls);
    stream.OnTls(t0);
    Feed(stream, HeaderFrom("xmpp.example", "sip.example"));
    Feed(stream, Result("xmpp.example", "sip.example"));
    stream.OnVerdict("xmpp.example", "sip.example", Verdict::kValid, t0);
    Drain(stream);
    const auto said = Feed(stream, Chat(row.from, row.to));
    EXPECT_THAT(said, ElementsAre("REFUSED " + std::string(row.condition), testing::_, "CLOSE"))
        << row.from << " " << row.to;
  }
}

TEST_F(InboundStreamTest, DB8_OtherPairsGoOnWhileOneIsAsked) {
  Secure();
  Prove();
  EXPECT_THAT(Feed(stream_, Result("chat.xmpp.example", "sip.example")),
              ElementsAre(StartsWith("VERIFY chat.xmpp.example")));
  EXPECT_THAT(Feed(stream_, Chat("a@xmpp.example", "b@sip.example")),
              ElementsAre(StartsWith("STANZA")));
}

TEST_F(InboundStreamTest, DB7_RefusesKeysWithAReasonAndStaysOpen) {
  Secure();
  const struct {
    const char* from;
    const char* to;
    const char* condition;
  } kRows[] = {
      {"xmpp.example", "else.example", "item-not-found"},
      {"unknown.example", "sip.example", "forbidden"},
      {"sip2.example", "sip.example", "forbidden"},  // T-6
  };
  for (const auto& row : kRows) {
    EXPECT_THAT(Feed(stream_, Result(row.from, row.to)),
                ElementsAre(StartsWith("REFUSED"),
                            AllOf(HasSubstr("from='" + std::string(row.to)),
                                  HasSubstr("type='error'"), HasSubstr(row.condition))));
  }
  Prove();
  EXPECT_TRUE(stream_.established());
}

TEST_F(InboundStreamTest, DB11_T4_AnswersNobodyAskedForAreIgnored) {
  Secure();
  Feed(stream_, Result("xmpp.example", "sip.example"));
  EXPECT_THAT(Feed(stream_, Result("xmpp.example", "sip.example", " type='valid'")),
              ElementsAre("REFUSED unsolicited-dialback"));
  EXPECT_THAT(
      Feed(stream_, "<db:verify from='xmpp.example' to='sip.example' id='x' type='valid'/>"),
      ElementsAre("REFUSED unsolicited-dialback"));
  EXPECT_FALSE(stream_.established());
  stream_.OnVerdict("other.xmpp.example", "sip.example", Verdict::kValid, t0);
  stream_.OnVerdict("xmpp.example", "sip2.example", Verdict::kValid, t0);
  EXPECT_THAT(Drain(stream_), IsEmpty());
}

TEST_F(InboundStreamTest, DB13_InvalidEndsAStreamWithoutOtherPairs) {
  Secure();
  Feed(stream_, Result("xmpp.example", "sip.example"));
  stream_.OnVerdict("xmpp.example", "sip.example", Verdict::kInvalid, t0);
  EXPECT_THAT(Drain(stream_),
              ElementsAre("REFUSED dialback-invalid",
                          "<db:result from='sip.example' to='xmpp.example' type='invalid'/>",
                          HasSubstr("not-authorized"), "CLOSE"));
}

TEST_F(InboundStreamTest, DB13_DB14_OtherwiseThePairIsRefusedAndTheStreamStays) {
  const struct {
    Verdict verdict;
    const char* condition;
  } kRows[] = {
      {Verdict::kInvalid, "forbidden"},
      {Verdict::kNotFound, "remote-server-not-found"},
      {Verdict::kConnectionFailed, "remote-server-not-found"},
      {Verdict::kTimeout, "remote-server-timeout"},
  };
  Secure();
  Prove();
  for (const auto& row : kRows) {
    Feed(stream_, Result("chat.xmpp.example", "sip.example"));
    stream_.OnVerdict("chat.xmpp.example", "sip.example", row.verdict, t0);
    EXPECT_THAT(Drain(stream_), ElementsAre("REFUSED dialback-remote-untrusted",
                                            AllOf(HasSubstr("error"), HasSubstr(row.condition))));
  }
  EXPECT_THAT(Feed(stream_, Chat("a@xmpp.example", "b@sip.example")),
              ElementsAre(StartsWith("STANZA")));
}

TEST_F(InboundStreamTest, DB15_AnswersAsAuthoritativeServer) {
  Secure();
  const std::string key = DialbackKey(kSecret, {"xmpp.example", "sip.example", "abc"});
  const auto verify = [](const std::string& to, const std::string& id, const std::string& content) {
    return "<db:verify from='xmpp.example' to='" + to + "' id='" + id + "'>" + content +
           "</db:verify>";
  };
  EXPECT_THAT(Feed(stream_, verify("sip.example", "abc", "\n " + key + " ")),
              ElementsAre("<db:verify from='sip.example' to='xmpp.example' id='abc' "
                          "type='valid'/>"));
  EXPECT_THAT(Feed(stream_, verify("sip.example", "abd", key)),
              ElementsAre(HasSubstr("type='invalid'")));
  EXPECT_THAT(Feed(stream_, verify("sip.example", "abc", "")),
              ElementsAre(HasSubstr("type='invalid'")));
  EXPECT_THAT(Feed(stream_, verify("else.example", "abc", key)),
              ElementsAre(AllOf(HasSubstr("type='error'"), HasSubstr("item-not-found"))));
  EXPECT_FALSE(stream_.established());
}

TEST_F(InboundStreamTest, L20_BoundsTheKeysUnderVerification) {
  Secure();
  for (std::size_t i = 0; i < kOpenKeysMax; ++i) {
    EXPECT_THAT(Feed(stream_, Result("d" + std::to_string(i) + ".xmpp.example", "sip.example")),
                ElementsAre(StartsWith("VERIFY")));
  }
  EXPECT_THAT(Feed(stream_, Result("one-more.xmpp.example", "sip.example")),
              Contains(HasSubstr("resource-constraint")));
  EXPECT_THAT(Feed(stream_, Result("d0.xmpp.example", "sip.example")), IsEmpty());
}

TEST_F(InboundStreamTest, L21_BoundsTheProvenPairs) {
  Secure();
  for (std::size_t i = 0; i < kProvenPairsMax; ++i) {
    Prove("d" + std::to_string(i) + ".xmpp.example");
  }
  EXPECT_THAT(Feed(stream_, Result("one-more.xmpp.example", "sip.example")),
              Contains(HasSubstr("resource-constraint")));
  EXPECT_THAT(Feed(stream_, Chat("a@d49.xmpp.example", "b@sip.example")),
              ElementsAre(StartsWith("STANZA")));
}

TEST_F(InboundStreamTest, L17_AStreamThatProvesNothingEnds) {
  Secure();
  stream_.Advance(t0 + 59s);
  EXPECT_THAT(Drain(stream_), IsEmpty());
  stream_.Advance(t0 + 60s);
  EXPECT_THAT(Drain(stream_),
              ElementsAre("REFUSED policy-violation", HasSubstr("deadline"), "CLOSE"));
  EXPECT_EQ(stream_.Deadline(), TimePoint::max());
}

TEST_F(InboundStreamTest, L10_StanzasMayBeLargerOnceProven) {
  Secure();
  Prove();
  const std::string body(60'000, 'x');
  EXPECT_THAT(Feed(stream_, "<message from='a@xmpp.example' to='b@sip.example'><body>" + body +
                                "</body></message>"),
              ElementsAre(StartsWith("STANZA")));
  InboundStream other(Rules(), random_, t0);
  Feed(other, HeaderFrom("xmpp.example", "sip.example"));
  EXPECT_THAT(Feed(other, "<message><body>" + body), Contains(HasSubstr("stanza-too-big")));
}

TEST_F(InboundStreamTest, XS12_UnknownElementsEndTheStream) {
  Secure();
  EXPECT_THAT(Feed(stream_, "<nonsense/>"), Contains("REFUSED unsupported-stanza-type"));
}

TEST_F(InboundStreamTest, XS14_TheClosingTagIsAnswered) {
  Secure();
  Prove();
  EXPECT_THAT(Feed(stream_, "</stream:stream>"), ElementsAre("</stream:stream>", "CLOSE"));
}

TEST_F(InboundStreamTest, XS14_AStreamErrorIsFollowedByTheEnd) {
  Secure();
  EXPECT_THAT(Feed(stream_, "<stream:error><x/></stream:error>"),
              ElementsAre("REFUSED stream-error-received", "</stream:stream>", "CLOSE"));
}

TEST_F(InboundStreamTest, ShutdownWaitsForThePeerButNotForLong) {
  Secure();
  stream_.Shutdown(StreamError::kSystemShutdown, "", t0);
  EXPECT_THAT(Drain(stream_), ElementsAre(HasSubstr("system-shutdown")));
  EXPECT_THAT(Feed(stream_, Chat("a@xmpp.example", "b@sip.example")), IsEmpty());
  EXPECT_EQ(stream_.Deadline(), t0 + kStreamCloseMax);
  stream_.Advance(t0 + kStreamCloseMax);
  EXPECT_THAT(Drain(stream_), ElementsAre("CLOSE"));
}

}  // namespace
}  // namespace dragoman::xmpp
