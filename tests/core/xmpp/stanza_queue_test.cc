#include "core/xmpp/stanza_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace dragoman::xmpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using By = StanzaQueue::By;

constexpr TimePoint t0{Duration(1'000'000)};
constexpr Duration kMoment{1};
constexpr Duration kChatLife{10'000}, kAnswerLife{300'000};

class StanzaQueueTest : public testing::Test {
 protected:
  // Chats have an owner, answers have none.
  void Chat(std::uint8_t number, TimePoint now = t0, Duration life = kChatLife) {
    queue.Push({std::to_string(number), StanzaOwner{number}, now + life, {}}, now);
  }
  void Answer(const std::string& text, TimePoint now = t0, Duration life = kAnswerLife) {
    queue.Push({text, std::nullopt, now + life, {}}, now);
  }
  // What may be written now, "again" marked with a star; it is in flight from here on.
  std::vector<std::string> Write(TimePoint now = t0) {
    std::vector<std::string> texts;
    while (auto stanza = queue.Take(now)) {
      texts.push_back(stanza->text + (stanza->again ? "*" : ""));
      written += stanza->text.size();
      queue.OnWritten(*std::move(stanza), written, now);
    }
    return texts;
  }
  std::vector<std::string> InFlight() const {
    std::vector<std::string> texts;
    for (const QueuedStanza& stanza : queue.in_flight()) texts.push_back(stanza.text);
    return texts;
  }
  std::vector<std::string> Ended() {
    std::vector<std::string> lines;
    while (const auto ended = queue.Poll()) {
      const std::string who = ended->owner ? std::to_string((*ended->owner)[0]) : "answer";
      lines.push_back(who + " " + std::string(Name(ended->end)));
    }
    return lines;
  }
  StanzaQueue queue;
  std::uint64_t written = 0;
};

TEST_F(StanzaQueueTest, SM6_KeepsTheOrderAndTellsOfEachOnceThePartnerHasIt) {
  Chat(1);
  Answer("a");
  Chat(2);
  queue.OnReady(By::kServer, t0);
  EXPECT_THAT(Write(), ElementsAre("1", "a", "2"));
  EXPECT_THAT(Ended(), IsEmpty());
  EXPECT_TRUE(queue.OnHandled(1, t0));
  EXPECT_THAT(Ended(), ElementsAre("1 arrived"));
  EXPECT_THAT(InFlight(), ElementsAre("a", "2"));
  EXPECT_TRUE(queue.OnHandled(3, t0));
  EXPECT_THAT(Ended(), ElementsAre("2 arrived"));  // nobody waits for the answer
  EXPECT_TRUE(queue.idle());
  EXPECT_EQ(queue.Deadline(), TimePoint::max());
}

TEST_F(StanzaQueueTest, WithoutAcknowledgementsThePartnersTcpCounts) {
  Chat(10);
  Chat(11);
  queue.OnReady(By::kTcp, t0);
  Write();
  queue.OnArrived(3, t0);
  EXPECT_THAT(Ended(), ElementsAre("10 arrived"));
  queue.OnArrived(4, t0);
  EXPECT_THAT(Ended(), ElementsAre("11 arrived"));
}

TEST_F(StanzaQueueTest, SM6_WhereTheServerCountsItsTcpDoesNot) {
  Chat(1);
  queue.OnReady(By::kServer, t0);
  Write();
  queue.OnArrived(100, t0);
  EXPECT_THAT(Ended(), IsEmpty());
}

TEST_F(StanzaQueueTest, SM4_TheCountWraps) {
  for (std::uint8_t number = 1; number <= 4; ++number) Chat(number);
  queue.OnReady(By::kServer, t0, 0xfffffffe);
  Write();
  EXPECT_TRUE(queue.OnHandled(0xffffffff, t0));
  EXPECT_THAT(Ended(), ElementsAre("1 arrived"));
  EXPECT_TRUE(queue.OnHandled(1, t0));
  EXPECT_THAT(Ended(), ElementsAre("2 arrived", "3 arrived"));
  EXPECT_TRUE(queue.OnHandled(1, t0));  // nothing new
  EXPECT_THAT(Ended(), IsEmpty());
  EXPECT_THAT(InFlight(), ElementsAre("4"));
}

TEST_F(StanzaQueueTest, SM5_ACountOfWhatWasNeverSentTakesNothing) {
  Chat(1);
  queue.OnReady(By::kServer, t0);
  Write();
  EXPECT_FALSE(queue.OnHandled(2, t0));
  EXPECT_FALSE(queue.OnHandled(0xffffffff, t0));  // nor one that goes back
  EXPECT_THAT(Ended(), IsEmpty());
  EXPECT_THAT(InFlight(), ElementsAre("1"));
  EXPECT_TRUE(queue.OnHandled(1, t0));
}

TEST_F(StanzaQueueTest, OnlySoManyAreInFlight) {
  queue.OnReady(By::kServer, t0);
  for (std::size_t n = 0; n <= kInFlightMax; ++n) Answer(std::to_string(n));
  EXPECT_EQ(Write().size(), kInFlightMax);
  EXPECT_THAT(Write(), IsEmpty());
  EXPECT_TRUE(queue.OnHandled(1, t0));
  EXPECT_THAT(Write(), ElementsAre(std::to_string(kInFlightMax)));
}

TEST_F(StanzaQueueTest, L7_OnlySoManyBytesWaitAndWhatIsRefusedIsTold) {
  Answer(std::string(kQueueBytesMax - 1, 'x'));
  Chat(1);  // the last byte
  EXPECT_THAT(Ended(), IsEmpty());
  Chat(2);
  Answer("a");
  EXPECT_THAT(Ended(), ElementsAre("2 full", "answer full"));
  queue.OnReady(By::kServer, t0);
  Write();  // what is in flight counts too
  Chat(3);
  EXPECT_THAT(Ended(), ElementsAre("3 full"));
  EXPECT_TRUE(queue.OnHandled(1, t0));
  Chat(4);
  EXPECT_THAT(Ended(), IsEmpty());
}

TEST_F(StanzaQueueTest, EveryWayOutGivesItsBytesBack) {
  const std::vector<std::function<void()>> kWays = {
      [&] { queue.Withdraw(StanzaOwner{1}); },
      [&] { queue.Advance(t0 + kChatLife); },
      [&] { queue.Fail(t0); },
      [&] { queue.Abandon(); },
      [&] {  // let go when it was to be written
        queue.OnReady(By::kServer, t0);
        queue.Take(t0);
      },
      [&] {  // found too late then
        queue.OnReady(By::kServer, t0);
        queue.Take(t0 + kChatLife);
      },
      [&] {
        queue.OnReady(By::kTcp, t0);
        Write();
        queue.OnArrived(written, t0);
      },
      [&] {
        queue.OnReady(By::kServer, t0);
        Write();
        queue.OnLost();
        queue.Fail(t0);
      },
      [&] {
        queue.OnReady(By::kServer, t0);
        Write();
        queue.SendAgain(t0);
        queue.OnReady(By::kServer, t0);
        Write();
        queue.SendAgain(t0);
      },
  };
  for (std::size_t way = 0; way < kWays.size(); ++way) {
    SCOPED_TRACE(way);
    queue = {};
    queue.Push({std::string(kQueueBytesMax, 'x'), StanzaOwner{1}, t0 + kChatLife, {}}, t0);
    kWays[way]();
    EXPECT_TRUE(queue.idle());
    Ended();
    queue.Push({std::string(kQueueBytesMax, 'x'), StanzaOwner{2}, t0 + kChatLife, {}}, t0);
    EXPECT_THAT(Ended(), IsEmpty());
  }
}

TEST_F(StanzaQueueTest, WhatIsTooLateIsTakenWhereverItStands) {
  Answer("a");
  Chat(1);
  EXPECT_EQ(queue.Deadline(), t0 + kChatLife);
  queue.Advance(t0 + kChatLife - kMoment);
  EXPECT_THAT(Ended(), IsEmpty());
  queue.Advance(t0 + kChatLife);
  EXPECT_THAT(Ended(), ElementsAre("1 late"));
  EXPECT_EQ(queue.Deadline(), t0 + kAnswerLife);
  queue.Advance(t0 + kAnswerLife);
  EXPECT_THAT(Ended(), ElementsAre("answer late"));
  EXPECT_EQ(queue.Deadline(), TimePoint::max());
}

TEST_F(StanzaQueueTest, WhatIsTooLateIsNotWritten) {
  Chat(1);
  Answer("a");
  queue.OnReady(By::kServer, t0);
  EXPECT_THAT(Write(t0 + kChatLife), ElementsAre("a"));
  EXPECT_THAT(Ended(), ElementsAre("1 late"));
}

// A chat behind an answer, which lives longer, and a partner that acknowledges neither.
TEST_F(StanzaQueueTest, SM6_WhoWaitsForWhatIsNotAcknowledgedHearsOnce) {
  queue.OnReady(By::kServer, t0);
  Answer("a");
  Chat(1);
  Write();
  EXPECT_EQ(queue.Deadline(), t0 + kChatLife);
  queue.Advance(t0 + kChatLife);
  EXPECT_THAT(Ended(), ElementsAre("1 unacknowledged"));
  EXPECT_EQ(queue.Deadline(), TimePoint::max());    // nothing more is due, not even at once
  EXPECT_TRUE(queue.OnHandled(2, t0 + kChatLife));  // it was kept for the count
  EXPECT_THAT(Ended(), IsEmpty());
  EXPECT_TRUE(queue.idle());
}

TEST_F(StanzaQueueTest, AfterAdvanceTheDeadlineIsAhead) {
  queue.OnReady(By::kServer, t0);
  Answer("in flight");
  Chat(1);
  Write();
  Answer("waits", t0, kAnswerLife);
  Chat(2, t0, 3 * kStallMax);
  for (TimePoint now = t0; queue.Deadline() != TimePoint::max();) {
    now = queue.Deadline();
    queue.Advance(now);
    ASSERT_GT(queue.Deadline(), now);
  }
  EXPECT_THAT(Ended(), ElementsAre("2 late", "1 unacknowledged", "answer late"));
}

TEST_F(StanzaQueueTest, WithLessInFlightThePartnerMayTakeItsTime) {
  queue.OnReady(By::kServer, t0);
  for (std::size_t n = 1; n < kInFlightMax; ++n) Chat(1);
  Write();
  EXPECT_FALSE(queue.stalled(t0 + 9 * kStallMax));
  Chat(2, t0 + 9 * kStallMax);
  EXPECT_THAT(Ended(), IsEmpty());
  Write(t0 + 9 * kStallMax);
  EXPECT_TRUE(queue.stalled(t0 + 9 * kStallMax));
}

TEST_F(StanzaQueueTest, AStalledPartnerGetsAnswersAndNothingElse) {
  queue.OnReady(By::kServer, t0);
  for (std::size_t n = 0; n < kInFlightMax; ++n) Answer("a");
  Write();
  Answer("first");
  Chat(1);
  EXPECT_EQ(queue.Deadline(), t0 + kStallMax);
  queue.Advance(t0 + kStallMax - kMoment);
  EXPECT_FALSE(queue.stalled(t0 + kStallMax - kMoment));
  EXPECT_THAT(Ended(), IsEmpty());
  EXPECT_TRUE(queue.stalled(t0 + kStallMax));
  queue.Advance(t0 + kStallMax);
  EXPECT_THAT(Ended(), ElementsAre("1 full"));
  Chat(2, t0 + kStallMax);
  EXPECT_THAT(Ended(), ElementsAre("2 full"));
  Answer("second", t0 + kStallMax);
  EXPECT_THAT(Ended(), IsEmpty());
  EXPECT_EQ(queue.Deadline(), t0 + kAnswerLife);
  EXPECT_TRUE(queue.OnHandled(kInFlightMax, t0 + 2 * kStallMax));
  EXPECT_FALSE(queue.stalled(t0 + 9 * kStallMax));
  EXPECT_THAT(Write(t0 + 2 * kStallMax), ElementsAre("first", "second"));
}

TEST_F(StanzaQueueTest, ProgressPutsTheStallOff) {
  queue.OnReady(By::kServer, t0);
  for (std::size_t n = 0; n <= kInFlightMax; ++n) Chat(1);
  Write();
  EXPECT_TRUE(queue.OnHandled(1, t0 + kStallMax));
  Write(t0 + kStallMax);
  EXPECT_FALSE(queue.stalled(t0 + 2 * kStallMax - kMoment));
  EXPECT_TRUE(queue.stalled(t0 + 2 * kStallMax));
  queue.OnLost();  // no stream, no stall
  EXPECT_FALSE(queue.stalled(t0 + 2 * kStallMax));
  EXPECT_TRUE(queue.OnResumed(1, t0 + 2 * kStallMax));
  EXPECT_FALSE(queue.stalled(t0 + 3 * kStallMax - kMoment));
}

TEST_F(StanzaQueueTest, SM6_WhatALostStreamHadInFlightGoesOnceMoreAndFirst) {
  queue.OnReady(By::kServer, t0);
  Chat(1);
  Answer("a");
  Chat(2);
  Write();
  EXPECT_TRUE(queue.OnHandled(1, t0));
  Chat(3);
  Ended();
  queue.OnLost();
  queue.OnReady(By::kServer, t0);
  EXPECT_THAT(Write(), ElementsAre("a*", "2*", "3"));
  EXPECT_TRUE(queue.OnHandled(1, t0));  // the new stream counts from 0
  queue.OnLost();
  queue.OnReady(By::kServer, t0);
  EXPECT_THAT(Ended(), ElementsAre("2 lost"));  // it went twice
  EXPECT_THAT(Write(), ElementsAre("3*"));
}

TEST_F(StanzaQueueTest, SM6_AnAnswerThatWasLostTwiceIsTold) {
  Answer("a");
  for (int n = 0; n < 2; ++n) {
    queue.OnReady(By::kServer, t0);
    Write();
    queue.OnLost();
  }
  queue.SendAgain(t0);
  EXPECT_THAT(Ended(), ElementsAre("answer lost"));
}

TEST_F(StanzaQueueTest, SM6_WhatIsLateWhenItsStreamIsLostDoesNotGoAgain) {
  queue.OnReady(By::kServer, t0);
  Chat(1);
  Chat(2, t0, kChatLife + kMoment);
  Write();
  queue.OnLost();
  queue.OnReady(By::kServer, t0 + kChatLife);
  EXPECT_THAT(Ended(), ElementsAre("1 lost"));
  EXPECT_THAT(Write(t0 + kChatLife), ElementsAre("2*"));
}

TEST_F(StanzaQueueTest, SM6_AResumedStreamGoesOnAsItWas) {
  queue.OnReady(By::kServer, t0);
  Chat(1);
  Chat(2);
  Chat(3);
  Write();
  EXPECT_TRUE(queue.OnHandled(1, t0));
  queue.OnLost();
  Ended();
  EXPECT_TRUE(queue.OnResumed(2, t0));
  EXPECT_THAT(Ended(), ElementsAre("2 arrived"));
  EXPECT_THAT(InFlight(), ElementsAre("3"));
  EXPECT_FALSE(queue.in_flight().front().again);
  EXPECT_THAT(Write(), IsEmpty());
  EXPECT_TRUE(queue.OnHandled(3, t0));
  queue.OnLost();
  EXPECT_FALSE(queue.OnResumed(4, t0));
}

TEST_F(StanzaQueueTest, FailuresRefuseAllButAnswers) {
  queue.OnReady(By::kServer, t0);
  Chat(1);
  Answer("a");
  Write();
  queue.OnLost();  // it might be taken up again
  Chat(2);
  Answer("b");
  queue.Fail(t0);
  EXPECT_THAT(Ended(), ElementsAre("1 lost", "2 refused"));
  EXPECT_FALSE(queue.awaited());
  EXPECT_EQ(queue.Deadline(), t0 + kChatLife);  // a first look, too early
  queue.Advance(t0 + kChatLife);
  EXPECT_EQ(queue.Deadline(), t0 + kAnswerLife);
  queue.Fail(t0);
  EXPECT_THAT(Ended(), IsEmpty());
  queue.OnReady(By::kServer, t0);
  EXPECT_THAT(Write(), ElementsAre("a*", "b"));
}

TEST_F(StanzaQueueTest, AbandonedIsAllOfIt) {
  queue.OnReady(By::kServer, t0);
  Chat(1);
  Answer("a");
  Write();
  Chat(2);
  Answer("b");
  EXPECT_TRUE(queue.awaited());
  queue.Abandon();
  EXPECT_THAT(Ended(), ElementsAre("1 lost", "answer lost", "2 refused", "answer refused"));
  EXPECT_TRUE(queue.idle());
}

TEST_F(StanzaQueueTest, WhatIsWithdrawnIsForgottenUnlessItIsWritten) {
  queue.OnReady(By::kServer, t0);
  Chat(1);
  Write();
  Chat(1);
  Chat(2);
  queue.Withdraw(StanzaOwner{1});
  EXPECT_THAT(Write(), ElementsAre("2"));
  EXPECT_THAT(InFlight(), ElementsAre("1", "2"));
  EXPECT_THAT(Ended(), IsEmpty());
}

}  // namespace
}  // namespace dragoman::xmpp
