// What is known of a presentity, and what changes in it.
#include "core/presence/known.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman::presence {
namespace {

using envelope::ResourcePresence;
using envelope::Show;
using testing::ElementsAre;
using testing::IsEmpty;

ResourcePresence Open(const std::string& resource, Show show = Show::kNone) {
  ResourcePresence presence;
  presence.resource = resource;
  presence.available = true;
  presence.show = show;
  return presence;
}

ResourcePresence Closed(const std::string& resource) {
  ResourcePresence presence;
  presence.resource = resource;
  return presence;
}

TEST(KnownTest, PRES14_OnlyWhatChangedIsTold) {
  const Resources before = {Open("a"), Open("b"), Open("c")};
  EXPECT_THAT(Difference(before, {Open("a"), Open("b", Show::kAway)}, false),
              ElementsAre(Open("b", Show::kAway), Closed("c")));
  EXPECT_THAT(Difference(before, before, false), IsEmpty());
  EXPECT_THAT(Difference(before, before, true), ElementsAre(Open("a"), Open("b"), Open("c")));
}

TEST(KnownTest, PRES14_NobodyBeforeAndAfterIsOneUnavailableOfTheBareAddress) {
  EXPECT_THAT(Difference({}, {}, false), ElementsAre(Closed("")));
  EXPECT_THAT(Gone({}), ElementsAre(Closed("")));
  EXPECT_THAT(Gone({Open("a"), Open("b")}), ElementsAre(Closed("a"), Closed("b")));
}

TEST(KnownTest, PRES14_TheBareAddressGoingOfflineTakesAllWithIt) {
  Resources known = {Open("a"), Open("b")};
  Merge(known, Closed("a"));
  EXPECT_THAT(known, ElementsAre(Open("b")));
  Merge(known, Open("c"));
  Merge(known, Closed(""));
  EXPECT_THAT(known, IsEmpty());
}

// The answer to a probe bears another time than the news did.
TEST(KnownTest, WhatIsToldAgainChangesNothing) {
  Resources known = {Open("a"), Open("b")};
  known[0].since = WallTime(Duration(7));
  ResourcePresence again = Open("a");
  again.since = WallTime(Duration(5));
  const Resources before = known;
  Merge(known, again);
  EXPECT_EQ(known, before);
  again.show = Show::kAway;
  Merge(known, again);
  EXPECT_THAT(known, ElementsAre(Open("b"), again));
}

// A client whose tuple has a new id each time does not flicker.
TEST(KnownTest, PRES21_AReplacedResourceIsAvailableBeforeTheOldOneGoes) {
  EXPECT_THAT(Difference({Open("1")}, {Open("2")}, false), ElementsAre(Open("2"), Closed("1")));
}

}  // namespace
}  // namespace dragoman::presence
