// Many clusters, each with its own faults. A seed that fails is in the message. DRAGOMAN_SEED:
// the first one; DRAGOMAN_RUNS: how many times as many.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/core/routing/simulated_cluster.h"

namespace dragoman::routing {
namespace {

constexpr Duration kBusy = 12s;
// One in so many clusters is played: under the sanitizer each takes 20 times as long.
#ifdef __SANITIZE_ADDRESS__
constexpr std::uint64_t kShare = 10;
#else
constexpr std::uint64_t kShare = 1;
#endif
constexpr Duration kQuiet = 25s;  // above a deadline and every fault

struct Sum {
  std::size_t sent = 0;
  std::size_t refused = 0;
  std::size_t repeated = 0;
};

Sum RunMany(std::uint64_t runs, SimulatedCluster::Faults faults, bool lossless) {
  const auto said = [](const char* name) -> std::uint64_t {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
  };
  const std::uint64_t first = said("DRAGOMAN_SEED");
  Sum sum;
  for (std::uint64_t seed = first; seed < first + runs * said("DRAGOMAN_RUNS") / kShare; ++seed) {
    SimulatedCluster cluster(seed, faults);
    cluster.Run(kBusy, kQuiet);
    for (const std::string& wrong : cluster.Violations())
      ADD_FAILURE() << "seed " << seed << ": " << wrong;
    if (lossless) {
      for (const std::string& wrong : cluster.Losses())
        ADD_FAILURE() << "seed " << seed << ": " << wrong;
    }
    EXPECT_TRUE(cluster.idle()) << "seed " << seed;
    sum.sent += cluster.sent();
    sum.refused += cluster.refused();
    sum.repeated += cluster.repeated();
    if (testing::Test::HasFailure()) break;
  }
  return sum;
}

TEST(SimulationTest, WithoutFaultsEverythingArrivesOnceAndInOrder) {
  EXPECT_GT(RunMany(50, {}, true).sent, 10'000u / kShare);
}

TEST(SimulationTest, F22_PlannedChangesLoseNothingRepeatNothingAndKeepOrder) {
  EXPECT_GT(RunMany(300, {.restarts = true, .joins = true}, true).sent, 50'000u / kShare);
}

TEST(SimulationTest, F3_KilledProcessesLoseNothingInSilence) {
  const Sum sum = RunMany(200, {.restarts = true, .joins = true, .kills = true}, false);
  EXPECT_LT(sum.refused * 50, sum.sent);
}

TEST(SimulationTest, F5_StoppedProcessesLoseNothingInSilence) {
  const Sum sum = RunMany(200, {.pauses = true}, false);
  EXPECT_LT(sum.refused * 20, sum.sent);
}

TEST(SimulationTest, F11_CutsInEitherDirectionLoseNothingInSilence) {
  const Sum sum = RunMany(200, {.cuts = true, .resets = true}, false);
  EXPECT_LT(sum.refused * 20, sum.sent);
}

TEST(SimulationTest, AllOfItAtOnce) {
  RunMany(400,
          {.restarts = true,
           .joins = true,
           .kills = true,
           .pauses = true,
           .cuts = true,
           .resets = true},
          false);
}

}  // namespace
}  // namespace dragoman::routing
