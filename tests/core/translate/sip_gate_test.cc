#include "core/translate/sip_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using policy::Reason;
using testing::HasSubstr;

TEST(SipGateTest, LetsAWholeRequestPass) {
  EXPECT_FALSE(RefuseAtOnce(FromRomeo("MESSAGE", ""), SampleSettings()));
}

TEST(SipGateTest, SIP1_NamesTheFieldThatIsWrong) {
  sip::Request request = FromRomeo("MESSAGE", "");
  request.Set("CSeq", "7 INVITE");
  const auto refusal = RefuseAtOnce(request, SampleSettings());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 400);
  EXPECT_EQ(refusal->reason, Reason::kMalformed);
  EXPECT_THAT(refusal->text, HasSubstr("CSeq"));
  EXPECT_THAT(Refuse(request, "gw1", *refusal, SampleSettings()).ToString(),
              testing::StartsWith("SIP/2.0 400 Bad CSeq\r\n"));
  EXPECT_EQ(Refuse(request, "gw1", {.status = 400, .text = "Contact"}, SampleSettings()).reason(),
            "Bad Contact");
}

TEST(SipGateTest, SIP23_OurOwnNameAmongTheViasIsALoop) {
  sip::Request request = FromRomeo("MESSAGE", "Via: SIP/2.0/TLS XMPPGW.contoso.com:5061\n");
  const auto refusal = RefuseAtOnce(request, SampleSettings());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 482);
  EXPECT_EQ(refusal->reason, Reason::kLoopDetected);
}

TEST(SipGateTest, SIP23_NoHopsLeftIsALoopToo) {
  sip::Request request = FromRomeo("MESSAGE", "");
  request.Set("Max-Forwards", "0");
  const auto refusal = RefuseAtOnce(request, SampleSettings());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 483);
  EXPECT_EQ(refusal->reason, Reason::kLoopDetected);
}

struct StackRow {
  std::uint16_t status;
  std::string code;
};

const StackRow kStack[] = {{400, "61023"}, {414, "61023"}, {505, "61023"}, {513, "61018"},
                           {481, "61030"}, {482, "61022"}, {487, "61021"}, {500, "62001"}};

TEST(SipGateTest, WhatTheStackRefusesHasItsReasonCode) {
  for (const StackRow& row : kStack) {
    const sip::Response told = Explained(sip::Response(row.status, "x"));
    EXPECT_THAT(std::string(told.Get("ms-diagnostics-public")), HasSubstr(row.code)) << row.status;
    EXPECT_EQ(std::to_string(static_cast<int>(CauseOf(told).reason)), row.code);
  }
}

TEST(SipGateTest, ARefusalTellsItsCauseBack) {
  const SipCause cause = CauseOf(Refuse(
      FromRomeo("MESSAGE", ""), "gw1",
      {.status = 403, .reason = Reason::kSenderNotAllowed, .text = "From"}, SampleSettings()));
  EXPECT_EQ(cause.reason, Reason::kSenderNotAllowed);
  EXPECT_THAT(cause.text, testing::EndsWith(": From"));
  EXPECT_EQ(CauseOf(sip::Response(481, "x")).reason, Reason::kNone) << "it says none";
  EXPECT_EQ(CauseOf(AnswerOptions(FromRomeo("OPTIONS", ""), "gw1")).reason, Reason::kNone);
}

}  // namespace
}  // namespace dragoman::translate
