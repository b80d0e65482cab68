#include "xmpp-frontend/lane.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "tests/xmpp-frontend/partner.h"

namespace dragoman::xmpp_frontend {
namespace {

using policy::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
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
            .loss = [this] { ++losses; }});
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

}  // namespace
}  // namespace dragoman::xmpp_frontend
