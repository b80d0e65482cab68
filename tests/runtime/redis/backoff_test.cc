#include "runtime/redis/backoff.h"

#include <gmock/gmock.h>

namespace dragoman::runtime {
namespace {

using testing::ElementsAre;

class Constant : public RandomSource {
 public:
  explicit Constant(std::uint8_t byte) : byte_(byte) {}
  void Fill(std::span<std::uint8_t> bytes) override {
    std::fill(bytes.begin(), bytes.end(), byte_);
  }

 private:
  std::uint8_t byte_;
};

std::vector<int> Waits(std::uint8_t chance) {
  Constant random(chance);
  Backoff backoff(random);
  std::vector<int> waits;
  for (int i = 0; i < 7; ++i) waits.push_back(static_cast<int>(backoff.Next().count()));
  return waits;
}

TEST(BackoffTest, DoublesBetweenItsBoundsAndSpreads) {
  EXPECT_THAT(Waits(0), ElementsAre(25, 50, 100, 200, 400, 500, 500));
  EXPECT_THAT(Waits(255), ElementsAre(50, 100, 200, 400, 800, 1000, 1000));
}

TEST(BackoffTest, BeginsAnewAfterASuccess) {
  Constant random(255);
  Backoff backoff(random);
  for (int i = 0; i < 9; ++i) backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), kReconnectFirst);
}

}  // namespace
}  // namespace dragoman::runtime
