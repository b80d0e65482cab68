// T-50: who has no listed key says nothing on the bus, and nobody waits for him. F-27: old and new
// keys side by side.
#include "runtime/bus/curve.h"

#include <gmock/gmock.h>

#include "runtime/net/connection.h"
#include "tests/runtime/bus/two_loops.h"

namespace dragoman::runtime {
namespace {

using testing::HasSubstr;

class CurveTest : public TwoLoops {
 protected:
  // Turns both loops until the router, or the front-end, has something to complain of; then nothing
  // may have come in.
  void ExpectRefused(const BusKeys& front, Ear& told, Bus::Trouble trouble) {
    Bind(Tcp(), {router_pair_.secret, {}, {client_pair_.public_key}});
    Connect(Tcp(), front);
    ASSERT_TRUE(Until([&] {
      front_bus_->Send(Tcp(), "let me in", "");
      return !told.troubles.empty();
    }));
    EXPECT_EQ(told.troubles[0].first, trouble);
    EXPECT_TRUE(front_.ups.empty());
    EXPECT_TRUE(router_.frames.empty());
  }
  BusKeys Router() const { return {router_pair_.secret, {}, {client_pair_.public_key}}; }
  BusKeys Client() const { return {client_pair_.secret, {router_pair_.public_key}, {}}; }

  CurvePair router_pair_ = NewCurvePair();
  CurvePair client_pair_ = NewCurvePair();
  CurvePair other_pair_ = NewCurvePair();
};

TEST_F(CurveTest, T50_TheRightKeysMeet) {
  Meet(Tcp(), Router(), Client());
  EXPECT_FALSE(HasFailure());
}

TEST_F(CurveTest, OnePairForAllNeedsNoLists) {
  Meet(Tcp(), {router_pair_.secret, {}, {}}, {router_pair_.secret, {}, {}});
  EXPECT_FALSE(HasFailure());
}

TEST_F(CurveTest, T50_WithoutAKeyNobodyComesIn) {
  ExpectRefused({}, router_, Bus::Trouble::kHandshake);
}

TEST_F(CurveTest, T50_AKeyThatIsNotListedIsNamedAndRefused) {
  ExpectRefused({other_pair_.secret, {router_pair_.public_key}, {}}, router_, Bus::Trouble::kKey);
  EXPECT_THAT(router_.troubles[0].second, HasSubstr(other_pair_.public_key));
}

TEST_F(CurveTest, T50_ARouterWithAnotherKeyIsNotTalkedTo) {
  ExpectRefused({client_pair_.secret, {other_pair_.public_key}, {}}, router_,
                Bus::Trouble::kHandshake);
}

TEST_F(CurveTest, T50_ARouterWithoutAKeyIsNotTalkedTo) {
  Bind(Tcp());
  Connect(Tcp(), Client());
  ASSERT_TRUE(Until([&] {
    front_bus_->Send(Tcp(), "secret", "");
    return !router_.troubles.empty() || !front_.troubles.empty();
  }));
  EXPECT_TRUE(front_.ups.empty());
  EXPECT_TRUE(router_.frames.empty());
}

// Somebody who connects and says nothing, or half of a greeting.
class Stall final : public ConnectionOwner {
 public:
  Stall(Loop& loop, int port, std::string says) : says_(std::move(says)) {
    connection_ = Connection::Connect(loop, "127.0.0.1", port, Duration(5000), *this);
  }
  bool open = false;
  bool closed = false;

 private:
  void OnOpen() override {
    open = true;
    if (!says_.empty()) connection_->Write(says_);
  }
  void OnBytes(std::string_view) override {}
  void OnClosed(const CloseInfo&) override { closed = true; }

  std::string says_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(CurveTest, T50_WhoStallsInTheGreetingIsCutOffAndDisturbsNobody) {
  Bind(Tcp(), Router());
  Stall mute(front_loop_, port_, "");
  Stall half(front_loop_, port_, std::string("\xFF\0\0\0\0\0\0\0\x01\x7F\x03", 11));
  Stall other(front_loop_, port_, "GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(Until([&] { return mute.open && half.open && other.open; }));
  const TimePoint begun = front_loop_.Now();
  Connect(Tcp(), Client());
  ASSERT_TRUE(Until([&] { return !front_.ups.empty(); }));
  ASSERT_TRUE(Until([&] { return mute.closed && half.closed && other.closed; }));
  EXPECT_LT(front_loop_.Now() - begun, Duration(3 * kBusHandshakeMs));
  EXPECT_TRUE(router_.frames.empty());
}

TEST_F(CurveTest, F27_OldAndNewKeysOfFrontEndsAreLetIn) {
  Bind(Tcp(), {router_pair_.secret, {}, {other_pair_.public_key}});
  Connect(Tcp(), Client());
  ASSERT_TRUE(Until([&] { return !router_.troubles.empty(); }));
  router_bus_->SetKeys({{}, {}, {other_pair_.public_key, client_pair_.public_key}});
  EXPECT_TRUE(Until([&] { return !front_.ups.empty(); }));
}

TEST_F(CurveTest, F27_ARouterMayHaveTheOldKeyOrTheNewOne) {
  const BusKeys client{client_pair_.secret, {other_pair_.public_key, router_pair_.public_key}, {}};
  Meet(Tcp(), Router(), client);
  ASSERT_FALSE(HasFailure());
  router_bus_.reset();  // and comes back with the other one
  ASSERT_TRUE(Until([&] { return !front_.downs.empty(); }));
  Bind(Tcp(), {other_pair_.secret, {}, {client_pair_.public_key}});
  EXPECT_TRUE(Until([&] { return front_.ups.size() == 2; }));
}

TEST_F(CurveTest, F27_ANewKeyOfTheRoutersIsTakenOverWhileRunning) {
  Bind(Tcp(), Router());
  Connect(Tcp(), {client_pair_.secret, {other_pair_.public_key}, {}});
  ASSERT_TRUE(Until([&] { return !router_.troubles.empty(); }));
  front_bus_->SetKeys({{}, {other_pair_.public_key, router_pair_.public_key}, {}});
  EXPECT_TRUE(Until([&] { return !front_.ups.empty(); }));
}

TEST(CurveKeyTest, APublicKeyFollowsFromItsSecret) {
  const CurvePair pair = NewCurvePair();
  EXPECT_EQ(PublicOf(pair.secret), pair.public_key);
  EXPECT_EQ(PublicOf("short"), std::nullopt);
  EXPECT_EQ(PublicOf(std::string(40, '"')), std::nullopt);
}

}  // namespace
}  // namespace dragoman::runtime
