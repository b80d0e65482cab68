#include "xmpp-frontend/lane.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <string>

#include "tests/xmpp-frontend/partner.h"

namespace dragoman::xmpp_frontend {
namespace {

using policy::Reason;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string Message(const std::string& id) {
  return "<message id='" + id + "'><body>x</body></message>";
}

class LaneTest : public PartnerTest {
 protected:
  void Open() {
    lane.emplace(
        place, "sip.example", "xmpp.example", partner,
        Lane::Events{
            .settled =
                [this](const envelope::MessageId& id, Reason reason, const std::string&) {
                  settled.push_back(
                      std::to_string(id[0]) + " " +
                      (reason == Reason::kNone ? "arrived" : std::string(Name(reason))));
                },
            .event = [this](const char* event, const std::string&) { events.push_back(event); },
            .stanza = {},
            .may_begin = [](const envelope::MessageId&) { return true; },
            .loss = [this] { ++losses; },
            .answer_lost =
                [this](xmpp::StanzaEnd end) {
                  settled.push_back("answer " + std::string(xmpp::Name(end)));
                }});
  }
  // Chats have a number, answers have none.
  void Chat(std::uint8_t number, Duration life = Duration(10'000)) {
    envelope::MessageId id{};
    id[0] = number;
    lane->Send(Message(std::to_string(number)), id, loop.Now() + life);
  }
  void Answer(const std::string& name, Duration life = Duration(300'000)) {
    lane->Send(Message(name), std::nullopt, loop.Now() + life);
  }
  std::optional<Lane> lane;
  std::vector<std::string> settled;
  std::vector<std::string> events;
  int losses = 0;
};

TEST_F(LaneTest, SM6_WhatIsSentWhileAStreamIsBeingLostGoesOverTheNext) {
  for (const bool orderly : {true, false}) {
    served.clear();
    settled.clear();
    losses = 0;
    Open();
    Chat(1);
    ASSERT_TRUE(Until([&] { return settled.size() == 1; }));
    std::uint8_t number = 1;
    const Turns turns = EachTurn([&] {  // the stream is gone before it has told so
      if (number == 1 || losses > 0) return;
      Chat(++number);
    });
    Chat(++number);
    orderly ? served[0]->Close() : served[0]->BreakOff();
    ASSERT_TRUE(Until([&] { return losses > 0 && settled.size() == number; }));
    for (const std::string& one : settled) EXPECT_THAT(one, HasSubstr(" arrived"));
    ASSERT_GE(served.size(), 2u);
    EXPECT_THAT(served.back()->stanzas.back(),
                StartsWith("<message id='" + std::to_string(number) + "'"));
  }
}

TEST_F(LaneTest, SM6_AChatBehindAnAnswerHearsInItsTimeThatItIsNotAcknowledged) {
  acknowledges = false;
  Open();
  Answer("a");
  Chat(1, Duration(200));
  ASSERT_TRUE(Until([&] { return settled.size() == 1; }));
  EXPECT_THAT(settled, ElementsAre("1 remote-server-timeout"));
  served[0]->Acknowledge(2);
  ASSERT_TRUE(Until([&] { return lane->idle(); }));
  EXPECT_EQ(settled.size(), 1u);
}

TEST_F(LaneTest, AnAnswerOutlastsAPartnerThatStalls) {
  acknowledges = false;
  Open();
  for (std::size_t n = 0; n < xmpp::kInFlightMax; ++n) Answer("a");
  ASSERT_TRUE(Until([&] { return !served.empty() && served[0]->questions > 0; }));
  Answer("waits");
  Chat(1);
  ASSERT_TRUE(Until([&] { return !settled.empty(); }));
  Chat(2);
  Answer("late");
  EXPECT_THAT(settled, ElementsAre("1 overloaded", "2 overloaded"));
  served[0]->acknowledges = true;
  served[0]->Acknowledge(xmpp::kInFlightMax);
  ASSERT_TRUE(Until([&] { return lane->idle(); }));
  ASSERT_EQ(served[0]->stanzas.size(), xmpp::kInFlightMax + 2);
  EXPECT_EQ(served[0]->stanzas.back(), Message("late"));
  EXPECT_EQ(settled.size(), 2u);
}

TEST_F(LaneTest, SM6_AnAnswerInFlightOutlastsAStreamThatCannotBeTakenUpAgain) {
  manages = Manages::kForgets;
  acknowledges = false;
  Open();
  Answer("a");
  Chat(1);
  ASSERT_TRUE(Until([&] { return !served.empty() && served[0]->stanzas.size() == 2; }));
  const int port = listener->port();
  listener.reset();
  served[0]->BreakOff();
  ASSERT_TRUE(Until([&] { return !settled.empty(); }));
  EXPECT_THAT(settled, ElementsAre("1 connection-lost"));
  acknowledges = true;
  Listen(port);
  ASSERT_TRUE(Until([&] { return lane->idle(); }));
  EXPECT_THAT(served[1]->stanzas,
              ElementsAre(AllOf(HasSubstr("id='a'"), HasSubstr("urn:xmpp:delay"))));
  EXPECT_EQ(settled.size(), 1u);
}

TEST_F(LaneTest, SM6_WhatIsInFlightOnALostStreamGoesAgainWithItsTime) {
  manages = Manages::kForgets;
  acknowledges = false;
  Open();
  Chat(1);
  ASSERT_TRUE(Until([&] { return !served.empty() && !served[0]->stanzas.empty(); }));
  acknowledges = true;
  served[0]->BreakOff();
  ASSERT_TRUE(Until([&] { return !settled.empty(); }));
  EXPECT_THAT(settled, ElementsAre("1 arrived"));
  EXPECT_TRUE(served[1]->resumed);
  EXPECT_THAT(served[1]->stanzas, ElementsAre(HasSubstr("urn:xmpp:delay")));
}

TEST_F(LaneTest, SM6_AStreamThatIsTakenUpAgainIsAskedWhatArrived) {
  manages = Manages::kResumes;
  acknowledges = false;
  Open();
  Chat(1);
  ASSERT_TRUE(Until([&] { return !served.empty() && !served[0]->stanzas.empty(); }));
  acknowledges = true;  // when it is asked, and not before
  served[0]->BreakOff();
  ASSERT_TRUE(Until([&] { return !settled.empty(); }));
  EXPECT_THAT(settled, ElementsAre("1 arrived"));
  EXPECT_TRUE(served[1]->resumed);
  EXPECT_THAT(served[1]->stanzas, ElementsAre(Message("1")));
}

TEST_F(LaneTest, SM6_AStreamThatBreaksAgainAndAgainIsNotTakenUpForEver) {
  manages = Manages::kResumes;
  breaks = true;
  Open();
  Chat(1, Duration(300'000));
  ASSERT_TRUE(Until([&] { return !settled.empty(); }));
  EXPECT_THAT(settled, ElementsAre("1 connection-lost"));
  EXPECT_TRUE(Until([&] { return lane->idle(); }));
  EXPECT_LE(served.size(), 5u);
}

TEST_F(LaneTest, L7_AnAnswerThatFindsNoRoomIsTold) {
  Open();
  lane->Send(std::string(xmpp::kQueueBytesMax + 1, ' '), std::nullopt, loop.Now() + Duration(1));
  EXPECT_THAT(settled, ElementsAre("answer full"));
  EXPECT_TRUE(lane->spent());
}

TEST_F(LaneTest, WithoutAcknowledgementsThePartnersTcpTellsWhatArrived) {
  manages = Manages::kNot;
  Open();
  Chat(1);
  ASSERT_TRUE(Until([&] { return !settled.empty(); }));
  EXPECT_THAT(settled, ElementsAre("1 arrived"));
}

TEST_F(LaneTest, SM5_APartnerThatCountsTooMuchIsLetGo) {
  acknowledges = false;
  Open();
  Chat(1);
  ASSERT_TRUE(Until([&] { return !served.empty() && !served[0]->stanzas.empty(); }));
  served[0]->Acknowledge(2);
  EXPECT_TRUE(Until([&] {
    return served[0]->closed && std::count(events.begin(), events.end(), "stream failed") == 1;
  }));
}

// The limits that end an idle stream or ask it are over while it cannot end or be asked.
TEST_F(LaneTest, SleepsWhileNothingCanBeDone) {
  settings.xmpp.limits.idle = Duration(50);
  acknowledges = false;
  Open();
  Chat(1);
  ASSERT_TRUE(Until([&] { return !served.empty() && !served[0]->stanzas.empty(); }));
  int turns = 0;
  uv_check_t check;
  uv_check_init(loop.uv(), &check);
  check.data = &turns;
  uv_check_start(&check, [](uv_check_t* handle) { ++*static_cast<int*>(handle->data); });
  const TimePoint end = loop.Now() + Duration(300);
  runtime::Timer enough(loop, [this] { loop.Stop(); });
  enough.StartAt(end);
  loop.Run();
  uv_close(reinterpret_cast<uv_handle_t*>(&check), nullptr);
  EXPECT_LT(turns, 100);
  served[0]->Acknowledge(1);  // then it ends
  ASSERT_TRUE(Until([&] { return lane->closed(); }));
}

}  // namespace
}  // namespace dragoman::xmpp_frontend
