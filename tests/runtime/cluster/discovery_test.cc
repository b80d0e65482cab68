#include "runtime/cluster/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace dragoman::runtime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Answers later, as DNS does.
class Later final : public Resolver {
 public:
  void Addresses(const std::string& host, OnAddresses done) override {
    asked.push_back(host);
    waiting.push_back(std::move(done));
  }
  void Srv(const std::string&, OnSrv done) override { done(Fail(DnsError::kNotFound)); }
  void Answer(const Result<std::vector<std::string>, DnsError>& answer) {
    for (OnAddresses& done : std::exchange(waiting, {})) done(answer);
  }
  std::vector<std::string> asked;
  std::vector<OnAddresses> waiting;
};

class DiscoveryTest : public testing::Test {
 protected:
  void Start(const std::vector<std::string>& configured) {
    discovery_ = std::make_unique<Discovery>(
        loop_, resolver_, configured,
        Discovery::Events{
            [this](const std::string& endpoint) { there_.insert(endpoint); },
            [this](const std::string& endpoint) { there_.erase(endpoint); },
            [this](const std::string& endpoint) { return alive_.contains(endpoint); }});
    discovery_->Start();
  }
  // Turns the loop until somebody is asked again; returns how long that took.
  Duration UntilAsked() {
    const TimePoint begun = loop_.Now();
    const std::size_t before = resolver_.asked.size();
    Timer tick(loop_, [&] {
      if (resolver_.asked.size() > before || loop_.Now() - begun > Duration(20'000))
        return loop_.Stop();
      tick.StartAt(loop_.Now() + Duration(5));
    });
    tick.StartAt(loop_.Now());
    loop_.Run();
    EXPECT_GT(resolver_.asked.size(), before);
    return loop_.Now() - begun;
  }

  Loop loop_;
  Later resolver_;
  std::set<std::string> there_;
  std::set<std::string> alive_;
  std::unique_ptr<Discovery> discovery_;
};

TEST_F(DiscoveryTest, WithoutNamesNobodyIsAsked) {
  Start({"ipc:///run/router-0"});
  EXPECT_THAT(there_, ElementsAre("ipc:///run/router-0"));
  discovery_->OnLoss();
  EXPECT_THAT(resolver_.asked, IsEmpty());
}

TEST_F(DiscoveryTest, ANameIsLookedUpAtOnceAndAgainAndAgain) {
  Start({"tcp://routers:7400"});
  EXPECT_THAT(resolver_.asked, ElementsAre("routers"));
  resolver_.Answer(std::vector<std::string>{"192.0.2.1"});
  EXPECT_THAT(there_, ElementsAre("tcp://192.0.2.1:7400"));
  EXPECT_GE(UntilAsked(), kLookInterval - Duration(10));
  alive_ = there_;
  resolver_.Answer(Fail(DnsError::kNotFound));
  EXPECT_THAT(there_, ElementsAre("tcp://192.0.2.1:7400"));
}

TEST_F(DiscoveryTest, ALossIsAReasonToLookSoon) {
  Start({"tcp://routers:7400"});
  resolver_.Answer(std::vector<std::string>{"192.0.2.1"});
  discovery_->OnLoss();
  EXPECT_LT(UntilAsked(), kLookInterval);
  resolver_.Answer(std::vector<std::string>{"192.0.2.2"});
  EXPECT_THAT(there_, ElementsAre("tcp://192.0.2.2:7400"));
}

TEST_F(DiscoveryTest, AnAnswerThatComesTooLateIsNobodys) {
  Start({"tcp://routers:7400"});
  discovery_.reset();
  resolver_.Answer(std::vector<std::string>{"192.0.2.1"});
  EXPECT_THAT(there_, IsEmpty());
}

}  // namespace
}  // namespace dragoman::runtime
