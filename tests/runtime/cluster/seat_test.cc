// A router and a front-end on one loop, over a real socket: what crosses, and what is counted.
#include "runtime/cluster/seat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace dragoman::runtime {
namespace {

using envelope::Kind;
using envelope::Outcome;
using envelope::Role;
using envelope::Side;
using policy::Reason;
using testing::HasSubstr;

class Nobody final : public Resolver {
 public:
  void Addresses(const std::string&, OnAddresses done) override { done(Fail(DnsError::kNotFound)); }
  void Srv(const std::string&, OnSrv done) override { done(Fail(DnsError::kNotFound)); }
};

struct Process {
  Process(Loop& loop, const policy::Settings& settings, Role role, const std::string& instance)
      : log(instance, LogFormat::kText),
        seat({loop, log, metrics, settings, {role, instance, "1.0"}},
             {[this](envelope::Message message) { delivered.push_back(std::move(message)); },
              [this](const envelope::MessageId&, Outcome outcome) {
                outcomes.push_back(std::move(outcome));
              },
              {},
              [this](const envelope::MessageId& id) { withdrawn.push_back(id); }}) {}
  std::string Counted() {
    seat.SetGauges();
    return metrics.Text();
  }
  Log log;
  Metrics metrics;
  std::vector<envelope::Message> delivered;
  std::vector<Outcome> outcomes;
  std::vector<envelope::MessageId> withdrawn;
  Seat seat;
};

class SeatTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "dragoman-seat-XXXXXX";
    folder_ = mkdtemp(name.data());
    settings_.bus.connect = settings_.bus.listen = {"ipc://" + folder_ + "/router-0"};
    router_ = std::make_unique<Process>(loop_, settings_, Role::kRouter, "router-1");
    front_ = std::make_unique<Process>(loop_, settings_, Role::kSipFrontend, "sip-1");
    ASSERT_TRUE(router_->seat.Bind(settings_.bus.listen[0]));
    front_->seat.Connect(nobody_);
    ASSERT_TRUE(Until([&] {
      return front_->seat.members(Role::kRouter) == 1 &&
             router_->seat.members(Role::kSipFrontend) == 1;
    }));
  }
  void TearDown() override {
    front_.reset();
    router_.reset();
    std::filesystem::remove_all(folder_);
  }
  bool Until(const std::function<bool()>& done) {
    const TimePoint give_up = loop_.Now() + Duration(10'000);
    Timer tick(loop_, [&] { loop_.Stop(); });
    while (!done() && loop_.Now() < give_up) {
      tick.StartAt(loop_.Now() + Duration(1));
      loop_.Run();
    }
    return done();
  }
  // A chat of the SIP side, under way at the router.
  envelope::Header Ask(std::uint8_t number) {
    envelope::Message message;
    message.header.id = {number};
    message.header.kind = Kind::kChat;
    message.header.budget_ms = 5'000;
    const std::size_t before = router_->delivered.size();
    front_->seat.Ask(std::move(message), {Role::kRouter, 1});
    EXPECT_TRUE(Until([&] { return router_->delivered.size() == before + 1; }));
    return router_->delivered.back().header;
  }

  std::string folder_;
  Loop loop_;
  Nobody nobody_;
  policy::Settings settings_;
  std::unique_ptr<Process> router_;
  std::unique_ptr<Process> front_;
};

TEST_F(SeatTest, TheLedgerClosesOnBothSides) {
  const auto first = Ask(1);
  Ask(2);
  Ask(3);
  router_->seat.Reply(first.id, {});
  router_->seat.Reply({2}, {.reason = Reason::kItemNotFound});
  ASSERT_TRUE(Until([&] { return front_->outcomes.size() == 2; }));
  for (Process* process : {front_.get(), router_.get()}) {
    const std::string text = process->Counted();
    const std::string chat = "{from=\"sip\",kind=\"chat\"";
    EXPECT_THAT(text, HasSubstr("dragoman_taken_total" + chat + "} 3"));
    EXPECT_THAT(text, HasSubstr("dragoman_delivered_total" + chat + "} 1"));
    EXPECT_THAT(text, HasSubstr("dragoman_refused_total" + chat + ",reason=\"item-not-found\"} 1"));
    EXPECT_THAT(text, HasSubstr("dragoman_in_flight" + chat + "} 1"));
  }
}

TEST_F(SeatTest, WhatIsRefusedAtTheGateIsTakenAndRefusedInOne) {
  front_->seat.RefuseAtGate(Side::kXmpp, Reason::kAddressMalformed);
  front_->seat.RefuseAtGate(Side::kXmpp, Reason::kUnsupportedMedia);
  const std::string text = front_->Counted();
  const std::string gate = "{from=\"xmpp\",kind=\"gate\"";
  EXPECT_THAT(text, HasSubstr("dragoman_taken_total" + gate + "} 2"));
  EXPECT_THAT(text,
              HasSubstr("dragoman_refused_total" + gate + ",reason=\"address-malformed\"} 1"));
  EXPECT_THAT(text,
              HasSubstr("dragoman_refused_total" + gate + ",reason=\"unsupported-media\"} 1"));
}

TEST_F(SeatTest, ARepeatedAnswerIsCountedOnce) {
  const auto header = Ask(1);
  router_->seat.Reply(header.id, {});
  router_->seat.Reply(header.id, {.reason = Reason::kInternal});
  ASSERT_TRUE(Until([&] { return front_->outcomes.size() == 1; }));
  EXPECT_THAT(router_->Counted(), testing::Not(HasSubstr("dragoman_refused_total{")));
}

TEST_F(SeatTest, WhatNobodyAnswersEndsWithItsTime) {
  envelope::Message message;
  message.header.id = {9};
  message.header.kind = Kind::kChat;
  message.header.budget_ms = 200;
  front_->seat.Ask(std::move(message), {Role::kRouter, 1});
  ASSERT_TRUE(Until([&] { return front_->outcomes.size() == 1; }));
  EXPECT_EQ(front_->outcomes[0].reason, Reason::kDeadline);
  ASSERT_TRUE(Until([&] { return router_->seat.idle(); }));
  EXPECT_THAT(router_->Counted(), HasSubstr("reason=\"deadline\"} 1"));
}

TEST_F(SeatTest, ARouterThatIsGoneIsLostAtOnceAndItsWorkGoesOnElsewhere) {
  Ask(1);
  router_.reset();
  ASSERT_TRUE(Until([&] { return front_->seat.members(Role::kRouter) == 0; }));
  EXPECT_THAT(front_->Counted(), HasSubstr("dragoman_bus_losses_total{how=\"closed\""));
  router_ = std::make_unique<Process>(loop_, settings_, Role::kRouter, "router-2");
  ASSERT_TRUE(router_->seat.Bind(settings_.bus.listen[0]));
  ASSERT_TRUE(Until([&] { return router_->delivered.size() == 1; }));
  EXPECT_EQ(router_->delivered[0].header.id, envelope::MessageId{1});
  EXPECT_EQ(router_->delivered[0].header.attempt, 1u);
}

TEST_F(SeatTest, T50_WhatARoleMayNotSayIsCountedAndRefused) {
  envelope::Message message;
  message.header.id = {7};
  message.header.kind = Kind::kProbe;  // an xmpp-frontend's word
  message.header.budget_ms = 5'000;
  front_->seat.Ask(std::move(message), {Role::kRouter, 1});
  ASSERT_TRUE(Until([&] { return front_->outcomes.size() == 1; }));
  EXPECT_EQ(front_->outcomes[0].reason, Reason::kUnsupported);
  EXPECT_TRUE(router_->delivered.empty());
  EXPECT_THAT(router_->Counted(), HasSubstr("dragoman_bus_refused_total{why=\"sender\"} 1"));
}

TEST_F(SeatTest, L26_WhatIsTooLargeForTheBusIsRefused) {
  envelope::Message message;
  message.header.id = {7};
  message.header.kind = Kind::kChat;
  message.header.budget_ms = 5'000;
  message.payload = std::string(kBusFrameBytesMax + 1, 'x');
  front_->seat.Ask(std::move(message), {Role::kRouter, 1});
  ASSERT_TRUE(Until([&] { return front_->outcomes.size() == 1; }));
  EXPECT_EQ(front_->outcomes[0].reason, Reason::kMessageTooLarge);
}

TEST_F(SeatTest, ARCH16_DrainingEndsOnceEverybodyKnows) {
  const auto header = Ask(1);
  router_->seat.Drain();
  EXPECT_FALSE(router_->seat.idle());
  envelope::Message late;
  late.header.id = {2};
  late.header.kind = Kind::kChat;
  late.header.budget_ms = 5'000;
  ASSERT_TRUE(Until([&] {
    router_->seat.Reply(header.id, {});
    return router_->seat.idle();
  }));
  front_->seat.Ask(std::move(late), {Role::kRouter, 1});  // waits for another router
  EXPECT_EQ(front_->seat.open_requests(), 1u);
  EXPECT_EQ(router_->delivered.size(), 1u);
}

TEST_F(SeatTest, WhatIsOpenWhenPatienceEndsIsRefused) {
  const auto begun = Ask(1);
  ASSERT_TRUE(router_->seat.MayBegin(begun));
  router_->seat.Drain();
  router_->seat.GiveUp();
  ASSERT_TRUE(Until([&] { return front_->outcomes.size() == 1; }));
  EXPECT_EQ(front_->outcomes[0].reason, Reason::kShuttingDown);
}

}  // namespace
}  // namespace dragoman::runtime
