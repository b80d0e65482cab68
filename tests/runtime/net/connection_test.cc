#include "runtime/net/connection.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "runtime/loop/descriptors.h"
#include "runtime/net/listener.h"

namespace dragoman::runtime {
namespace {

using testing::SizeIs;

constexpr std::size_t kTimes = 16;  // as much is answered
constexpr int kCalm = 50;           // looks, a millisecond each

// Answers everything with more.
class Talker : public ConnectionOwner {
 public:
  explicit Talker(Listener::Pending& pending) { connection_ = pending.Adopt(*this); }
  void OnBytes(std::string_view bytes) override {
    read_ += bytes.size();
    connection_->Write(std::string(bytes.size() * kTimes, 'x'));
  }
  void OnClosed(const CloseInfo&) override {}
  std::size_t read() const { return read_; }
  std::size_t queued() const { return connection_->queued_bytes(); }

 private:
  std::unique_ptr<Connection> connection_;
  std::size_t read_ = 0;
};

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() {
    auto listening = Listener::Listen(
        loop_, "127.0.0.1:0",
        [this](std::unique_ptr<Listener::Pending> pending) {
          talkers_.push_back(std::make_unique<Talker>(*pending));
        },
        [this](const std::string&, const std::string& why) { refused_.push_back(why); });
    EXPECT_TRUE(listening);
    listener_ = *std::move(listening);
  }
  ~ConnectionTest() override {
    for (const int client : clients_) close(client);
  }

  // A socket that is connected or will be.
  int Dial() {
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(listener_->port()));
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(client, reinterpret_cast<sockaddr*>(&where), sizeof where);
    clients_.push_back(client);
    return client;
  }
  // Turns the loop until then; false: it did not come.
  template <typename Condition>
  bool Until(Condition holds) {
    const TimePoint end = loop_.Now() + Duration(20'000);
    bool held = false;
    Timer look(loop_, [&] {
      held = holds();
      if (held || loop_.Now() > end) return loop_.Stop();
      look.StartAt(loop_.Now() + Duration(1));
    });
    look.StartAt(loop_.Now());
    loop_.Run();
    return held;
  }

  Loop loop_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::unique_ptr<Talker>> talkers_;
  std::vector<std::string> refused_;
  std::vector<int> clients_;
};

TEST_F(ConnectionTest, L7_WhoReadsNoAnswersIsReadNoMoreAndGoesOnOnceItReads) {
  const int client = Dial();
  ASSERT_TRUE(Until([this] { return !talkers_.empty(); }));
  const Talker& talker = *talkers_.front();
  std::size_t sent = 0, seen = 0;
  int calm = 0;
  const std::string question(64 * 1024, 'q');
  ASSERT_TRUE(Until([&] {
    const ssize_t taken = send(client, question.data(), question.size(), MSG_NOSIGNAL);
    if (taken > 0) sent += static_cast<std::size_t>(taken);
    calm = taken < 0 && talker.read() == seen ? calm + 1 : 0;
    seen = talker.read();
    return calm == kCalm;
  }));
  EXPECT_GT(sent, talker.read());
  EXPECT_LE(talker.queued(), kWriteQueueBytesMax + kTimes * question.size());
  std::string answers(1 << 20, '\0');
  std::size_t got = 0;
  EXPECT_TRUE(Until([&] {
    const ssize_t part = recv(client, answers.data(), answers.size(), 0);
    if (part > 0) got += static_cast<std::size_t>(part);
    return got == sent * kTimes;
  }));
}

TEST_F(ConnectionTest, L28_TheLastDescriptorsAreNotForPeers) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int lowest = Dial();
  ASSERT_TRUE(Until([this] { return !talkers_.empty(); }));
  const rlimit few{.rlim_cur = static_cast<rlim_t>(lowest) + kDescriptorsKept,
                   .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  const int refused = Dial();
  EXPECT_TRUE(Until([this] { return !refused_.empty(); }));
  EXPECT_TRUE(Until([refused] {
    char byte = 0;
    return recv(refused, &byte, 1, 0) == 0;
  }));
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_THAT(talkers_, SizeIs(1));
  EXPECT_EQ(refused_.front(), "Too many open files");
  Dial();
  EXPECT_TRUE(Until([this] { return talkers_.size() == 2; }));
}

// Writes one text as soon as it is connected, and keeps how much of it the peer's TCP has.
class Writer : public ConnectionOwner {
 public:
  Writer(Loop& loop, int port, std::size_t size) : size_(size) {
    connection_ = Connection::Connect(loop, "127.0.0.1", port, Duration(5'000), *this);
  }
  void OnOpen() override {
    opened = true;
    connection_->WatchAcknowledgements();
  }
  void Begin() { connection_->Write(std::string(size_, 'x')); }
  void OnBytes(std::string_view) override {}
  void OnAcknowledged(std::uint64_t bytes) override { acknowledged = bytes; }
  void OnClosed(const CloseInfo&) override {}
  std::size_t queued() const { return connection_->queued_bytes(); }
  bool opened = false;
  std::uint64_t acknowledged = 0;

 private:
  std::size_t size_;
  std::unique_ptr<Connection> connection_;
};

// The descriptor of the socket that is connected to this port.
int SocketTo(std::uint16_t port) {
  for (int fd = 0; fd < 1024; ++fd) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
        peer.sin_family == AF_INET && ntohs(peer.sin_port) == port) {
      return fd;
    }
  }
  return -1;
}

void SetBuffer(int fd, int which, int bytes) {
  ASSERT_EQ(setsockopt(fd, SOL_SOCKET, which, &bytes, sizeof bytes), 0);
}

// The kernel takes a part of what is being written, and more than the peer has had of all so far.
TEST_F(ConnectionTest, WhatTheKernelHasTakenIsNotYetWithThePeer) {
  constexpr std::size_t kSize = 4 << 20;
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  clients_.push_back(listening);
  SetBuffer(listening, SO_RCVBUF, 4096);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  ASSERT_EQ(bind(listening, reinterpret_cast<sockaddr*>(&where), size), 0);
  ASSERT_EQ(listen(listening, 1), 0);
  ASSERT_EQ(getsockname(listening, reinterpret_cast<sockaddr*>(&where), &size), 0);
  const std::uint16_t port = ntohs(where.sin_port);

  Writer writer(loop_, port, kSize);
  ASSERT_TRUE(Until([&] { return writer.opened; }));
  const int sending = SocketTo(port);
  ASSERT_GE(sending, 0);
  const int reading = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK);
  ASSERT_GE(reading, 0);
  clients_.push_back(reading);
  SetBuffer(sending, SO_SNDBUF, 4096);
  writer.Begin();
  ASSERT_TRUE(Until([&] { return writer.queued() > 0 && writer.queued() < kSize; }));
  SetBuffer(sending, SO_SNDBUF, 65536);
  int looks = 0;
  ASSERT_TRUE(Until([&] { return ++looks == kCalm || writer.acknowledged > 0; }));
  EXPECT_EQ(writer.acknowledged, 0u);

  std::string read(1 << 20, '\0');
  std::size_t got = 0;
  EXPECT_TRUE(Until([&] {
    const ssize_t part = recv(reading, read.data(), read.size(), 0);
    if (part > 0) got += static_cast<std::size_t>(part);
    return got == kSize && writer.acknowledged == kSize;
  }));
}

}  // namespace
}  // namespace dragoman::runtime
