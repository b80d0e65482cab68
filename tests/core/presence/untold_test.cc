// What did not reach an XMPP watcher is told again, who left as well as who is there. Requirements
// §8.1, PRES-14.
#include <gmock/gmock.h>

#include "tests/core/presence/xmpp_watcher_fixture.h"

namespace dragoman::presence {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using Stanzas = std::vector<std::string>;

enum class Given { kActive, kGivenUp, kPending };

struct LostCase {
  std::string name;
  Given given;
  ResourcePresence lost;
  Stanzas again;  // a minute later: "+0" says that resource 0 is there, "-" that the bare address
                  // is not
};

ResourcePresence Left(const std::string& resource) {
  ResourcePresence left;
  left.resource = resource;
  return left;
}

class UntoldTest : public XmppWatcherTest, public testing::WithParamInterface<LostCase> {
 protected:
  void Make(Given given) {
    MakeActive();
    if (given == Given::kActive) return;
    if (given == Given::kPending) {
      Do(Notify(SubscriptionState::kPending, 2));
      return;
    }
    PresenceUpdate last = Notify(SubscriptionState::kTerminated, 2);
    last.termination_reason = "giveup";
    Do(last);
    ASSERT_EQ(record_.state, State::kSuspended);
  }
  Step Lose(const ResourcePresence& one, WallTime now = kNow) {
    PresenceUpdate update;
    update.resources.push_back(one);
    return Do(NotCarried{ToXmpp{kRomeo, kJuliet, update}}, now);
  }
  static Stanzas Signs(const Step& step) {
    Stanzas signs;
    for (const PresenceUpdate& update : Told<PresenceUpdate>(step)) {
      for (const ResourcePresence& one : update.resources)
        signs.push_back((one.available ? "+" : "-") + one.resource);
    }
    return signs;
  }
};

TEST_P(UntoldTest, PRES14_WhatWasLostIsToldAMinuteLaterByResource) {
  Make(GetParam().given);
  EXPECT_TRUE(Lose(GetParam().lost).effects.empty());
  ASSERT_EQ(DueAt(record_), kNow + 60s);
  const Step again = Do(Due{}, kNow + 60s);
  EXPECT_THAT(Signs(again), ElementsAreArray(GetParam().again));
  EXPECT_EQ(Told<Approve>(again).size(), GetParam().given == Given::kActive ? 1u : 0u);
  EXPECT_TRUE(record_.untold.empty());
  EXPECT_NE(DueAt(record_), kNow + 60s);
}

INSTANTIATE_TEST_SUITE_P(
    Lost, UntoldTest,
    testing::Values(LostCase{"ActiveThere", Given::kActive, Online("0"), {"+0"}},
                    LostCase{"ActiveLeft", Given::kActive, Left("1"), {"-1", "+0"}},
                    LostCase{"ActiveLeftAndBack", Given::kActive, Left("0"), {"+0"}},
                    LostCase{"ActiveNobody", Given::kActive, Left(""), {"-", "+0"}},
                    LostCase{"GivenUpThere", Given::kGivenUp, Online("0"), {}},
                    LostCase{"GivenUpLeft", Given::kGivenUp, Left("0"), {"-0"}},
                    LostCase{"GivenUpNobody", Given::kGivenUp, Left(""), {"-"}},
                    LostCase{"PendingThere", Given::kPending, Online("0"), {}},
                    LostCase{"PendingLeft", Given::kPending, Left("0"), {"-0"}},
                    LostCase{"PendingNobody", Given::kPending, Left(""), {"-"}}),
    [](const auto& row) { return row.param.name; });

TEST_F(UntoldTest, PRES14_TheLastToLeaveIsToldByItsName) {
  MakeActive();
  Do(Notify(SubscriptionState::kActive, 2));
  Lose(Left("0"));
  EXPECT_THAT(Signs(Do(Due{}, kNow + 60s)), ElementsAre("-0"));
}

TEST_F(UntoldTest, PRES14_NewsOfAResourceMakeUpForWhatWasLostOfIt) {
  MakeActive();
  Do(Notify(SubscriptionState::kActive, 2));
  Lose(Left("0"));
  Do(Notify(SubscriptionState::kActive, 3, {Online("0")}), kNow + 1s);
  EXPECT_THAT(record_.untold, IsEmpty());
  Do(Notify(SubscriptionState::kActive, 4, {Online("1")}), kNow + 2s);
  EXPECT_THAT(Signs(Do(Due{}, kNow + 60s)), ElementsAre("+1"));
}

TEST_F(UntoldTest, SUB13_AVerificationTellsItToo) {
  MakeActive();
  Lose(Left("1"));
  Do(Verify{});
  EXPECT_THAT(Signs(Do(Notify(SubscriptionState::kActive, 2, {Online("0")}))),
              ElementsAre("-1", "+0"));
}

TEST_F(UntoldTest, HoldsNoMoreNamesThanItsBound) {
  MakeActive();
  for (std::size_t i = 0; i <= kResourcesMax; ++i) Lose(Left("r" + std::to_string(i)));
  EXPECT_EQ(record_.untold.size(), kResourcesMax);
  EXPECT_EQ(record_.untold.front(), "r1");
}

TEST_F(UntoldTest, N_OfNobodyWhoIsWatchedNothingIsKept) {
  Lose(Left("0"));
  EXPECT_TRUE(record_.IsEmpty());
  EXPECT_FALSE(DueAt(record_));
  EXPECT_THAT(record_.untold, IsEmpty());
}

}  // namespace
}  // namespace dragoman::presence
