// Which of a SIP watcher's dialogs an event concerns: they may share a Call-ID, and even both that
// and the watcher's tag, as two requests do that were sent without waiting for the first one's
// answer. Requirements §8.2; RFC 3261 §12.
#include "tests/core/presence/sip_watcher_fixture.h"

namespace dragoman::presence {
namespace {

using testing::ElementsAreArray;
using Tags = std::vector<std::string>;

enum class Happens { kDue, kNews, kNotifyRefused, kEnded };

struct Opened {
  std::string call_id;
  std::string local_tag;
  bool fetch;
  Duration expires;  // from now on
};

struct DialogsCase {
  std::string name;
  State state;
  std::vector<Opened> dialogs;
  Happens event;  // kNotifyRefused and kEnded: of the first dialog
  Tags told;      // the local tags of the NOTIFYs
  Tags stay;      // those of the watches
  State next;
};

class SipDialogsTest : public SipWatcherTest, public testing::WithParamInterface<DialogsCase> {
 protected:
  SipDialog First() const { return record_.watches.at(0).dialog; }
  Event Make(Happens event) {
    switch (event) {
      case Happens::kDue:
        return Due{};
      case Happens::kNews:
        return News(Online("balcony"));
      case Happens::kNotifyRefused: {
        Outcome refused;
        refused.reason = policy::Reason::kSipRefused;
        refused.sip_status = 481;
        return CommandDone{{First(), PresenceUpdate{}}, refused};
      }
      case Happens::kEnded: {
        Subscribe last;
        last.dialog = First();
        last.in_dialog = true;
        ++last.dialog->remote_cseq;
        last.expires = 0;
        return last;
      }
    }
    return Due{};
  }
};

TEST_P(SipDialogsTest, EVT10_AnEventConcernsItsDialogAlone) {
  const DialogsCase& row = GetParam();
  record_.state = row.state;
  for (const Opened& one : row.dialogs) {
    Watch& watch = record_.watches.emplace_back();
    watch.dialog = *FromEndpoint(one.call_id).dialog;
    watch.dialog.local_tag = one.local_tag;
    watch.fetch = one.fetch;
    watch.expires = kNow + one.expires;
  }
  const Step step = Do(Make(row.event));
  Tags told, stay;
  for (const SipCommand& notify : Commands<PresenceUpdate>(step))
    told.push_back(notify.dialog.local_tag);
  for (const Watch& watch : record_.watches) stay.push_back(watch.dialog.local_tag);
  EXPECT_THAT(told, ElementsAreArray(row.told));
  EXPECT_THAT(stay, ElementsAreArray(row.stay));
  EXPECT_EQ(record_.state, row.next);
}

const DialogsCase kRows[] = {
    {"TwoFetchesThatTimeOut",
     State::kNone,
     {{"a", "1", true, 0s}, {"a", "2", true, 0s}},
     Happens::kDue,
     {"2", "1"},
     {},
     State::kNone},
    {"TwoFetchesThatAreAnswered",
     State::kNone,
     {{"a", "1", true, 3s}, {"a", "2", true, 3s}},
     Happens::kNews,
     {"2", "1"},
     {},
     State::kNone},
    {"ThreeOfWhichTheMiddleOneTimesOut",
     State::kActive,
     {{"a", "1", false, 1h}, {"a", "2", false, 0s}, {"a", "3", false, 1h}},
     Happens::kDue,
     {"2"},
     {"1", "3"},
     State::kActive},
    {"AllOfThreeTimeOut",
     State::kActive,
     {{"a", "1", false, 0s}, {"a", "2", false, 0s}, {"a", "3", false, 0s}},
     Happens::kDue,
     {"3", "2", "1"},
     {},
     State::kSuspended},
    {"TheFetchTimesOutAndTheDialogStays",
     State::kActive,
     {{"a", "1", false, 1h}, {"a", "2", true, 0s}},
     Happens::kDue,
     {"2"},
     {"1"},
     State::kActive},
    {"TheFetchIsAnsweredAndTheDialogStays",
     State::kActive,
     {{"a", "1", true, 3s}, {"a", "2", false, 1h}},
     Happens::kNews,
     {"1", "2"},
     {"2"},
     State::kActive},
    {"ANotifyFindsNobody",
     State::kActive,
     {{"a", "1", false, 1h}, {"a", "2", false, 1h}},
     Happens::kNotifyRefused,
     {},
     {"2"},
     State::kActive},
    {"TheOnlyNotifyFindsNobody",
     State::kActive,
     {{"a", "1", false, 1h}},
     Happens::kNotifyRefused,
     {},
     {},
     State::kSuspended},
    {"OneIsEnded",
     State::kActive,
     {{"a", "1", false, 1h}, {"a", "2", false, 1h}},
     Happens::kEnded,
     {"1"},
     {"2"},
     State::kActive},
    {"OneIsEndedBeforeTheDecision",
     State::kPending,
     {{"a", "1", false, 1h}, {"a", "2", false, 1h}},
     Happens::kEnded,
     {"1"},
     {"2"},
     State::kPending},
    {"OneOfAnotherCallIsEnded",
     State::kActive,
     {{"a", "1", false, 1h}, {"b", "2", false, 1h}},
     Happens::kEnded,
     {"1"},
     {"2"},
     State::kActive},
};
INSTANTIATE_TEST_SUITE_P(Dialogs, SipDialogsTest, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

// As they come from the wire: the second SUBSCRIBE was sent before the answer to the first.
TEST_F(SipWatcherTest, EVT14_TwoFetchesWithOneCallIdAreTwoDialogs) {
  Subscribe second = FromEndpoint("a", 2, 0);
  second.dialog->local_tag = "ours too";
  Do(FromEndpoint("a", 1, 0));
  Do(second);
  ASSERT_EQ(record_.watches.size(), 2u);
  EXPECT_EQ(Commands<PresenceUpdate>(Do(Due{}, kNow + 3s)).size(), 2u);
  EXPECT_TRUE(record_.IsEmpty());
}

}  // namespace
}  // namespace dragoman::presence
