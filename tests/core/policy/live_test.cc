#include "core/policy/live.h"

#include <gmock/gmock.h>

namespace dragoman::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ApplyLiveTest, PartnersLimitsAndSecretsApplyAtOnce) {
  Settings running, fresh;
  running.partners.push_back({.domains = {"old.example"}, .server = {}});
  fresh.partners.push_back({.domains = {"new.example"}, .server = {}});
  fresh.xmpp.limits.per_partner = 3;
  fresh.xmpp.dialback_secrets = {"s"};
  fresh.sip.dialect = Dialect::kStandard;
  fresh.sip.edges = {{"edge.example", 5061}};
  EXPECT_THAT(ApplyLive(running, fresh), IsEmpty());
  EXPECT_EQ(running.FindPartner("old.example"), nullptr);
  EXPECT_NE(running.FindPartner("new.example"), nullptr);
  EXPECT_EQ(running.xmpp.limits.per_partner, 3u);
  EXPECT_EQ(running.xmpp.dialback_secrets, std::vector<std::string>{"s"});
  EXPECT_EQ(running.sip.dialect, Dialect::kStandard);
  EXPECT_EQ(running.sip.edges.size(), 1u);
}

TEST(ApplyLiveTest, ANewPasswordIsForTheNextConnection) {
  Settings running, fresh;
  running.redis.login = {"dragoman", "/p", "old"};
  fresh.redis.login = {"dragoman", "/p", "new"};
  fresh.redis.sentinel_login = {"watcher", "/q", "too"};
  EXPECT_THAT(ApplyLive(running, fresh), IsEmpty());
  EXPECT_EQ(running.redis.login.password, "new");
  EXPECT_EQ(running.redis.sentinel_login.user, "watcher");
}

TEST(ApplyLiveTest, WhatAProcessWasBuiltOnWaitsAndIsNamed) {
  Settings running, fresh;
  running.sip.listen = {"0.0.0.0:5061"};
  running.redis.place = RedisServer{{}, {"a", 6379}};
  fresh.sip.listen = {"0.0.0.0:6061"};
  fresh.redis.place = RedisServer{{}, {"b", 6379}};
  fresh.redis.database = 2;
  fresh.router_workers = 4;
  EXPECT_THAT(ApplyLive(running, fresh),
              ElementsAre("sip.listen", "redis", "redis.database", "workers.router"));
  EXPECT_THAT(running.sip.listen, ElementsAre("0.0.0.0:5061"));
  EXPECT_EQ(ToString(running.redis), "a:6379");
  EXPECT_EQ(running.router_workers, 1u);
}

}  // namespace
}  // namespace dragoman::policy
