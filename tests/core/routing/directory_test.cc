#include "core/routing/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman::routing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const auto kDead = [](const std::string&) { return false; };
const auto kAlive = [](const std::string&) { return true; };

TEST(DirectoryTest, WhatHasNoNameIsThereAtOnce) {
  const Directory directory({"ipc:///run/router-0", "tcp://dragoman-router:7400"});
  EXPECT_THAT(directory.endpoints(), ElementsAre("ipc:///run/router-0"));
  EXPECT_THAT(directory.hosts(), ElementsAre("dragoman-router"));
}

TEST(DirectoryTest, ANameStandsForAllItsAddresses) {
  Directory directory({"tcp://routers:7400", "tcp://routers:7401", "tcp://[::1]:7402"});
  EXPECT_THAT(directory.Update("routers", {"192.0.2.1", "2001:db8::2"}, kDead).added,
              ElementsAre("tcp://192.0.2.1:7400", "tcp://192.0.2.1:7401",
                          "tcp://[2001:db8::2]:7400", "tcp://[2001:db8::2]:7401"));
  EXPECT_THAT(directory.Update("::1", {"::1"}, kDead).added, ElementsAre("tcp://[::1]:7402"));
}

TEST(DirectoryTest, AnAddressThatIsGoneStaysAsLongAsItsLinkLives) {
  Directory directory({"tcp://routers:7400"});
  directory.Update("routers", {"192.0.2.1", "192.0.2.2"}, kAlive);
  EXPECT_THAT(directory.Update("routers", {"192.0.2.2", "192.0.2.3"}, kAlive).removed, IsEmpty());
  EXPECT_THAT(directory.endpoints().size(), 3u);
  const auto change = directory.Update("routers", {"192.0.2.2", "192.0.2.3"}, kDead);
  EXPECT_THAT(change.removed, ElementsAre("tcp://192.0.2.1:7400"));
  EXPECT_THAT(change.added, IsEmpty());
}

TEST(DirectoryTest, NoAnswerChangesNothing) {
  Directory directory({"tcp://routers:7400"});
  directory.Update("routers", {"192.0.2.1"}, kDead);
  const auto change = directory.Update("routers", {}, kDead);
  EXPECT_THAT(change.removed, IsEmpty());
  EXPECT_THAT(directory.endpoints(), ElementsAre("tcp://192.0.2.1:7400"));
}

TEST(DirectoryTest, TwoNamesOfOneAddressAreOneEndpoint) {
  Directory directory({"tcp://a:7400", "tcp://b:7400"});
  directory.Update("a", {"192.0.2.1"}, kDead);
  EXPECT_THAT(directory.Update("b", {"192.0.2.1"}, kDead).added, IsEmpty());
  EXPECT_THAT(directory.Update("a", {"192.0.2.9"}, kDead).removed, IsEmpty());  // b still says it
}

TEST(DirectoryTest, NoMoreThanSoMany) {
  Directory directory({"tcp://routers:7400"});
  std::vector<std::string> many;
  for (std::size_t i = 0; i <= kEndpointsMax; ++i) many.push_back("2001:db8::" + std::to_string(i));
  EXPECT_EQ(directory.Update("routers", many, kDead).added.size(), kEndpointsMax);
}

}  // namespace
}  // namespace dragoman::routing
