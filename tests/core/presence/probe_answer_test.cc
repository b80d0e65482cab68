// What the answer to a probe says by what it leaves out (SUB-13).
#include "tests/core/presence/sip_watcher_fixture.h"

namespace dragoman::presence {
namespace {

using ProbeAnswerTest = SipWatcherTest;

TEST_F(ProbeAnswerTest, SUB13_AResourceThatTheAnswerToAProbeLeavesOutIsGone) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(News(Online("balcony")));
  Do(News(Online("garden")), kNow + 10s);
  EXPECT_EQ(Told<Probe>(Do(Verify{}, kNow + 60s)).size(), 1u);
  EXPECT_EQ(DueAt(record_), kNow + 3600s);  // without an answer nothing is taken to be gone
  EXPECT_TRUE(Commands<PresenceUpdate>(Do(News(Online("balcony")), kNow + 61s)).empty());
  EXPECT_EQ(DueAt(record_), kNow + 66s);
  const auto notifies = Commands<PresenceUpdate>(Do(Due{}, kNow + 66s));
  ASSERT_EQ(notifies.size(), 1u);
  ASSERT_EQ(Document(notifies[0]).resources.size(), 1u);
  EXPECT_EQ(Document(notifies[0]).resources[0].resource, "balcony");
}

TEST_F(ProbeAnswerTest, SUB13_WhoeverWasTakenToBeGoneIsAskedForOnceMore) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(News(Online("balcony")));
  Do(News(Online("garden")));
  Do(Verify{}, kNow + 60s);
  Do(News(Online("balcony")), kNow + 61s);  // a process died with the other half of the answer
  Do(Due{}, kNow + 66s);
  ASSERT_EQ(record_.known.size(), 1u);
  EXPECT_EQ(Told<Probe>(Do(Due{}, kNow + 71s)).size(), 1u);
  Do(News(Online("balcony")), kNow + 72s);
  EXPECT_EQ(Commands<PresenceUpdate>(Do(News(Online("garden")), kNow + 72s)).size(), 1u);
  EXPECT_EQ(record_.known.size(), 2u);
  EXPECT_EQ(DueAt(record_), kNow + 3600s);  // and that was that
}

TEST_F(ProbeAnswerTest, SUB13_AnAnswerThatNamesAllSweepsNobody) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(News(Online("balcony")));
  Do(News(Online("garden")));
  const Record before = Do(Verify{}, kNow + 1s).record;
  EXPECT_EQ(before.unheard.size(), 2u);
  Do(News(Online("garden")), kNow + 2s);
  Do(News(Online("balcony")), kNow + 2s);
  EXPECT_TRUE(record_.unheard.empty());
  EXPECT_EQ(record_.sweep_at, WallTime{});
  EXPECT_EQ(record_.probed_at, WallTime{});
  EXPECT_EQ(record_.known.size(), 2u);
}

// A server that does not answer probes still brings news.
TEST_F(ProbeAnswerTest, SUB13_NewsLongAfterTheProbeAreNoAnswerToIt) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(News(Online("balcony")));
  Do(News(Online("garden")));
  Do(Verify{}, kNow + 1s);
  Do(News(Online("garden", Show::kAway)), kNow + 120s);
  EXPECT_EQ(record_.sweep_at, WallTime{});
  EXPECT_EQ(record_.known.size(), 2u);
}

// Prosody's acknowledgement of a subscription, overtaken by what the contact's client said to it.
TEST_F(ProbeAnswerTest, SUB13_UnavailableOfAllAtOnceIsAskedAfterUnlessItIsAnAnswer) {
  PresenceUpdate all_gone;
  all_gone.resources.emplace_back();
  all_gone.complete = true;
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(News(Online("balcony")));
  Do(all_gone, kNow + 10s);
  EXPECT_TRUE(record_.known.empty());
  EXPECT_EQ(Told<Probe>(Do(Due{}, kNow + 15s)).size(), 1u);
  Do(News(Online("balcony")), kNow + 16s);
  EXPECT_EQ(record_.known.size(), 1u);
  EXPECT_EQ(Told<Probe>(Do(Verify{}, kNow + 60s)).size(), 1u);
  Do(all_gone, kNow + 61s);
  EXPECT_EQ(record_.retry_at, WallTime{});
}

}  // namespace
}  // namespace dragoman::presence
