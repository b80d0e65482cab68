#include <gtest/gtest.h>

#include "runtime/loop/loop.h"

namespace dragoman::runtime {
namespace {

using namespace std::chrono_literals;

// A machine whose deadline stays in the past is slow, and not the end of everything else.
TEST(TimerTest, WhatIsArmedForThePastAgainAndAgainLetsOthersRun) {
  Loop loop;
  std::size_t fired = 0;
  Timer stale(loop, [&] {
    ++fired;
    stale.StartAt(loop.Now() - 1s);
  });
  stale.StartAt(loop.Now() - 1s);
  bool deferred = false;
  Timer end(loop, [&] { loop.Defer([&] { deferred = true, loop.Stop(); }); });
  end.StartAt(loop.Now() + 20ms);
  loop.Run();
  EXPECT_TRUE(deferred);
  EXPECT_GE(fired, 1u);
}

}  // namespace
}  // namespace dragoman::runtime
