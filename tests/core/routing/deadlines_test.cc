// What is done leaves no deadline behind: the tables hold what is open, and nothing else (L-9).
#include "core/routing/deliveries.h"
#include "core/routing/requests.h"
#include "tests/core/routing/membership_fixture.h"

namespace dragoman::routing {
namespace {

constexpr int kMany = 100'000;

class DeadlinesTest : public MembershipTest {
 protected:
  DeadlinesTest() { Meet(); }
  Message AMessage(std::uint32_t budget_ms) {
    MessageId id{};
    ++last_id_;
    for (std::size_t i = 0; i < 4; ++i) id[i] = static_cast<std::uint8_t>(last_id_ >> (8 * i));
    Message message = MakeMessage(id, Side::kSip, {"romeo", "a.example", {}},
                                  {"juliet", "b.example", {}}, Probe{});
    message.header.budget_ms = budget_ms;
    return message;
  }
  std::uint32_t last_id_ = 0;
};

TEST_F(DeadlinesTest, L9_ARequestTakesItsDeadlineWithIt) {
  Requests requests(front_.machine);
  const Target target{Role::kRouter, 1};
  const std::string router = front_.machine.Choose(target);
  ASSERT_FALSE(router.empty());
  for (int i = 0; i < kMany; ++i) {
    const Message message = AMessage(95'000);
    requests.Add(message, target, kStart);
    ASSERT_TRUE(requests.OnOutcome(router, message.header.id, Encode(Outcome{}), kStart));
    while (requests.Poll()) {
    }
  }
  EXPECT_EQ(requests.size(), 0u);
  EXPECT_EQ(requests.Deadline(), TimePoint::max());
  requests.Add(AMessage(1'000), target, kStart);
  EXPECT_EQ(requests.Deadline(), kStart + 1s);
  requests.GiveUp(kStart);
  EXPECT_EQ(requests.Deadline(), TimePoint::max());
}

TEST_F(DeadlinesTest, L9_ADeliveryTakesItsDeadlineWithIt) {
  Deliveries deliveries;
  for (int i = 0; i < kMany; ++i) {
    Header header = AMessage(95'000).header;
    ASSERT_EQ(deliveries.OnRequest("x", "front", header, kStart), Deliveries::Arrival::kNew);
    ASSERT_TRUE(deliveries.OnReply(header.id, {}));
  }
  EXPECT_EQ(deliveries.size(), 0u);
  EXPECT_EQ(deliveries.Deadline(), TimePoint::max());

  Header header = AMessage(1'000).header;
  deliveries.OnRequest("x", "front", header, kStart);
  deliveries.OnRequest("y", "other", header, kStart + 5s);  // asked again: it lives as long as that
  EXPECT_EQ(deliveries.Deadline(), kStart + 6s);
  EXPECT_THAT(deliveries.OnLost("other", Loss::kSilent), ElementsAre(header.id));  // withdrawn
  EXPECT_EQ(deliveries.Deadline(), TimePoint::max());

  deliveries.OnRequest("x", "front", header, kStart);
  EXPECT_THAT(deliveries.Advance(kStart + 1s), ElementsAre(header.id));
  EXPECT_EQ(deliveries.Deadline(), TimePoint::max());
}

}  // namespace
}  // namespace dragoman::routing
