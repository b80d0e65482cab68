// A whole router between front-ends that the test plays, over real sockets: what becomes of a
// message while there is no room, and while the store goes away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>

#include <fstream>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "router/router.h"
#include "tests/runtime/redis/real_redis.h"

namespace dragoman::router {
namespace {

using namespace std::chrono_literals;
using envelope::Chat;
using envelope::ChatState;
using envelope::MessageId;
using envelope::Role;

class Nobody final : public runtime::Resolver {
 public:
  void Addresses(const std::string&, OnAddresses done) override {
    done(Fail(runtime::DnsError::kNotFound));
  }
  void Srv(const std::string&, OnSrv done) override { done(Fail(runtime::DnsError::kNotFound)); }
};

// A front-end: it asks, and keeps what it is told.
struct FrontEnd {
  FrontEnd(runtime::Loop& loop, const std::string& endpoint, Role role, const std::string& name)
      : settings(ConnectedTo(endpoint)),
        log(name, runtime::LogFormat::kText),
        seat({loop, log, metrics, settings, {role, name, DRAGOMAN_VERSION}},
             {[this](envelope::Message message) { delivered.push_back(std::move(message)); },
              [this](const MessageId& id, envelope::Outcome outcome) {
                EXPECT_TRUE(outcomes.emplace(id, std::move(outcome)).second);
              }}) {
    seat.Connect(nobody);
  }
  static policy::Settings ConnectedTo(const std::string& endpoint) {
    policy::Settings settings;
    settings.bus.connect = {endpoint};
    return settings;
  }
  envelope::SipCommand Command(std::size_t number) const {
    return *envelope::Decode<envelope::SipCommand>(delivered.at(number).payload);
  }

  Nobody nobody;
  policy::Settings settings;
  runtime::Log log;
  runtime::Metrics metrics;
  std::vector<envelope::Message> delivered;
  std::unordered_map<MessageId, envelope::Outcome, envelope::MessageIdHash> outcomes;
  runtime::Seat seat;
};

class ChatFlowsTest : public testing::Test {
 protected:
  void Start(const std::string& dialect, int redis) {
    Make(dialect, redis);
    AwaitMembers();
  }
  void Make(const std::string& dialect, int redis) {
    const std::string config = folder_.path() + "/dragoman.yaml";
    const std::string endpoint = "ipc://" + folder_.path() + "/router-0";
    // A router opens none of these files.
    std::ofstream(config) << "sip: {domains: [capulet.example], fqdn: gw.example, dialect: "
                          << dialect << ", edges: [\"edge.capulet.example:5061\"],\n"
                          << "  tls: {certificate: none, key: none, trust: none}}\n"
                          << "xmpp: {tls: {certificate: none, key: none, trust: none}, "
                          << "dialback_secret: none}\n"
                          << "partners: [{domain: montague.example}]\n"
                          << "redis: {url: \"redis://127.0.0.1:" << redis << "\"}\n"
                          << "router: {listen: [\"" << endpoint << "\"]}\n";
    std::vector<std::string> words = {"router", "--config", config, "--state", folder_.path()};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    auto made = runtime::Service::Create(static_cast<int>(argv.size()), argv.data(), "router");
    prctl(PR_SET_DUMPABLE, 1);  // the sanitizers look into this process
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<runtime::Service>>(made));
    service_ = std::get<std::unique_ptr<runtime::Service>>(std::move(made));
    router_ = std::make_unique<Router>(*service_);
    const auto started = router_->Start();
    ASSERT_TRUE(started) << started.error();
    sip_ = std::make_unique<FrontEnd>(service_->loop(), endpoint, Role::kSipFrontend, "sip-1");
    for (const std::string name : {"xmpp-1", "xmpp-2"}) {
      xmpp_.push_back(
          std::make_unique<FrontEnd>(service_->loop(), endpoint, Role::kXmppFrontend, name));
    }
  }
  void AwaitMembers() {
    const auto ready = router_->hooks().ready;
    ASSERT_TRUE(Until([&] {
      return ready() && xmpp_[0]->seat.members(Role::kRouter) == 1 &&
             xmpp_[1]->seat.members(Role::kRouter) == 1;
    }));
  }
  std::unique_ptr<runtime::RealRedis> StartWithRedis() {
    auto redis = runtime::RealRedis::Server(folder_.path());
    Start("microsoft", redis->port());
    EXPECT_TRUE(Until([&] {
      router_->hooks().gauges();
      return service_->metrics().Text().find("dragoman_store_up 1") != std::string::npos;
    }));
    return redis;
  }
  void TearDown() override {
    sip_.reset();
    xmpp_.clear();
    router_.reset();
  }
  bool Until(const std::function<bool()>& done) {
    runtime::Loop& loop = service_->loop();
    const TimePoint give_up = loop.Now() + 30s;
    runtime::Timer tick(loop, [&] { loop.Stop(); });
    while (!done() && loop.Now() < give_up) {
      tick.StartAt(loop.Now() + 1ms);
      loop.Run();
    }
    return done();
  }

  // From Romeo, by way of the front-end `by`, to the SIP user of that number.
  template <typename Payload>
  MessageId Say(std::size_t by, std::size_t to, const Payload& payload) {
    auto message =
        envelope::MakeMessage(envelope::NewId(service_->random()), envelope::Side::kXmpp,
                              {"romeo", "montague.example", "orchard"},
                              {"juliet" + std::to_string(to), "capulet.example", {}}, payload);
    message.header.budget_ms = 60'000;
    const MessageId id = message.header.id;
    const std::uint64_t key = message.header.pair_hash;
    xmpp_.at(by)->seat.Ask(std::move(message), {Role::kRouter, key});
    return id;
  }
  static Chat Words() {
    Chat chat;
    chat.bodies.push_back({"", "But soft"});
    return chat;
  }
  double Waiting() {
    router_->hooks().gauges();
    const std::string text = service_->metrics().Text();
    const std::size_t at = text.find("\ndragoman_waiting ");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + 18));
  }
  void AnswerSip(std::size_t number, const envelope::Outcome& outcome) {
    sip_->seat.Reply(sip_->delivered.at(number).header.id, outcome);
  }

  runtime::TestFolder folder_;
  std::unique_ptr<runtime::Service> service_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<FrontEnd> sip_;
  std::vector<std::unique_ptr<FrontEnd>> xmpp_;
};

TEST_F(ChatFlowsTest, ARCH15_ARouterJoinsOnceItHasReachedTheStore) {
  const auto redis = runtime::RealRedis::Server(folder_.path());
  redis->Signal(SIGSTOP);
  Make("microsoft", redis->port());
  runtime::Timer wake(service_->loop(), [&] { redis->Signal(SIGCONT); });
  wake.StartAt(service_->loop().Now() + kStoreAwaitMax / 10);
  AwaitMembers();
  router_->hooks().gauges();
  EXPECT_THAT(service_->metrics().Text(), testing::HasSubstr("dragoman_store_up 1"));
}

TEST_F(ChatFlowsTest, AChatStateForWhichThereIsNoRoomIsToldSo) {
  Start("standard", runtime::FreePort());
  for (std::size_t i = 0; i < kLaneMax; ++i) Say(0, 0, Words());
  const MessageId state = Say(0, 0, ChatState{envelope::ChatStateKind::kComposing, {}, {}});
  ASSERT_TRUE(Until([&] { return !xmpp_[0]->outcomes.empty(); }));
  ASSERT_TRUE(xmpp_[0]->outcomes.contains(state));
  EXPECT_EQ(xmpp_[0]->outcomes[state].reason, policy::Reason::kOverloaded);
}

// SIP's answer to a message that was let in is its answer, however much came meanwhile.
TEST_F(ChatFlowsTest, WhatSipHasReadIsNotRefusedForWantOfRoom) {
  Start("standard", runtime::FreePort());
  std::vector<MessageId> first;
  for (std::size_t i = 0; i < kAllLanesMax; ++i) {
    const std::size_t to = i / kLaneMax;
    const MessageId id = Say(to % 2, to, Words());
    if (i % kLaneMax == 0) first.push_back(id);
  }
  ASSERT_TRUE(Until([&] {
    return sip_->delivered.size() == first.size() && Waiting() == static_cast<double>(kAllLanesMax);
  }));
  AnswerSip(0, {.sip_status = 200});
  const MessageId read =
      first.at(std::stoul(sip_->delivered[0].header.to.local.substr(std::string("juliet").size())));
  const auto& told = [&]() -> auto& {
    return xmpp_[0]->outcomes.empty() ? xmpp_[1]->outcomes : xmpp_[0]->outcomes;
  };
  ASSERT_TRUE(Until([&] { return !told().empty(); }));
  ASSERT_TRUE(told().contains(read));
  EXPECT_TRUE(told().at(read).accepted());
}

TEST_F(ChatFlowsTest, WhatSipHasReadIsNotRefusedForWantOfRedis) {
  const auto redis = StartWithRedis();
  const MessageId message = Say(0, 0, Words());
  ASSERT_TRUE(Until([&] { return sip_->delivered.size() == 1; }));
  envelope::SipDialog dialog = sip_->Command(0).dialog;
  dialog.remote_tag = "theirs";
  AnswerSip(0, {.sip_status = 200, .dialog = dialog});
  ASSERT_TRUE(Until([&] { return sip_->delivered.size() == 2; }));
  ASSERT_TRUE(std::holds_alternative<Chat>(sip_->Command(1).act));
  redis->Signal(SIGKILL);
  AnswerSip(1, {.sip_status = 200});
  ASSERT_TRUE(Until([&] { return !xmpp_[0]->outcomes.empty(); }));
  EXPECT_TRUE(xmpp_[0]->outcomes[message].accepted());
}

TEST_F(ChatFlowsTest, ASessionThatCannotBeRecordedIsEnded) {
  const auto redis = StartWithRedis();
  const MessageId message = Say(0, 0, Words());
  ASSERT_TRUE(Until([&] { return sip_->delivered.size() == 1; }));
  const envelope::SipCommand invite = sip_->Command(0);
  ASSERT_TRUE(std::holds_alternative<envelope::SessionOpen>(invite.act));
  redis->Signal(SIGKILL);
  envelope::SipDialog dialog = invite.dialog;
  dialog.remote_tag = "theirs";
  AnswerSip(0, {.sip_status = 200, .dialog = dialog});
  ASSERT_TRUE(Until([&] { return sip_->delivered.size() == 2 && !xmpp_[0]->outcomes.empty(); }));
  const envelope::SipCommand bye = sip_->Command(1);
  EXPECT_TRUE(std::holds_alternative<envelope::SessionClose>(bye.act));
  EXPECT_EQ(bye.dialog.call_id, invite.dialog.call_id);
  EXPECT_EQ(bye.dialog.remote_tag, "theirs");
  EXPECT_EQ(bye.dialog.local_cseq, invite.dialog.local_cseq + 1);
  EXPECT_EQ(xmpp_[0]->outcomes[message].reason, policy::Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace dragoman::router
