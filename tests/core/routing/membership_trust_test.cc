// Who is not believed: of another role, of another version, of a name that is taken.
#include "tests/core/routing/membership_fixture.h"

namespace dragoman::routing {
namespace {

TEST_F(MembershipTest, T50_RolesThatDoNotMeetAreRefusedOnce) {
  for (int i = 0; i < 3; ++i) router_.machine.OnHello("x", HelloOf(Role::kRouter, "evil"), now_);
  EXPECT_THAT(router_.Told(), ElementsAre("refused evil role"));
  EXPECT_THAT(router_.out, IsEmpty());
  front_.Collect();
  front_.machine.OnHello("r", HelloOf(Role::kXmppFrontend, "evil"), now_);
  EXPECT_THAT(front_.Told(), ElementsAre("refused evil role"));
}

TEST_F(MembershipTest, T50_ARoleIsForTheWholeLifeOfALink) {
  Meet();
  router_.machine.OnHello("f", HelloOf(Role::kXmppFrontend, "sip-1"), now_);
  router_.machine.OnHello("f", HelloOf(Role::kXmppFrontend, "xmpp-1"), now_);
  EXPECT_THAT(router_.Told(), ElementsAre("refused sip-1 role"));
  EXPECT_EQ(router_.machine.RoleAt("f"), Role::kSipFrontend);
  EXPECT_EQ(router_.machine.InstanceAt("f"), "sip-1");
}

TEST_F(MembershipTest, T52_AnotherMajorVersionIsRefusedAndASmallerDifferenceIsNot) {
  router_.machine.OnHello("x", HelloOf(Role::kSipFrontend, "sip-2", "2.0.0"), now_);
  router_.machine.OnHello("y", HelloOf(Role::kSipFrontend, "sip-3", "10.2.3"), now_);
  router_.machine.OnHello("z", HelloOf(Role::kSipFrontend, "sip-4", "1.99"), now_);
  EXPECT_THAT(router_.Told(), ElementsAre("refused sip-2 version", "refused sip-3 version"));
  ASSERT_EQ(router_.out.size(), 1u);
  EXPECT_EQ(router_.out[0].link, "z");
}

TEST_F(MembershipTest, F21_ASecondOneOfTheSameNameIsRefusedWhileTheFirstLives) {
  Meet();
  router_.out.clear();
  router_.machine.OnHello("x", HelloOf(Role::kSipFrontend, "sip-1"), now_);
  EXPECT_THAT(router_.Told(), IsEmpty());  // perhaps the first one is gone: it is asked
  ASSERT_EQ(router_.out.size(), 1u);
  EXPECT_EQ(router_.out[0].link, "f");
  for (int i = 0; i < 3; ++i)
    router_.machine.OnHello("x", HelloOf(Role::kSipFrontend, "sip-1"), now_);
  EXPECT_THAT(router_.Told(), ElementsAre("refused sip-1 duplicate"));
  EXPECT_TRUE(router_.machine.IsUp("f"));
  router_.machine.OnLinkDown("f", now_);  // it was: the same process has a new connection
  router_.machine.OnHello("x", HelloOf(Role::kSipFrontend, "sip-1"), now_);
  EXPECT_EQ(router_.machine.InstanceAt("x"), "sip-1");
}

TEST_F(MembershipTest, F21_OnesOwnNameIsADuplicateToo) {
  router_.machine.OnHello("x", HelloOf(Role::kSipFrontend, "router-1"), now_);
  EXPECT_THAT(router_.Told(), ElementsAre("refused router-1 duplicate"));
}

TEST_F(MembershipTest, T52_AnOlderVersionIsBelievedAtItsFirstHello) {
  End router(Role::kRouter, "router-1");
  router.machine.OnHello("f", {Role::kSipFrontend, "old", "1.0"}, now_);
  EXPECT_THAT(router.Told(), ElementsAre("up old"));
  ASSERT_EQ(router.out.size(), 1u);  // it wants a Hello before it sends anything
  EXPECT_EQ(router.out[0].kind, Kind::kHello);
  for (Duration passed{0}; passed < 10s; passed += kBeatInterval) {
    router.machine.Advance(now_ += kBeatInterval, 0);
    router.machine.OnBeat("f", {3, false}, now_);
  }
  EXPECT_THAT(router.Told(), IsEmpty());
  router.machine.OnGoodbye("f");
  EXPECT_EQ(router.machine.Choose({Role::kSipFrontend, 1}), "");
}

}  // namespace
}  // namespace dragoman::routing
