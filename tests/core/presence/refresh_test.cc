// When an X-watcher asks again by itself: not before the peer wants it, and before its dialog ends.
#include "tests/core/presence/watcher_fixture.h"

namespace dragoman::presence {
namespace {

class RefreshTest : public WatcherTest {
 protected:
  RefreshTest() {
    record_.watcher = kJuliet;
    record_.presentity = kRomeo;
  }
  PresenceUpdate Notify(SubscriptionState state, std::uint32_t cseq) {
    PresenceUpdate update;
    update.subscription = state;
    update.dialog = record_.watches.at(0).dialog;
    update.dialog->remote_tag = "edge";
    update.dialog->remote_cseq = cseq;
    return update;
  }
};

TEST_F(RefreshTest, P_A_TheFirstNotifyEndsTheWaitForItAndTheRefreshIsNext) {
  for (const auto state : {SubscriptionState::kPending, SubscriptionState::kActive}) {
    for (const std::uint32_t said : {20u, 0u}) {  // the 2xx said it already (EVT-6)
      Forget();
      const Step asked = Do(Subscribe{});
      Outcome accepted;
      accepted.sip_status = 200;
      accepted.expires = 20;
      Do(CommandDone{Commands<Subscribe>(asked).at(0), accepted});
      PresenceUpdate first = Notify(state, 1);
      first.expires = said;
      Do(first);
      ASSERT_GE(*DueAt(record_), kNow + 15s);
      ASSERT_LE(*DueAt(record_), kNow + 18s);
      const Step refresh = Do(Due{}, *DueAt(record_));
      ASSERT_EQ(Commands<Subscribe>(refresh).size(), 1u);
      EXPECT_EQ(Commands<Subscribe>(refresh)[0].dialog.remote_tag, "edge");
    }
  }
}

TEST_F(RefreshTest, S_ALostFrontEndLeavesThePeersRetryAfterAlone) {
  Do(Subscribe{});
  Do(Notify(SubscriptionState::kActive, 1));
  PresenceUpdate end = Notify(SubscriptionState::kTerminated, 2);
  end.termination_reason = "probation";
  end.retry_after = 600;
  Do(end);
  EXPECT_TRUE(Do(Verify{}).effects.empty());
  EXPECT_EQ(DueAt(record_), kNow + 600s);
  // A SUBSCRIBE that was under way may be lost.
  EXPECT_EQ(Commands<Subscribe>(Do(Due{}, kNow + 600s)).size(), 1u);
  EXPECT_EQ(Commands<Subscribe>(Do(Verify{}, kNow + 601s)).size(), 1u);
}

}  // namespace
}  // namespace dragoman::presence
