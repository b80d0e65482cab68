#include "cli/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman::cli {
namespace {

std::vector<std::string> Names(const Stage& stage) {
  std::vector<std::string> names;
  for (const Child::Plan& plan : stage.children) names.push_back(plan.name + " " + plan.admin);
  return names;
}

policy::Settings Some() {
  policy::Settings settings;
  settings.admin_listen = "127.0.0.1:9090";
  settings.redis.place = policy::RedisServer{"/state/redis.sock", {}, true};
  settings.router_workers = 2;
  return settings;
}

TEST(PlanTest, StartsStoreThenRoutersThenFrontEndsAndCountsPortsUp) {
  const std::vector<Stage> stages = MakePlan(Some(), {"/c.yaml", "/state", "/bin", {}});
  ASSERT_EQ(stages.size(), 3u);
  EXPECT_THAT(Names(stages[0]), testing::ElementsAre("redis "));
  EXPECT_THAT(Names(stages[1]),
              testing::ElementsAre("router-0 127.0.0.1:9090", "router-1 127.0.0.1:9091"));
  EXPECT_THAT(Names(stages[2]), testing::ElementsAre("sip-frontend-0 127.0.0.1:9092",
                                                     "xmpp-frontend-0 127.0.0.1:9093"));
}

TEST(PlanTest, StartsNoRedisWhenOneIsConfigured) {
  policy::Settings settings = Some();
  settings.redis.place = policy::RedisServer{{}, {"127.0.0.1", 6379}};
  EXPECT_EQ(MakePlan(settings, {"/c.yaml", "/state", "/bin", {}}).size(), 2u);
}

TEST(PlanTest, AMachineMayHaveFrontEndsAlone) {
  policy::Settings settings = Some();
  settings.router_workers = 0;
  const std::vector<Stage> stages = MakePlan(settings, {"/c.yaml", "/state", "/bin", {}});
  ASSERT_EQ(stages.size(), 1u);
  EXPECT_THAT(Names(stages[0]), testing::ElementsAre("sip-frontend-0 127.0.0.1:9090",
                                                     "xmpp-frontend-0 127.0.0.1:9091"));
}

TEST(PlanTest, ThePrivateRedisWritesEverythingDown) {
  const std::vector<Stage> stages = MakePlan(Some(), {"/c.yaml", "/state", "/bin", {}});
  const std::vector<std::string>& words = stages[0].children[0].arguments;
  EXPECT_THAT(words, testing::IsSupersetOf({"--appendonly", "everysec", "--port"}));
}

}  // namespace
}  // namespace dragoman::cli
