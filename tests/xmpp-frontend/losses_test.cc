#include "xmpp-frontend/losses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dragoman::xmpp_frontend {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

constexpr Duration kWindow{30};

class LossesTest : public testing::Test {
 protected:
  // Turns the loop until then; false: it did not come.
  template <typename Condition>
  bool Until(Condition holds) {
    runtime::Timer look(loop_, [&] {
      if (holds() || loop_.Now() > end_) return loop_.Stop();
      look.StartAt(loop_.Now() + 1ms);
    });
    look.StartAt(loop_.Now());
    loop_.Run();
    return holds();
  }
  runtime::Loop loop_;
  const TimePoint end_ = loop_.Now() + 10s;
  std::vector<std::string> told_;
  std::vector<TimePoint> at_;
  Losses losses_{loop_, kWindow, [this](const std::string& partner) {
                   told_.push_back(partner);
                   at_.push_back(loop_.Now());
                 }};
};

TEST_F(LossesTest, SUB13_TheFirstIsToldAtOnceAndTheOthersOnceMore) {
  for (int i = 0; i < 5; ++i) losses_.Add("capulet.example");
  losses_.Add("verona.example");
  EXPECT_THAT(told_, ElementsAre("capulet.example", "verona.example"));
  ASSERT_TRUE(Until([this] { return told_.size() == 3; }));
  EXPECT_EQ(told_[2], "capulet.example");
  EXPECT_GE(at_[2] - at_[0], kWindow);
}

TEST_F(LossesTest, AWhileWithoutLossesEndsIt) {
  losses_.Add("capulet.example");
  const TimePoint calm = loop_.Now() + 2 * kWindow;
  ASSERT_TRUE(Until([&] { return loop_.Now() > calm; }));
  EXPECT_THAT(told_, SizeIs(1));
  losses_.Add("capulet.example");
  EXPECT_THAT(told_, SizeIs(2));
}

TEST_F(LossesTest, RemembersNoMoreThanItsBound) {
  for (std::size_t i = 0; i <= kLossesMax; ++i) losses_.Add(std::to_string(i));
  EXPECT_THAT(told_, SizeIs(kLossesMax));
}

}  // namespace
}  // namespace dragoman::xmpp_frontend
