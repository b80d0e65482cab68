// Redis refuses writes and stays connected: what was lost meanwhile is fetched once it takes them.
// F-7, F-9; SUB-13.
#include <gmock/gmock.h>

#include "tests/router/upkeep_fixture.h"

namespace dragoman::router {
namespace {

struct Setting {
  const char* name;
  const char* refuses;
  const char* takes;
};
constexpr Setting kSettings[] = {{"maxmemory", "1", "0"}, {"min-replicas-to-write", "1", "0"}};

class RefusalTest : public UpkeepTest {
 protected:
  void Set(const Setting& setting, bool refuses) {
    ASSERT_EQ(
        server_->Ask({"CONFIG", "SET", setting.name, refuses ? setting.refuses : setting.takes}),
        "OK");
  }
  // A pair with its deadline; a save without one is refused, and so is what `lose` asks for.
  void Lose(const Setting& setting, const std::function<void()>& lose) {
    queued_ = Now() + Duration(1'800'000);
    key_ = Given(kJuliet, kRomeo, queued_, true);
    Given(kRomeo, kJuliet, queued_, true);
    Start();
    ASSERT_TRUE(bench_.Until([this] { return InQueue("eaudit") > 0; }));
    Set(setting, true);
    lose();
    const std::uint32_t version = Load(*one_, key_)->version;
    EXPECT_EQ(Save(*one_, key_, {.bytes = "suspended", .version = version}).error(),
              store::StoreError::kUnavailable);
    EXPECT_EQ(InQueue(Member("dp", key_)), queued_.time_since_epoch().count());
    Set(setting, false);
    MustSave(*one_, Watches(kPaolo, kRomeo), {.bytes = "something"});
  }
  bool BothSidesAreAsked() {
    return bench_.Until([this] { return Verified().size() == 2; }, Duration(8'000));
  }

  WallTime queued_;
  store::RecordKey key_;
};

TEST_F(RefusalTest, F7_WhatWasLostMeanwhileIsVerifiedAndNoDeadlineIsGone) {
  for (const Setting& setting : kSettings) {
    for (const bool stream : {true, false}) {
      SCOPED_TRACE(std::string(setting.name) + (stream ? " stream" : " all"));
      server_->Ask({"FLUSHALL"});
      first_.reset();
      one_ = Connect();
      ASSERT_TRUE(bench_.Until([this] { return one_->available(); }));
      Lose(setting, [&] {
        stream ? first_->upkeep.VerifyStream("montague.example", "capulet.example")
               : first_->upkeep.VerifyAll(envelope::Side::kSip);
      });
      EXPECT_TRUE(BothSidesAreAsked());
      EXPECT_EQ(InQueue(Member("dp", key_)), queued_.time_since_epoch().count());
      EXPECT_LE(InQueue("eaudit"), (Now() + kAuditSoon).time_since_epoch().count());
      EXPECT_THAT(server_->Ask({"KEYS", "due:{*"}), "[]");  // of the probe
      first_->upkeep.Stop();
    }
  }
}

// What a user lacks may be one command of many: nothing is verified again and again for it.
TEST_F(RefusalTest, F7_WhereSomeIsTakenAndSomeRefusedTheEndIsWaitedForLongerAndLonger) {
  const Setting& setting = kSettings[0];
  std::vector<Duration> waited;
  for (int i = 0; i < 2; ++i) {
    const std::uint64_t comebacks = one_->comebacks();
    Set(setting, true);
    EXPECT_FALSE(Save(*one_, Pair("romeo", "juliet"), {.bytes = "something"}));
    Set(setting, false);
    const TimePoint begun = bench_.loop.Now();
    ASSERT_TRUE(bench_.Until([&] {
      one_->Probe();
      return one_->comebacks() > comebacks;
    }));
    waited.push_back(bench_.loop.Now() - begun);
  }
  EXPECT_GE(waited[0], store::kTakesAfter - Duration(500));
  EXPECT_LT(waited[0], store::kTakesAfter * 2 - Duration(500));
  EXPECT_GE(waited[1], store::kTakesAfter * 2 - Duration(500));
}

}  // namespace
}  // namespace dragoman::router
