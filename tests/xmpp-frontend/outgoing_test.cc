#include "xmpp-frontend/outgoing.h"

#include <optional>
#include <string>

#include "tests/xmpp-frontend/partner.h"

namespace dragoman::xmpp_frontend {
namespace {

class OutgoingTest : public PartnerTest {
 protected:
  void Open() {
    stream.emplace(place, "sip.example", "xmpp.example", partner, Outgoing::Purpose{},
                   Outgoing::Events{[this](const auto&) { ready = true; },
                                    {},
                                    {},
                                    {},
                                    {},
                                    [this](const Ended& told) { ended = told; }});
  }
  bool ready = false;
  std::optional<Ended> ended;
  std::optional<Outgoing> stream;
};

TEST_F(OutgoingTest, ALostStreamIsNotReadyFromItsLossOn) {
  const struct {
    const char* how;
    std::function<void(Served&)> lose;
    std::function<void(Outgoing&)> use;
  } kRows[] = {
      {"written to", &Served::Close, [](Outgoing& one) { one.Write("<message/>"); }},
      {"asked", &Served::Close, [](Outgoing& one) { one.AskForAck(); }},
      {"finished", &Served::Close, [](Outgoing& one) { one.Finish(); }},
      {"refused", &Served::BreakOff,
       [](Outgoing& one) { one.Refuse(xmpp::StreamError::kConnectionTimeout, "deadline"); }},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.how);
    ready = false;
    ended.reset();
    served.clear();
    Open();
    ASSERT_TRUE(Until([&] { return ready; }));
    bool between = false;  // the connection is gone and `ended` has not come
    const Turns turns = EachTurn([&] {
      if (ended || !ready || stream->ready()) return;
      between = true;
      row.use(*stream);
    });
    row.lose(*served.back());
    ASSERT_TRUE(Until([&] { return ended.has_value(); }));
    EXPECT_TRUE(between);
    EXPECT_EQ(ended->reason, policy::Reason::kConnectionLost);
    EXPECT_FALSE(stream->ready());
  }
}

TEST_F(OutgoingTest, WhatIsFinishedBeforeItIsConnectedEndsAtOnce) {
  Open();
  stream->Finish();
  ASSERT_TRUE(Until([&] { return ended.has_value(); }));
  EXPECT_EQ(ended->reason, policy::Reason::kNone);
  EXPECT_FALSE(ready);
}

}  // namespace
}  // namespace dragoman::xmpp_frontend
