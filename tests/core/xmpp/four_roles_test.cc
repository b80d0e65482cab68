// Two of our own servers, each with both kinds of stream, joined by pipes: sip.example sends to
// xmpp.example, which asks sip.example whether the key is its own. Dialback in all its roles.
#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/core/xmpp/stream_samples.h"

namespace dragoman::xmpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

InboundRules RulesOf(const std::string& domain, const std::string& secret) {
  InboundRules rules;
  rules.hosts = [domain](std::string_view asked) { return asked == domain; };
  rules.policy = [](std::string_view) { return PeerPolicy{}; };
  rules.dialback_secrets = {secret};
  return rules;
}

// One connection: an outbound stream and the inbound stream at its other end. TLS happens when both
// have asked for it; bytes go over in pieces of `piece`.
class Wire {
 public:
  Wire(OutboundStream from, InboundStream to, std::size_t piece)
      : from_(std::move(from)), to_(std::move(to)), piece_(piece) {
    from_.OnOpen(t0);
  }

  // Runs until neither has anything to say; returns what is not about the wire itself.
  std::vector<std::string> Run() {
    std::vector<std::string> notable;
    for (bool moved = true; moved;) {
      moved = false;
      while (auto effect = from_.Poll()) {
        moved = true;
        if (auto* send = std::get_if<OutboundStream::Send>(&*effect)) {
          Carry(to_, send->bytes);
        } else if (std::holds_alternative<OutboundStream::StartTls>(*effect)) {
          to_.OnTls(t0);
          from_.OnTls(t0);
        } else {
          notable.push_back(Say(*effect));
        }
      }
      while (auto effect = to_.Poll()) {
        moved = true;
        if (auto* send = std::get_if<InboundStream::Send>(&*effect)) {
          Carry(from_, send->bytes);
        } else if (auto* verify = std::get_if<InboundStream::Verify>(&*effect)) {
          question_ = *verify;
          notable.push_back("VERIFY");
        } else if (!std::holds_alternative<InboundStream::StartTls>(*effect)) {
          notable.push_back(Say(*effect));
        }
      }
    }
    return notable;
  }

  OutboundStream& from() { return from_; }
  InboundStream& to() { return to_; }
  const InboundStream::Verify& question() const { return question_; }

 private:
  template <typename Machine>
  void Carry(Machine& machine, std::string_view bytes) {
    while (!bytes.empty()) {
      machine.OnBytes(bytes.substr(0, piece_), t0);
      bytes.remove_prefix(std::min(piece_, bytes.size()));
    }
  }

  OutboundStream from_;
  InboundStream to_;
  std::size_t piece_;
  InboundStream::Verify question_;
};

class FourRolesTest : public testing::TestWithParam<std::size_t> {
 protected:
  // What comes of a stream whose key is checked by a server that knows `secret`.
  std::vector<std::string> Meet(const std::string& secret) {
    Wire asking(OutboundStream({"sip.example", "xmpp.example", {}, {kSecret}, 30s}, {}, t0),
                InboundStream(RulesOf("xmpp.example", "its own"), random_, t0), GetParam());
    EXPECT_THAT(asking.Run(), ElementsAre("VERIFY"));
    const InboundStream::Verify& question = asking.question();
    Wire verifying(OutboundStream({question.to, question.from, {}, {"its own"}, 30s},
                                  VerifyQuestion{question.id, question.key}, t0),
                   InboundStream(RulesOf("sip.example", secret), random_, t0), GetParam());
    const std::vector<std::string> verdict = verifying.Run();
    EXPECT_THAT(verdict, Contains("ANSWERED " + std::string(secret == kSecret ? "0" : "1")));
    asking.to().OnVerdict(question.from, question.to,
                          secret == kSecret ? Verdict::kValid : Verdict::kInvalid, t0);
    std::vector<std::string> said = asking.Run();
    if (asking.from().ready()) {
      asking.to().OnBytes("<message from='a@sip.example' to='b@xmpp.example'/>", t0);
      for (const std::string& line : Drain(asking.to())) said.push_back(line);
    }
    return said;
  }
  CountingSource random_;
};

TEST_P(FourRolesTest, ATrueKeyOpensTheStream) {
  EXPECT_THAT(Meet(kSecret),
              ElementsAre("PROVEN sip.example xmpp.example dialback", "READY dialback",
                          "STANZA <message from='a@sip.example' "
                          "to='b@xmpp.example'/>"));
}

TEST_P(FourRolesTest, AForeignKeyClosesIt) {
  EXPECT_THAT(Meet("another"),
              ElementsAre("REFUSED dialback-invalid", "CLOSE",
                          HasSubstr(std::to_string(static_cast<int>(OutboundFailure::kKeyRefused))),
                          "CLOSE"));
}

INSTANTIATE_TEST_SUITE_P(InPiecesOf, FourRolesTest, testing::Values(1, 7, 100'000));

}  // namespace
}  // namespace dragoman::xmpp
