#include "cli/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace dragoman::cli {
namespace {

using namespace std::chrono_literals;

class SupervisorTest : public testing::Test {
 protected:
  SupervisorTest() { std::filesystem::create_directories(folder_); }
  ~SupervisorTest() override { std::filesystem::remove_all(folder_); }

  // Says in `up` that it runs and in `order` that it was told to stop.
  Child::Plan Fake(const std::string& name) {
    const std::string script = "cd " + folder_ + "\ntail -f /dev/null & t=$!\n" + "trap 'echo " +
                               name + " >> order; kill $t; exit 0' TERM\n" + "echo x >> up\nwait";
    return {name, "", {"/bin/sh", "-c", script}};
  }

  std::vector<std::string> Lines(const std::string& file) const {
    std::ifstream in(folder_ + "/" + file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  const std::string folder_ = testing::TempDir() + "supervisor_test_" + std::to_string(getpid());
  runtime::Loop loop_;
  runtime::Log log_{"test", runtime::LogFormat::kText};
};

TEST_F(SupervisorTest, StopsTheLastStageFirst) {
  Supervisor supervisor(loop_, log_,
                        {{{Fake("redis")}}, {{Fake("router")}}, {{Fake("front-end")}}});
  runtime::Timer look(loop_, [&] {
    if (Lines("up").size() == 3) {
      kill(getpid(), SIGTERM);
    } else {
      look.StartAt(loop_.Now() + 5ms);
    }
  });
  look.StartAt(loop_.Now());
  EXPECT_EQ(supervisor.Run(), 0);
  EXPECT_THAT(Lines("order"), testing::ElementsAre("front-end", "router", "redis"));
}

TEST_F(SupervisorTest, EndsWhenAllThatServeHaveBeenDrained) {
  const auto drained = [&](const std::string& name) {
    return Child::Plan{
        name,
        "",
        {"/bin/sh", "-c", "cd " + folder_ + "; until [ -e up ]; do :; done; echo x >> up"},
        true};
  };
  Supervisor supervisor(loop_, log_,
                        {{{Fake("redis")}}, {{drained("router"), drained("front-end")}}});
  EXPECT_EQ(supervisor.Run(), 0);
  EXPECT_THAT(Lines("order"), testing::ElementsAre("redis"));
  EXPECT_EQ(Lines("up").size(), 3u);
}

TEST_F(SupervisorTest, EndsWithTheStatusOfARefusedConfiguration) {
  Supervisor supervisor(loop_, log_, {{{{"router-0", "", {"/bin/sh", "-c", "exit 2"}}}}});
  EXPECT_EQ(supervisor.Run(), 2);
}

}  // namespace
}  // namespace dragoman::cli
