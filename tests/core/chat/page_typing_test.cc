#include "core/chat/page_typing.h"

#include <gtest/gtest.h>

#include <string>

namespace dragoman::chat {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{Duration(1000)};

Pair Of(const std::string& name = "romeo") {
  return {{name, "montague.example", {}}, {"juliet", "capulet.example", {}}};
}

TEST(PageTypingTest, COMP6_OnlyWhoHasWrittenIsToldAndNeverAfterARefusal) {
  PageTyping typing;
  EXPECT_FALSE(typing.MayTell(Of()));
  typing.OnText(Of());
  EXPECT_TRUE(typing.MayTell(Of()));
  EXPECT_FALSE(typing.MayTell(Of("benvolio")));
  typing.OnRefused(Of());
  typing.OnText(Of());
  EXPECT_FALSE(typing.MayTell(Of()));
}

TEST(PageTypingTest, COMP3_ARepetitionIsNoNews) {
  PageTyping typing;
  EXPECT_TRUE(typing.OnState(Of(), true, 0, t0));
  EXPECT_FALSE(typing.OnState(Of(), true, 0, t0 + 60s));
  EXPECT_TRUE(typing.OnState(Of(), false, 0, t0 + 61s));
  EXPECT_FALSE(typing.OnState(Of(), false, 0, t0 + 62s));
  EXPECT_TRUE(typing.OnState(Of(), true, 0, t0 + 63s));
  typing.OnText(Of());  // what was typed is here (COMP-2)
  EXPECT_FALSE(typing.OnState(Of(), false, 0, t0 + 64s));
}

TEST(PageTypingTest, COMP4_WhoeverIsSilentStoppedOnce) {
  for (const std::uint32_t refresh : {0u, 90u}) {
    PageTyping typing;
    typing.OnState(Of(), true, refresh, t0);
    typing.OnState(Of(), true, refresh, t0 + 10s);
    const TimePoint end = t0 + 10s + (refresh == 0 ? kComposingMax : Duration(90s));
    typing.Advance(end - 1ms);
    EXPECT_EQ(typing.Poll(), std::nullopt) << refresh;
    EXPECT_EQ(typing.Deadline(), end);
    typing.Advance(end);
    EXPECT_EQ(typing.Poll(), Of());
    EXPECT_EQ(typing.Poll(), std::nullopt);
    EXPECT_EQ(typing.Deadline(), TimePoint::max());
    EXPECT_TRUE(typing.OnState(Of(), true, 0, end));
  }
}

TEST(PageTypingTest, COMP4_ARefreshWithoutEndIsNotBelievedAndHasOneDeadline) {
  PageTyping typing;
  TimePoint now = t0;
  for (int i = 0; i < 10'000; ++i, now += 1ms) typing.OnState(Of(), true, UINT32_MAX, now);
  EXPECT_EQ(typing.size(), 1u);
  EXPECT_EQ(typing.Deadline(), now - 1ms + kRefreshMax);  // the first one is the last one
  typing.Advance(typing.Deadline());
  EXPECT_EQ(typing.Poll(), Of());
  EXPECT_EQ(typing.Poll(), std::nullopt);
  EXPECT_EQ(typing.Deadline(), TimePoint::max());
}

TEST(PageTypingTest, WhoMakesRoomLeavesNoDeadline) {
  PageTyping typing;
  typing.OnState(Of(), true, 0, t0);
  for (std::size_t i = 0; i < kPageTypingMax; ++i) typing.OnText(Of(std::to_string(i)));
  EXPECT_EQ(typing.size(), kPageTypingMax);
  EXPECT_EQ(typing.Deadline(), TimePoint::max());
}

TEST(PageTypingTest, TheOldestPairMakesRoom) {
  PageTyping typing;
  typing.OnText(Of());
  typing.OnText(Of("benvolio"));
  typing.OnText(Of());
  for (std::size_t i = 2; i <= kPageTypingMax; ++i) typing.OnText(Of(std::to_string(i)));
  EXPECT_EQ(typing.size(), kPageTypingMax);
  EXPECT_TRUE(typing.MayTell(Of()));
  EXPECT_FALSE(typing.MayTell(Of("benvolio")));
}

}  // namespace
}  // namespace dragoman::chat
