#include "runtime/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace dragoman::runtime {
namespace {

class ConfigTest : public testing::Test {
 protected:
  ~ConfigTest() override { std::filesystem::remove(file_); }

  Result<LoadedConfig, std::vector<std::string>> Load(const std::string& text) {
    std::ofstream(file_) << text;
    return LoadConfig(file_);
  }

  const std::string file_ =
      testing::TempDir() + "config_test_" + std::to_string(getpid()) + ".yaml";
};

TEST_F(ConfigTest, KeepsEveryValueAndItsLine) {
  const auto loaded = Load(
      "sip:\n  domains: [contoso.com, \"b.com\"]\n  public_port: 15061\n"
      "partners:\n  - domain: a.example\n    dialback: false\nredis: {}\n");
  ASSERT_TRUE(loaded) << loaded.error()[0];
  EXPECT_EQ(loaded->config.sip().domains(1), "b.com");
  EXPECT_EQ(loaded->config.sip().public_port(), 15061u);
  EXPECT_TRUE(loaded->config.partners(0).has_dialback());
  EXPECT_FALSE(loaded->config.partners(0).dialback());
  EXPECT_TRUE(loaded->config.has_redis());
  EXPECT_EQ(loaded->Explain("partners[0].dialback", "x"), file_ + ":6: partners[0].dialback: x");
  EXPECT_EQ(loaded->Explain("partners[0].tls", "x"), file_ + ":5: partners[0].tls: x");
}

struct Bad {
  const char* text;
  const char* where;  // line:column
  const char* says;
};

TEST_F(ConfigTest, SaysWhereAndWhatWasExpected) {
  const Bad table[] = {
      {"sip:\n  fqdm: a\n", "2:3", "sip.fqdm: unknown key; did you mean fqdn?"},
      {"nonsense: 1\n", "1:1", "nonsense: unknown key; expected one of sip, xmpp"},
      {"sip:\n  fqdn: [a]\n", "2:9", "sip.fqdn: expected a single value"},
      {"sip:\n  domains: a\n", "2:12", "sip.domains: expected a list"},
      {"sip: a\n", "1:6", "sip: expected keys and values"},
      {"workers:\n  router: two\n", "2:11", "workers.router: expected a number"},
      {"workers:\n  router: -1\n", "2:11", "workers.router: expected a number"},
      {"partners:\n  - dialback: maybe\n", "2:15", "partners[0].dialback: expected true or false"},
      {"sip:\n  fqdn: a\n  fqdn: b\n", "3:3", "sip.fqdn: said twice"},
      {"sip: {fqdn: &x a}\n", "1:13", "anchors and aliases"},
      {"sip: &x\n  domains: [*x]\n", "1:6", "anchors and aliases"},
      {"partners: [{domain: *.example.com}]\n", "1:", "needs quotes"},
      {"sip: [\n", "2:", "not YAML"},
  };
  for (const Bad& bad : table) {
    const auto loaded = Load(bad.text);
    ASSERT_FALSE(loaded) << bad.text;
    EXPECT_THAT(loaded.error()[0], testing::StartsWith(file_ + ":" + bad.where)) << bad.text;
    EXPECT_THAT(loaded.error()[0], testing::HasSubstr(bad.says)) << bad.text;
  }
}

TEST_F(ConfigTest, ReportsEveryProblemOnItsOwnLine) {
  const auto loaded = Load("sip: {a: 1}\nxmpp: {b: 2}\nworkers: {router: x}\n");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().size(), 3u);
}

TEST_F(ConfigTest, TakesAFileUpToItsBoundAndNoLarger) {
  EXPECT_TRUE(Load("#" + std::string(kConfigBytesMax - 1, 'x')));
  EXPECT_FALSE(Load("#" + std::string(kConfigBytesMax, 'x')));
}

TEST_F(ConfigTest, SurvivesDeepNesting) {
  EXPECT_FALSE(Load("sip: " + std::string(100'000, '[')));
  EXPECT_FALSE(Load("sip: " + std::string(100'000, '{')));
}

TEST_F(ConfigTest, NamesAFileThatCannotBeRead) {
  const auto loaded = LoadConfig("/nowhere/dragoman.yaml");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error()[0], testing::StartsWith("/nowhere/dragoman.yaml: "));
}

}  // namespace
}  // namespace dragoman::runtime
