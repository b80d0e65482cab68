// L-28, F-19: strangers on a router's port have none of the last descriptors, and those who have
// spoken do not pay for them.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "runtime/loop/descriptors.h"
#include "tests/runtime/bus/two_loops.h"

namespace dragoman::runtime {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr std::size_t kRoom = 8;         // for as many there are descriptors
constexpr std::size_t kStrangers = 100;  // they say nothing, and could have the last ones, too
static_assert(kStrangers > kRoom + kDescriptorsKept);

class DoorkeeperTest : public TwoLoops, public testing::WithParamInterface<const char*> {
 protected:
  DoorkeeperTest() {
    getrlimit(RLIMIT_NOFILE, &before_);
    Tcp();  // has a port
    // Those who connect are in this process: they have their descriptors already.
    for (int& stranger : strangers_) stranger = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  }
  ~DoorkeeperTest() override {
    setrlimit(RLIMIT_NOFILE, &before_);
    for (const int stranger : strangers_) close(stranger);
  }

  bool with_keys() const { return GetParam() == std::string("keys"); }
  BusKeys Router() const {
    return with_keys() ? BusKeys{router_pair_.secret, {}, {client_pair_.public_key}} : BusKeys{};
  }
  BusKeys Client() const {
    return with_keys() ? BusKeys{client_pair_.secret, {router_pair_.public_key}, {}} : BusKeys{};
  }

  // Connections that are not among the last ones, from now on.
  void LeaveRoomFor(std::size_t connections) const {
    const int lowest = dup(strangers_[0]);
    close(lowest);
    const rlimit few{.rlim_cur = static_cast<rlim_t>(lowest) + connections + kDescriptorsKept,
                     .rlim_max = before_.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  }
  void StrangersCome() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (const int stranger : strangers_)
      connect(stranger, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  static bool IsClosed(int stranger) {
    std::array<char, 64> greeting{};
    ssize_t got = 1;
    while (got > 0) got = recv(stranger, greeting.data(), greeting.size(), 0);
    return got == 0 || errno == ECONNRESET;
  }
  std::size_t dropped() const {
    return static_cast<std::size_t>(std::count_if(
        router_.troubles.begin(), router_.troubles.end(),
        [](const auto& trouble) { return trouble.first == Bus::Trouble::kDescriptors; }));
  }
  std::string NameOf(int stranger) const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(stranger, reinterpret_cast<sockaddr*>(&address), &size);
    return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }

  std::array<int, kStrangers> strangers_{};
  rlimit before_{};
  CurvePair router_pair_ = NewCurvePair();
  CurvePair client_pair_ = NewCurvePair();
};
INSTANTIATE_TEST_SUITE_P(With, DoorkeeperTest, testing::Values("keys", "nothing"),
                         [](const auto& named) { return std::string(named.param); });

TEST_P(DoorkeeperTest, L28_TheOldestStrangerGoesTooAndWhoComesAgainIsServed) {
  Bind(Tcp(), Router());
  LeaveRoomFor(kRoom);
  StrangersCome();
  ASSERT_TRUE(Until([&] { return dropped() >= kStrangers - kRoom && IsClosed(strangers_[0]); }));
  EXPECT_THAT(router_.troubles, Contains(Pair(Bus::Trouble::kDescriptors,
                                              NameOf(strangers_[0]) + ": Too many open files")));
  Connect(Tcp(), Client());
  // It may be turned away once or twice, as long as there are more of them to come.
  ASSERT_TRUE(Until([&] {
    front_bus_->Send(Tcp(), "hello", "");
    return !router_.frames.empty();
  }));
  EXPECT_EQ(router_.frames[0].header, "hello");
}

TEST_P(DoorkeeperTest, L28_WhoHasSpokenStays) {
  const std::string front = Meet(Tcp(), Router(), Client());
  LeaveRoomFor(0);
  StrangersCome();
  ASSERT_TRUE(Until([&] { return dropped() == kStrangers; }));
  ASSERT_TRUE(Until([&] { return std::all_of(strangers_.begin(), strangers_.end(), IsClosed); }));
  front_bus_->Send(Tcp(), "still here", "");
  router_bus_->Send(front, "so am I", "");
  ASSERT_TRUE(Until([&] { return !router_.frames.empty() && !front_.frames.empty(); }));
  EXPECT_EQ(router_.frames[0].link, front);
  EXPECT_THAT(front_.ups, SizeIs(1));
  EXPECT_THAT(front_.downs, IsEmpty());
}

TEST_P(DoorkeeperTest, WithDescriptorsEnoughStrangersDisturbNobody) {
  Bind(Tcp(), Router());
  StrangersCome();
  Connect(Tcp(), Client());
  ASSERT_TRUE(Until([&] { return !front_.ups.empty(); }));
  EXPECT_EQ(dropped(), 0u);
}

}  // namespace
}  // namespace dragoman::runtime
