#include "router/store_reason.h"

#include <gtest/gtest.h>

#include "core/translate/xmpp_intake.h"

namespace dragoman::router {
namespace {

using policy::Reason;
using store::StoreError;

// What is our loss is asked for again, with every pair of both domains: not for what one sender
// made too large, who would do it again.
TEST(StoreReasonTest, SUB13_L27_OnlyWhatTheStoreCouldNotTakeNowIsLost) {
  struct Row {
    StoreError error;
    Reason reason;
    bool lost;
  };
  for (const Row& row : {Row{StoreError::kUnavailable, Reason::kStoreUnavailable, true},
                         Row{StoreError::kConflict, Reason::kOverloaded, true},
                         Row{StoreError::kTooLarge, Reason::kMessageTooLarge, false},
                         Row{StoreError::kTooMany, Reason::kTooManySubscriptions, false}}) {
    EXPECT_EQ(ReasonOf(row.error), row.reason);
    EXPECT_EQ(
        translate::IsLostPresence(envelope::Kind::kPresenceUpdate, {.reason = ReasonOf(row.error)}),
        row.lost)
        << Name(row.reason);
  }
}

}  // namespace
}  // namespace dragoman::router
