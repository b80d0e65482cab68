#include "runtime/service/options.h"

#include <gtest/gtest.h>

namespace dragoman::runtime {
namespace {

Result<Options, std::string> Parse(std::vector<std::string> words) {
  words.insert(words.begin(), "router");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return ParseOptions(static_cast<int>(argv.size()), argv.data());
}

TEST(OptionsTest, ReadsWhatTheSupervisorPasses) {
  const auto options = Parse({"--config", "f", "--state", "s", "--admin", "127.0.0.1:1", "--worker",
                              "3", "--log", "json"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config, "f");
  EXPECT_EQ(options->state, "s");
  EXPECT_EQ(options->admin, "127.0.0.1:1");
  EXPECT_EQ(options->worker, 3u);
  EXPECT_EQ(options->log, LogFormat::kJson);
}

TEST(OptionsTest, RefusesTheRest) {
  EXPECT_FALSE(Parse({}));
  EXPECT_FALSE(Parse({"--config"}));
  EXPECT_FALSE(Parse({"--config", "f", "--worker", "x"}));
  EXPECT_FALSE(Parse({"--config", "f", "--worker", "1001"}));
  EXPECT_FALSE(Parse({"--config", "f", "--log", "xml"}));
  EXPECT_FALSE(Parse({"--config", "f", "--nonsense", "1"}));
}

}  // namespace
}  // namespace dragoman::runtime
