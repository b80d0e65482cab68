// What routers do without being asked, on a real Redis.
#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "core/chat/record.h"
#include "tests/router/upkeep_fixture.h"

namespace dragoman::router {
namespace {

using presence::State;
using store::Purpose;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

TEST_F(UpkeepTest, WhatIsDueIsLookedAt) {
  const store::RecordKey due = Given(kRomeo, kJuliet, Now(), true);
  Given(kJuliet, kRomeo, Now() + Duration(3'600'000), true);
  Start();
  EXPECT_TRUE(bench_.Until([this] { return !first_->looked.empty(); }));
  EXPECT_THAT(first_->looked, ElementsAre(store::DueEntry{due, Purpose::kDue}));
}

TEST_F(UpkeepTest, F9_AnAuditGivesBackWhatTheQueueLostAndLeavesTheRest) {
  const WallTime later = Now() + Duration(1'800'000);
  const store::RecordKey lost = Given(kJuliet, kRomeo, later, false);
  const store::RecordKey kept = Given(kNurse, kRomeo, later, false);
  one_->due().Schedule({kept, Purpose::kDue}, later - Duration(60'000));
  chat::Record chat;
  chat.sip_user = kRomeo;
  chat.xmpp_user = kJuliet;
  chat.mode = chat::Mode::kSession;
  chat.last_activity = Now();
  chat.dialogs.emplace_back();
  chat.dialogs.back().call_id = "c1";
  const store::RecordKey session{store::RecordKind::kChat, kRomeo, kJuliet};
  MustSave(*one_, session, {.bytes = store::Encode(chat)});
  Start();
  ASSERT_TRUE(AuditIsDone());
  EXPECT_EQ(InQueue(Member("dp", lost)), later.time_since_epoch().count());
  EXPECT_EQ(InQueue(Member("dp", kept)), (later - Duration(60'000)).time_since_epoch().count());
  EXPECT_EQ(InQueue(Member("dc", session)), chat::DueAt(chat)->time_since_epoch().count());
  EXPECT_THAT(first_->looked, IsEmpty());
  EXPECT_TRUE(first_->Says("dragoman_records 3"));
  // The next one comes in an hour, give or take the time of this test.
  const WallTime next = WallTime(Duration(InQueue("eaudit")));
  EXPECT_GT(next, Now() + kAuditInterval - Duration(20'000));
  EXPECT_LE(next, Now() + kAuditInterval);
}

TEST_F(UpkeepTest, L22_AnAuditPutsThePartnersCountsRight) {
  const WallTime later = Now() + Duration(3'600'000);
  Given(kRomeo, kJuliet, later, true);
  Given(kJuliet, kRomeo, later, true);
  Given(kNurse, kRomeo, later, true);
  store::Tally(one_->redis()).Add("capulet.example", 500);
  store::Tally(one_->redis()).Add("rimini.example", 7);
  Start();
  ASSERT_TRUE(AuditIsDone());
  EXPECT_THAT(Counts(), UnorderedElementsAre(testing::Pair("capulet.example", 3),
                                             testing::Pair("rimini.example", 0)));
}

TEST_F(UpkeepTest, AnAuditThatBrokeOffPutsNothingRight) {
  Given(kRomeo, kJuliet, Now() + Duration(3'600'000), true);
  store::Tally(one_->redis()).Add("capulet.example", 500);
  server_->Ask({"SET", "presence:nobody@capulet.example", "no hash"});
  Start();
  one_->due().Schedule(kAudit, Now());
  ASSERT_TRUE(bench_.Until(
      [this] { return first_->Says("dragoman_audits_total{result=\"broken_off\"} 1"); }));
  EXPECT_THAT(Counts(), UnorderedElementsAre(testing::Pair("capulet.example", 500)));
  EXPECT_LE(InQueue("eaudit"), (Now() + store::kLease).time_since_epoch().count());
}

TEST_F(UpkeepTest, L22_APartnerIsFullAtItsNumberAndNeverAtZero) {
  settings_.partners[0].subscriptions = 2;
  settings_.partners[1].subscriptions = 0;
  store::Tally(one_->redis()).Add("capulet.example", 1);
  store::Tally(one_->redis()).Add("rimini.example", 1'000'000);
  Start();
  ASSERT_TRUE(bench_.Until([this] { return first_->upkeep.CountOf(settings_.partners[0]) == 1; }));
  EXPECT_FALSE(first_->upkeep.IsFull(settings_.partners[0]));
  EXPECT_FALSE(first_->upkeep.IsFull(settings_.partners[1]));
  EXPECT_TRUE(first_->Says("dragoman_subscriptions{partner=\"rimini.example\"} 1000000"));
  store::Tally(one_->redis()).Add("capulet.example", 1);
  StartAnother();
  ASSERT_TRUE(bench_.Until([this] { return second_->upkeep.CountOf(settings_.partners[0]) == 2; }));
  EXPECT_TRUE(second_->upkeep.IsFull(settings_.partners[0]));
  EXPECT_EQ(second_->upkeep.CountOf({.domains = {"elsewhere.example"}, .server = {}}), 0u);
}

TEST_F(UpkeepTest, SUB13_ALostSideIsAskedAboutItsOwnUsers) {
  const WallTime later = Now() + Duration(3'600'000);
  const store::RecordKey of_romeo = Given(kJuliet, kRomeo, later, true);
  const store::RecordKey of_juliet = Given(kRomeo, kJuliet, later, true);
  Start();
  first_->upkeep.VerifyAll(envelope::Side::kSip);
  ASSERT_TRUE(bench_.Until([this] { return !Verified().empty(); }));
  EXPECT_THAT(Verified(), UnorderedElementsAre(of_romeo));
  first_->looked.clear();
  first_->upkeep.VerifyAll(envelope::Side::kXmpp);
  ASSERT_TRUE(bench_.Until([this] { return !Verified().empty(); }));
  EXPECT_THAT(Verified(), UnorderedElementsAre(of_juliet));
}

TEST_F(UpkeepTest, SUB13_ALostStreamConcernsItsTwoDomains) {
  const WallTime later = Now() + Duration(3'600'000);
  const store::RecordKey one = Given(kJuliet, kRomeo, later, true);
  const store::RecordKey other = Given(kRomeo, kJuliet, later, true);
  Given(kPaolo, kRomeo, later, true);
  Given(kRomeo, kPaolo, later, true);
  Start();
  first_->upkeep.VerifyStream("montague.example", "capulet.example");
  ASSERT_TRUE(bench_.Until([this] { return Verified().size() == 2; }));
  EXPECT_THAT(Verified(), UnorderedElementsAre(one, other));
  EXPECT_TRUE(first_->Says("dragoman_verifications_total{of=\"stream\"} 2"));
  EXPECT_EQ(InQueue("everify stream montague.example capulet.example"), 0);
}

TEST_F(UpkeepTest, SUB13_SoManyASecondAreAskedAndNoMore) {
  settings_.presence.verify_per_second = 2;
  std::vector<store::RecordKey> keys;
  for (int i = 0; i < 5; ++i) {
    keys.push_back(Given({"watcher" + std::to_string(i), "capulet.example", {}}, kRomeo,
                         Now() + Duration(3'600'000), true));
  }
  Start();
  first_->upkeep.VerifyAll(envelope::Side::kSip);
  ASSERT_TRUE(
      bench_.Until([this] { return first_->Says("dragoman_verifications_total{of=\"sip\"} 5"); }));
  first_->upkeep.Stop();  // before any of them is claimed
  std::vector<std::int64_t> times;
  for (const store::RecordKey& key : keys) times.push_back(InQueue(Member("vp", key)));
  std::ranges::sort(times);
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_EQ(times[i] - times[i - 1], 500);
}

TEST_F(UpkeepTest, SUB13_HoweverManyRoutersNoticeALossOneOfThemWalks) {
  Given(kJuliet, kRomeo, Now() + Duration(3'600'000), true);
  Start();
  StartAnother();
  first_->upkeep.VerifyAll(envelope::Side::kSip);
  second_->upkeep.VerifyAll(envelope::Side::kSip);
  ASSERT_TRUE(bench_.Until([this] { return !Verified().empty(); }));
  const std::string told = "dragoman_verifications_total{of=\"sip\"} 1";
  EXPECT_EQ(first_->Says(told) + second_->Says(told), 1);
  EXPECT_THAT(first_->looked.size() + second_->looked.size(), 1u);
}

TEST_F(UpkeepTest, SUB13_AWalkWhoseRouterDiedIsBegunAgain) {
  Given(kJuliet, kRomeo, Now() + Duration(3'600'000), true);
  one_->due().Schedule(store::Errand{"walk verify sip"}, Now());
  Start();
  ASSERT_TRUE(
      bench_.Until([this] { return first_->Says("dragoman_verifications_total{of=\"sip\"} 1"); }));
  EXPECT_EQ(InQueue("ewalk verify sip"), 0);
}

// It may have lost what was asked for a moment ago.
TEST_F(UpkeepTest, SUB13_ALossDuringAWalkIsWalkedForToo) {
  for (int i = 0; i < 2000; ++i) {
    Given({"watcher" + std::to_string(i), "capulet.example", {}}, kRomeo,
          Now() + Duration(3'600'000), true);
  }
  Start();
  first_->upkeep.VerifyAll(envelope::Side::kSip);
  ASSERT_TRUE(bench_.Until([this] { return InQueue("ewalk verify sip") > 0; }));
  first_->upkeep.VerifyAll(envelope::Side::kSip);
  ASSERT_TRUE(bench_.Until(
      [this] { return first_->Says("dragoman_verifications_total{of=\"sip\"} 4000"); }));
}

TEST_F(UpkeepTest, T52_AnErrandOfANewerVersionIsLeftToThose) {
  one_->due().Schedule(store::Errand{"of another kind"}, Now());
  Start();
  ASSERT_TRUE(bench_.Until([this] {
    return InQueue("eof another kind") > (Now() + Duration(1000)).time_since_epoch().count();
  }));
  EXPECT_THAT(first_->metrics.Text(), testing::Not(HasSubstr("dragoman_verifications_total")));
}

// What the server that died took last may be lost with it.
TEST_F(UpkeepTest, F7_AfterRedisWasAwayBothSidesAreAsked) {
  Start();
  ASSERT_TRUE(bench_.Until([this] { return InQueue("eaudit") > 0; }));
  EXPECT_THAT(first_->metrics.Text(), testing::Not(HasSubstr("dragoman_verifications_total")));
  server_->Signal(SIGKILL);
  server_->Restart();
  ASSERT_TRUE(bench_.Until([this] {
    return first_->Says("dragoman_verifications_total{of=\"sip\"} 0") &&
           first_->Says("dragoman_verifications_total{of=\"xmpp\"} 0");
  }));
  EXPECT_LE(InQueue("eaudit"), (Now() + kAuditSoon).time_since_epoch().count());
}

TEST_F(UpkeepTest, WhoStoppedClaimsNothing) {
  Given(kRomeo, kJuliet, Now(), true);
  Start();
  first_->upkeep.Stop();
  StartAnother();
  ASSERT_TRUE(bench_.Until([this] { return !second_->looked.empty(); }));
  EXPECT_THAT(first_->looked, IsEmpty());
}

}  // namespace
}  // namespace dragoman::router
