// ReceiveSip with a sample configuration, and what it gave by its kind.
#pragma once

#include <gtest/gtest.h>

#include <utility>
#include <variant>

#include "core/translate/sip_intake.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {

class SipIntakeFixture : public testing::Test {
 protected:
  SipIntake Receive(const sip::Request& request) {
    return ReceiveSip(request, {settings_, random_, kNow, "edge.contoso.com:5061"});
  }
  SipEvent Event(const sip::Request& request) {
    SipIntake intake = Receive(request);
    EXPECT_TRUE(std::holds_alternative<SipEvent>(intake))
        << (std::holds_alternative<sip::Response>(intake)
                ? std::get<sip::Response>(intake).ToString()
                : "ignored");
    return std::holds_alternative<SipEvent>(intake) ? std::get<SipEvent>(std::move(intake))
                                                    : SipEvent{};
  }
  sip::Response Reply(const sip::Request& request) {
    SipIntake intake = Receive(request);
    EXPECT_TRUE(std::holds_alternative<sip::Response>(intake)) << request.ToString();
    return std::holds_alternative<sip::Response>(intake)
               ? std::get<sip::Response>(std::move(intake))
               : sip::Response();
  }

  policy::Settings settings_ = SampleSettings();
  CountingRandom random_;
};

inline const char kContact[] = "Contact: <sip:romeo@contoso.com;opaque=user:epid:x;gruu>\n";

}  // namespace dragoman::translate
