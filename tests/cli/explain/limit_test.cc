#include "cli/explain/limit.h"

#include <gmock/gmock.h>

namespace dragoman::explain {
namespace {

using pages::Room;
using testing::HasSubstr;

TEST(LimitTest, L22_ALimitIsReachedAtItsNumberAndZeroIsNone) {
  const Room free[] = {{},
                       {.watches = 5},
                       {.watches = 4, .watches_max = 5},
                       {.pending = 4, .pending_max = 5},
                       {.partner_watches = 4, .partner_watches_max = 5}};
  for (const Room& room : free) EXPECT_FALSE(LimitReached(room, "juliet@a.example"));
}

TEST(LimitTest, L22_EachLimitIsNamedWithItsKey) {
  const struct {
    Room room;
    const char *reached, *key;
  } cases[] = {
      {{.watches = 5, .watches_max = 5, .pending = 5, .pending_max = 5},
       "subscriptions of juliet@a.example: 5, as many as presence.limits.per_user allows",
       "raise presence.limits.per_user"},
      {{.watches = 6, .watches_max = 10, .pending = 6, .pending_max = 5},
       "requests of juliet@a.example that nobody has answered: 6, as many as "
       "presence.limits.pending_per_user allows",
       "dragoman subs list --state pending"},
      {{.partner_watches = 5, .partner_watches_max = 5},
       "subscriptions of all the partner's users: 5, as many as partners[].subscriptions allows",
       "raise partners[].subscriptions"},
  };
  for (const auto& one : cases) {
    const auto limit = LimitReached(one.room, "juliet@a.example");
    ASSERT_TRUE(limit) << one.reached;
    EXPECT_EQ(limit->reached, one.reached);
    EXPECT_THAT(limit->mend, HasSubstr(one.key));
  }
}

}  // namespace
}  // namespace dragoman::explain
