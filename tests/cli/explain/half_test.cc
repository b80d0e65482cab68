// Every state of requirements §8.1, where an XMPP user looks, and what is the same in both.
#include <gmock/gmock.h>

#include "tests/cli/explain/half_cases.h"

namespace dragoman::explain {
namespace {

using envelope::Side;
using policy::Reason;
using testing::HasSubstr;

// The XMPP user juliet watches romeo (§8.1).
const HalfCase kFromXmpp[] = {
    {"N",
     Side::kXmpp,
     std::nullopt,
     Answer::kNo,
     Waits::kWatcher,
     "there is no subscription: juliet never asked, was refused, or ended it",
     {"subscription info"}},
    {"N, kept",
     Side::kXmpp,
     Without(In("none")),
     Answer::kNo,
     Waits::kWatcher,
     "there is no subscription: juliet never asked, was refused, or ended it",
     {"subscription info"}},
    {"N, polled",
     Side::kXmpp,
     In("none"),
     Answer::kNo,
     Waits::kWatcher,
     "juliet's client asked once, and there is no subscription",
     {"subscription info"}},
    {"R",
     Side::kXmpp,
     With(In("requested"), [](auto& one) { one.asked = kNow - 5s; }),
     Answer::kNo,
     Waits::kNetwork,
     "the SIP side has not answered (asked 5 s ago)",
     {"subscription info"}},
    {"R for long",
     Side::kXmpp,
     In("requested"),
     Answer::kNo,
     Waits::kNetwork,
     "the SIP side has not answered (asked 3 h ago)",
     {"subscription error"}},
    {"R, tried again",
     Side::kXmpp,
     With(In("requested"), FailedOften),
     Answer::kNo,
     Waits::kNetwork,
     "the SIP side has not answered (asked 3 h ago, failed 3 times in a row, next try in 10 min)",
     {"subscription error"}},
    {"R, failed once, retry not told",
     Side::kXmpp,
     With(In("requested"),
          [](auto& one) {
            one.failures = 1;
            one.asked = one.next = {};
          }),
     Answer::kNo,
     Waits::kNetwork,
     "the SIP side has not answered (asked, failed once)",
     {"subscription error"}},
    {"P",
     Side::kXmpp,
     In("pending"),
     Answer::kNo,
     Waits::kPresentity,
     "romeo has not approved yet (asked 3 h ago)",
     {"subscription warning", "dialog ok"}},
    {"A",
     Side::kXmpp,
     Live(),
     Answer::kYes,
     Waits::kNobody,
     "away, as heard 5 min ago",
     {"subscription ok", "dialog ok", "document ok"}},
    {"A, offline",
     Side::kXmpp,
     With(Live(), [](auto& one) { one.resources.clear(); }),
     Answer::kYes,
     Waits::kNobody,
     "offline, as heard 5 min ago",
     {"subscription ok", "dialog ok", "document ok"}},
    {"A, nothing heard",
     Side::kXmpp,
     With(Live(),
          [](auto& one) {
            one.resources.clear();
            one.heard = {};
          }),
     Answer::kDoubtful,
     Waits::kNetwork,
     "romeo's side has not said yet how romeo is",
     {"subscription ok", "dialog ok", "document warning"}},
    {"A, refresh fails",
     Side::kXmpp,
     With(Live(), FailedOften),
     Answer::kYes,
     Waits::kNobody,
     "away, as heard 5 min ago",
     {"subscription ok", "dialog ok", "document warning"}},
    {"A, nobody vouches",
     Side::kXmpp,
     With(Live(), [](auto& one) { one.valid_until = kNow - 1min; }),
     Answer::kYes,
     Waits::kNobody,
     "away, as heard 5 min ago",
     {"subscription ok", "dialog ok", "document warning"}},
    {"A, dialog ran out",
     Side::kXmpp,
     With(Live(), [](auto& one) { one.dialogs[0].expires = kNow - 1min; }),
     Answer::kOld,
     Waits::kNetwork,
     "away, as heard 5 min ago; the dialog has ended since",
     {"subscription ok", "dialog warning", "document ok"}},
    {"A, dialog not answered",
     Side::kXmpp,
     With(Live(), [](auto& one) { one.dialogs[0].established = false; }),
     Answer::kOld,
     Waits::kNetwork,
     "away, as heard 5 min ago; the dialog has ended since",
     {"subscription ok", "dialog warning", "document ok"}},
    {"A, no dialog",
     Side::kXmpp,
     Without(Live()),
     Answer::kOld,
     Waits::kNetwork,
     "away, as heard 5 min ago; the dialog has ended since",
     {"subscription ok", "dialog warning", "document ok"}},
    {"S, idle",
     Side::kXmpp,
     With(Without(In("suspended")), [](auto& one) { one.next = {}; }),
     Answer::kNo,
     Waits::kWatcher,
     "juliet signed out, or gave no sign of life for long; it begins again when juliet signs in",
     {"subscription info"}},
    {"S, waits",
     Side::kXmpp,
     With(In("suspended"), FailedOften),
     Answer::kNo,
     Waits::kNetwork,
     "approved, but the SIP side has taken no new subscription since the last one ended, failed 3 "
     "times in a row, next try in 10 min",
     {"subscription error"}},
    {"S, just ended",
     Side::kXmpp,
     With(In("suspended"), [](auto& one) { one.next = kNow + 20s; }),
     Answer::kNo,
     Waits::kNetwork,
     "approved, but the last subscription ended, and the SIP side has not answered the new one "
     "yet, next try in 20 s",
     {"subscription warning"}},
    {"S, just ended, and still shown",
     Side::kXmpp,
     With(Live(), [](auto& one) { one.state = "suspended"; }),
     Answer::kOld,
     Waits::kNetwork,
     "away, as heard 5 min ago; approved, but the last subscription ended, and the SIP side has "
     "not answered the new one yet, next try in 6 h",
     {"subscription warning"}},
    {"S, probation",
     Side::kXmpp,
     With(Without(In("suspended")), [](auto& one) { one.next = kNow + 10min; }),
     Answer::kNo,
     Waits::kNetwork,
     "approved, but the SIP side ended the subscription and wants to be asked again later, next "
     "try in 10 min",
     {"subscription warning"}},
    {"S, invariant",
     Side::kXmpp,
     With(Without(Live()),
          [](auto& one) {
            one.state = "suspended";
            one.next = one.valid_until = {};
          }),
     Answer::kYes,
     Waits::kNobody,
     "away, and the SIP side said that it never changes",
     {"subscription ok", "document ok"}},
    {"A, and no router has looked in time",
     Side::kXmpp,
     With(Live(), [](auto& one) { one.next = kNow - 1min; }),
     Answer::kYes,
     Waits::kNobody,
     "away, as heard 5 min ago",
     {"subscription ok", "dialog ok", "document ok", "due warning"}},
    {"A, a look is due within the minute",
     Side::kXmpp,
     With(Live(), [](auto& one) { one.next = kNow - 59s; }),
     Answer::kYes,
     Waits::kNobody,
     "away, as heard 5 min ago",
     {"subscription ok", "dialog ok", "document ok"}},
    {"a newer router's",
     Side::kXmpp,
     In("enchanted"),
     Answer::kDoubtful,
     Waits::kNobody,
     "the router tells a state that is not known here",
     {"subscription error"}},
};

TEST(HalfTest, SUB1_EachStateOfAnXmppWatcherSaysWhoseMoveItIs) {
  for (const HalfCase& one : kFromXmpp) Check(one);
}

TEST(HalfTest, WhatTheNetworkHoldsUpHasTheReasonThatItsEndWillHave) {
  for (const char* state : {"requested", "suspended"}) {
    const Half half = Judge(Side::kXmpp, With(In(state), FailedOften));
    EXPECT_EQ(half.findings.at(0).reason, Reason::kRemoteServerTimeout) << state;
  }
  EXPECT_EQ(Judge(Side::kXmpp, In("pending")).findings.at(0).reason, Reason::kNone);
}

TEST(HalfTest, L22_ALimitThatIsReachedIsWhyThereIsNoSubscription) {
  const HalfFacts full{.watcher = "juliet@a.example",
                       .presentity = "romeo@b.example",
                       .record = {},
                       .now = kNow,
                       .room = pages::Room{.watches = 1000, .watches_max = 1000}};
  const Half half = JudgeHalf(full, {"juliet", "romeo"});
  EXPECT_EQ(half.clause,
            "there is no subscription, and none is taken: subscriptions of juliet@a.example: 1000, "
            "as many as presence.limits.per_user allows");
  EXPECT_EQ(half.findings.at(0).reason, Reason::kTooManySubscriptions);
  HalfFacts watching = full;  // it has its place already
  watching.record = Live();
  EXPECT_EQ(JudgeHalf(watching, {"juliet", "romeo"}).answer, Answer::kYes);
}

TEST(HalfTest, TheDialogAndTheDocumentHaveTheirTimes) {
  const check::Findings findings = Judge(Side::kXmpp, Live()).findings;
  EXPECT_THAT(check::Said(findings, "dialog"), HasSubstr("with edge:5061, runs out in 7 h"));
  EXPECT_THAT(check::Said(findings, "document"),
              HasSubstr("shows romeo@b.example away, heard 5 min ago, next look in 6 h"));
}

}  // namespace
}  // namespace dragoman::explain
