// The format that a SIP watcher takes its NOTIFYs in stays with its dialog.
#include <gtest/gtest.h>

#include "core/presence/machine.h"
#include "tests/core/counting_random.h"

namespace dragoman::presence {
namespace {

using envelope::PresenceFormat;

class FormatTest : public testing::Test {
 protected:
  FormatTest() {
    record_.watcher_side = envelope::Side::kSip;
    record_.state = State::kActive;
  }
  // The dialog of the NOTIFY that a SUBSCRIBE leads to.
  envelope::SipDialog Subscribe(PresenceFormat format, bool benotify, std::uint32_t cseq) {
    envelope::Subscribe subscribe;
    subscribe.dialog.emplace();
    subscribe.dialog->call_id = "a";
    subscribe.dialog->local_tag = "ours";
    subscribe.dialog->remote_tag = "theirs";
    subscribe.dialog->remote_cseq = cseq;
    subscribe.dialog->format = format;
    subscribe.dialog->benotify = benotify;
    Step step = Advance(record_, subscribe, {WallTime(Duration(1'000)), random_, Duration(1'000)});
    record_ = step.record;
    for (const envelope::Effect& effect : step.effects) {
      if (const auto* sent = std::get_if<envelope::ToSip>(&effect)) return sent->command.dialog;
    }
    ADD_FAILURE() << "no NOTIFY";
    return {};
  }
  CountingRandom random_;
  Record record_;
};

TEST_F(FormatTest, EVT8_ARefreshMayChangeIt) {
  const auto first = Subscribe(PresenceFormat::kMsrtc, true, 1);
  EXPECT_EQ(first.format, PresenceFormat::kMsrtc);
  EXPECT_TRUE(first.benotify);
  EXPECT_EQ(record_.watches.at(0).dialog.format, PresenceFormat::kMsrtc);
  const auto second = Subscribe(PresenceFormat::kPidf, false, 2);
  EXPECT_EQ(second.format, PresenceFormat::kPidf);
  EXPECT_FALSE(second.benotify);
  EXPECT_EQ(record_.watches.at(0).dialog.format, PresenceFormat::kPidf);
}

}  // namespace
}  // namespace dragoman::presence
