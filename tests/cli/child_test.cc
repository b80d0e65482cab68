#include "cli/child.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

namespace dragoman::cli {
namespace {

using namespace std::chrono_literals;

// A child is a shell that does what the test says, in a folder of the test's own.
class ChildTest : public testing::Test {
 protected:
  ChildTest() { std::filesystem::create_directories(folder_); }
  ~ChildTest() override { std::filesystem::remove_all(folder_); }

  Child::Plan Shell(const std::string& script) {
    return {"fake", "", {"/bin/sh", "-c", "cd " + folder_ + "\n" + script}};
  }

  std::size_t Lines(const std::string& file) const {
    std::ifstream in(folder_ + "/" + file);
    std::size_t lines = 0;
    for (std::string line; std::getline(in, line);) ++lines;
    return lines;
  }

  // Turns the loop until `done`, ten seconds at most; returns how long it took.
  Duration RunUntil(const std::function<bool()>& done) {
    const TimePoint from = loop_.Now();
    runtime::Timer look(loop_, [&] {
      if (done() || loop_.Now() - from > 10s) return loop_.Stop();
      look.StartAt(loop_.Now() + 5ms);
    });
    look.StartAt(loop_.Now());
    loop_.Run();
    EXPECT_TRUE(done());
    return loop_.Now() - from;
  }

  const std::string folder_ = testing::TempDir() + "child_test_" + std::to_string(getpid());
  runtime::Loop loop_;
  runtime::Log log_{"test", runtime::LogFormat::kText};
  int ended_ = 0;
  int refused_ = 0;
  int stopped_ = 0;
  Child::Events events_{[this](Child&) { ++ended_; }, [this](Child&) { ++refused_; },
                        [this](Child&) { ++stopped_; }};
};

TEST_F(ChildTest, StartsAgainWhatDiesAndWaitsLongerEachTime) {
  Child child(loop_, log_, Shell("echo x >> lives; exit 3"), events_);
  child.Start();
  const Duration took = RunUntil([&] { return Lines("lives") == 4; });
  EXPECT_GE(took, kRestartFirst + kRestartFirst * 2 + kRestartFirst * 4);
  child.Stop();
  RunUntil([&] { return stopped_ == 1; });
}

TEST_F(ChildTest, ServesAgainWithinTwoSecondsOfAKill) {
  Child child(loop_, log_, Shell("echo x >> lives; exec tail -f /dev/null"), events_);
  child.Start();
  RunUntil([&] { return Lines("lives") == 1; });
  kill(child.pid(), SIGKILL);
  EXPECT_LT(RunUntil([&] { return Lines("lives") == 2; }), 2s);
  child.Stop();
  RunUntil([&] { return stopped_ == 1; });
  EXPECT_FALSE(child.running());
}

TEST_F(ChildTest, OneThatWasToldToEndStaysAwayUntilItIsStarted) {
  Child::Plan plan = Shell("echo x >> lives; exit 0");
  plan.may_end = true;
  Child child(loop_, log_, plan, events_);
  child.Start();
  RunUntil([&] { return ended_ == 1; });
  EXPECT_TRUE(child.ended());
  child.Start();
  RunUntil([&] { return ended_ == 2; });
  EXPECT_EQ(Lines("lives"), 2u);
}

TEST_F(ChildTest, GivesUpOnlyIfTheFirstProcessRefusesItsConfiguration) {
  Child child(loop_, log_, Shell("exit 2"), events_);
  child.Start();
  RunUntil([&] { return refused_ == 1; });
  EXPECT_FALSE(child.running());

  Child later(loop_, log_, Shell("echo x >> lives; [ $(wc -l < lives) = 1 ] && exit 1; exit 2"),
              events_);
  later.Start();
  RunUntil([&] { return Lines("lives") == 3; });
  EXPECT_EQ(refused_, 1);
  later.Stop();
  RunUntil([&] { return stopped_ == 1; });
}

TEST_F(ChildTest, StopsOneThatIsWaitingForItsRestart) {
  Child child(loop_, log_, {"fake", "", {"/nowhere/program"}}, events_);
  child.Start();
  EXPECT_FALSE(child.running());
  child.Stop();
  RunUntil([&] { return stopped_ == 1; });
}

}  // namespace
}  // namespace dragoman::cli
