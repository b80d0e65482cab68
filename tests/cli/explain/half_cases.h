// Records of a subscription in each of its states, and what is expected of their judgement.
#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/explain/half.h"
#include "tests/cli/check/summary.h"
#include "tests/cli/explain/court.h"

namespace dragoman::explain {

// Approved, with a live dialog and a document.
inline pages::Subscription Live() {
  return {.state = "active",
          .dialogs = {{.edge = "edge:5061", .expires = kNow + 7h, .established = true}},
          .resources = {{.name = "desk", .show = "away"}},
          .heard = kNow - 5min,
          .valid_until = kNow + 7h,
          .next = kNow + 6h};
}

inline pages::Subscription In(const char* state) {
  pages::Subscription one = Live();
  one.state = state;
  one.resources.clear();
  one.heard = one.valid_until = {};
  one.asked = kNow - 3h;
  return one;
}

inline pages::Subscription Without(pages::Subscription one) {
  one.dialogs.clear();
  return one;
}

template <typename Change>
pages::Subscription With(pages::Subscription one, Change change) {
  change(one);
  return one;
}

inline void FailedOften(pages::Subscription& one) {
  one.failures = 3;
  one.next = kNow + 10min;
}

struct HalfCase {
  const char* what;
  envelope::Side watcher;
  std::optional<pages::Subscription> record;
  Answer answer;
  Waits waits;
  const char* clause;  // the whole of it
  std::vector<std::string> findings;
};

inline Half Judge(envelope::Side side, const std::optional<pages::Subscription>& record) {
  return JudgeHalf({"juliet@a.example", "romeo@b.example", side, record, kNow},
                   {"juliet", "romeo"});
}

inline void Check(const HalfCase& one) {
  SCOPED_TRACE(one.what);
  const Half half = Judge(one.watcher, one.record);
  EXPECT_EQ(half.answer, one.answer);
  EXPECT_EQ(half.waits, one.waits);
  EXPECT_EQ(half.clause, one.clause);
  EXPECT_THAT(check::Summary(half.findings), testing::ElementsAreArray(one.findings));
  for (const check::Finding& finding : half.findings) {
    EXPECT_EQ(finding.subject, "juliet@a.example");
    EXPECT_EQ(finding.area, check::Area::kSubscriptions);
  }
}

}  // namespace dragoman::explain
