// Every state of requirements §8.2, where a SIP user looks.
#include <gmock/gmock.h>

#include "tests/cli/explain/half_cases.h"

namespace dragoman::explain {
namespace {

using envelope::Side;

// The SIP user juliet watches romeo (§8.2).
const HalfCase kFromSip[] = {
    {"N",
     Side::kSip,
     std::nullopt,
     Answer::kNo,
     Waits::kWatcher,
     "there is no subscription: juliet never asked, was refused, or ended it",
     {"subscription info"}},
    {"N, fetched",
     Side::kSip,
     In("none"),
     Answer::kNo,
     Waits::kWatcher,
     "juliet's client asked once, and there is no subscription",
     {"subscription info"}},
    {"P",
     Side::kSip,
     In("pending"),
     Answer::kNo,
     Waits::kPresentity,
     "romeo has not approved yet (asked 3 h ago)",
     {"subscription warning", "dialog ok"}},
    {"P, when asked is not known",
     Side::kSip,
     With(In("pending"), [](auto& one) { one.asked = {}; }),
     Answer::kNo,
     Waits::kPresentity,
     "romeo has not approved yet (asked)",
     {"subscription warning", "dialog ok"}},
    {"P, not carried",
     Side::kSip,
     With(In("pending"), FailedOften),
     Answer::kNo,
     Waits::kNetwork,
     "the question has not reached romeo@b.example's server (asked 3 h ago, failed 3 times in a "
     "row, next try in 10 min)",
     {"subscription error"}},
    {"R is P",
     Side::kSip,
     In("requested"),
     Answer::kNo,
     Waits::kPresentity,
     "romeo has not approved yet (asked 3 h ago)",
     {"subscription warning", "dialog ok"}},
    {"A",
     Side::kSip,
     Live(),
     Answer::kYes,
     Waits::kNobody,
     "away, as heard 5 min ago",
     {"subscription ok", "dialog ok", "document ok"}},
    {"A, two dialogs, one for once",
     Side::kSip,
     With(Live(), [](auto& one) { one.dialogs.push_back({.poll = true}); }),
     Answer::kYes,
     Waits::kNobody,
     "away, as heard 5 min ago",
     {"subscription ok", "dialog ok", "dialog info", "document ok"}},
    {"A, nothing heard",
     Side::kSip,
     With(Live(),
          [](auto& one) {
            one.resources.clear();
            one.heard = {};
          }),
     Answer::kDoubtful,
     Waits::kNetwork,
     "romeo's side has not said yet how romeo is",
     {"subscription ok", "dialog ok", "document warning"}},
    {"A, the probe fails",
     Side::kSip,
     With(Live(), FailedOften),
     Answer::kYes,
     Waits::kNobody,
     "away, as heard 5 min ago",
     {"subscription ok", "dialog ok", "document warning"}},
    {"A, dialogs ran out",
     Side::kSip,
     With(Live(), [](auto& one) { one.dialogs[0].expires = kNow; }),
     Answer::kOld,
     Waits::kNetwork,
     "away, as heard 5 min ago; the dialog has ended since",
     {"subscription ok", "dialog warning", "document ok"}},
    {"C",
     Side::kSip,
     Without(In("suspended")),
     Answer::kNo,
     Waits::kWatcher,
     "it is approved, but no client of juliet watches now",
     {"subscription info"}},
};

TEST(HalfTest, SUB1_EachStateOfASipWatcherSaysWhoseMoveItIs) {
  for (const HalfCase& one : kFromSip) Check(one);
}

}  // namespace
}  // namespace dragoman::explain
