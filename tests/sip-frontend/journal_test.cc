// What an operator reads of the SIP side.
#include "sip-frontend/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman::sip_frontend {
namespace {

TEST(JournalTest, ARefusalIsToldByTheMethodAlone) {
  sip::Response refusal(404, "Not Found");
  refusal.Add("CSeq", "7 MESSAGE");
  refusal.Add("Call-ID", "c");
  testing::internal::CaptureStdout();
  {
    runtime::Log log("sip-frontend-0", runtime::LogFormat::kText);
    runtime::Metrics metrics;
    Journal journal(log, metrics);
    journal.Answered(nullptr, refusal);
    journal.Answered(nullptr, sip::Response(200, "OK"));  // goes without saying
  }
  const std::string told = testing::internal::GetCapturedStdout();
  EXPECT_THAT(told, testing::HasSubstr("answered method=MESSAGE status=404 call_id=c"));
  EXPECT_THAT(told, testing::Not(testing::HasSubstr("status=200")));
}

}  // namespace
}  // namespace dragoman::sip_frontend
