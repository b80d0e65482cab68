#include "core/sip/pace.h"

#include <gtest/gtest.h>

namespace dragoman::sip {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{Duration(5'000)};

// How many leave at once at `now`.
int Burst(Pace& pace, TimePoint now) {
  int count = 0;
  for (; pace.Earliest(now) <= now; ++count) pace.Take(now);
  return count;
}

TEST(PaceTest, T60_OneSecondsWorthAtOnceAndThenEvenly) {
  Pace pace(20);
  EXPECT_EQ(Burst(pace, t0), 20);
  EXPECT_EQ(pace.Earliest(t0), t0 + 50ms);
  EXPECT_EQ(Burst(pace, t0 + 49ms), 0);
  EXPECT_EQ(Burst(pace, t0 + 50ms), 1);
  EXPECT_EQ(Burst(pace, t0 + 500ms), 9);
  EXPECT_EQ(Burst(pace, t0 + 1h), 20);  // no more is saved up
}

TEST(PaceTest, KeepsItsRateOverTime) {
  for (const std::uint32_t rate : {1u, 3u, 20u, 1000u}) {
    Pace pace(rate);
    std::uint32_t sent = 0;
    for (TimePoint now = t0; now < t0 + 10s; now += 1ms)
      sent += static_cast<std::uint32_t>(Burst(pace, now));
    EXPECT_NEAR(sent, 11 * rate, rate / 100.0 + 1) << rate;
  }
}

}  // namespace
}  // namespace dragoman::sip
