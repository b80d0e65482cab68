// What an operator reads of the SIP side.
#include "sip-frontend/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman::sip_frontend {
namespace {

sip::Response NotFound() {
  sip::Response refusal(404, "Not Found");
  refusal.Add("CSeq", "7 MESSAGE");
  refusal.Add("Call-ID", "c");
  refusal.Add("ms-diagnostics-public", "61001;reason=\"Not served: x\";component=\"dragoman\"");
  return refusal;
}

TEST(JournalTest, ARefusalIsToldByTheMethodAlone) {
  const sip::Response refusal = NotFound();
  testing::internal::CaptureStdout();
  {
    runtime::Log log("sip-frontend-0", runtime::LogFormat::kText);
    runtime::Metrics metrics;
    Journal journal(log, metrics);
    journal.Answered(nullptr, refusal);
    journal.Answered(nullptr, sip::Response(200, "OK"));  // goes without saying
  }
  const std::string told = testing::internal::GetCapturedStdout();
  EXPECT_THAT(told, testing::HasSubstr(
                        "answered method=MESSAGE status=404 reason=domain-not-served call_id=c"));
  EXPECT_THAT(told, testing::Not(testing::HasSubstr("status=200")));
}

TEST(JournalTest, AConnectionAboveALimitIsAnOverload) {
  testing::internal::CaptureStdout();
  {
    runtime::Log log("sip-frontend-0", runtime::LogFormat::kText);
    runtime::Metrics metrics;
    Journal(log, metrics).ConnectionRefused("192.0.2.1", "too many connections");
    EXPECT_THAT(metrics.Text(),
                testing::HasSubstr("dragoman_sip_peers_refused_total{reason=\"overloaded\"} 1"));
  }
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              testing::HasSubstr("connection refused reason=overloaded address=192.0.2.1 "
                                 "detail=\"too many connections\""));
}

class Nobody final : public ChannelEvents {
  bool Authorise(Channel&, const std::vector<std::string>&) override { return false; }
  void OnRequest(Channel&, sip::Request) override {}
  void OnResponse(Channel&, sip::Response) override {}
  void OnBadBytes(Channel&, const std::string&, std::optional<sip::Response>) override {}
  void OnGone(Channel&, const runtime::CloseInfo&) override {}
};

TEST(JournalTest, ARefusalAtTheGateHasItsReasonAndBothUsers) {
  sip::Response mapped = NotFound();
  mapped.Add("From", "\"R\" <sip:Romeo@contoso.com;opaque=user:epid:x>;tag=1");
  mapped.Add("To", "<sip:juliet@elsewhere.example>");
  sip::Response other = NotFound();
  other.Add("From", "<tel:+15550100>;tag=1");
  other.Add("To", "no address");
  runtime::Loop loop;
  Nobody nobody;
  Channel channel(loop, nullptr, 1, nobody);
  channel.set_peer("edge:5061");
  testing::internal::CaptureStdout();
  {
    runtime::Log log("sip-frontend-0", runtime::LogFormat::kText);
    runtime::Metrics metrics;
    Journal journal(log, metrics);
    journal.RefusedAtGate(channel, mapped);
    journal.RefusedAtGate(channel, other);
  }
  const std::string told = testing::internal::GetCapturedStdout();
  EXPECT_THAT(told, testing::HasSubstr("refused kind=gate reason=domain-not-served method=MESSAGE "
                                       "status=404 from=romeo@contoso.com "
                                       "to=juliet@elsewhere.example call_id=c peer=edge:5061 "
                                       "detail=\"Not served: x\""));
  EXPECT_THAT(told, testing::HasSubstr("from=tel:+15550100 to=\"no address\""));
}

}  // namespace
}  // namespace dragoman::sip_frontend
