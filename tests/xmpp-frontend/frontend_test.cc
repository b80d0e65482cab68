// The whole process on a loop of its own, between strangers and a partner's server.
#include "xmpp-frontend/frontend.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "tests/xmpp-frontend/partner.h"

namespace dragoman::xmpp_frontend {
namespace {

using testing::HasSubstr;

// Somebody who connects to the front-end and says what the test says.
class Stranger final : public runtime::ConnectionOwner {
 public:
  Stranger(runtime::Loop& loop, int port)
      : connection_(runtime::Connection::Connect(loop, "127.0.0.1", port, Duration(5'000), *this)) {
  }
  void Send(std::string_view bytes) { connection_->Write(bytes); }
  void Close() { connection_->Close(); }
  std::string heard;
  bool open = false;

 private:
  void OnOpen() override { open = true; }
  void OnBytes(std::string_view bytes) override { heard += bytes; }
  void OnClosed(const runtime::CloseInfo&) override {}
  std::unique_ptr<runtime::Connection> connection_;
};

// Sends chats, and keeps what became of them; and what it is asked, until it is told to answer.
class Router {
 public:
  Router(runtime::Loop& loop, const std::string& name, const std::string& endpoint)
      : seat_({loop, log_, metrics_, settings_, {envelope::Role::kRouter, name, DRAGOMAN_VERSION}},
              {[this](const envelope::Message& message) { asked.push_back(message.header); },
               [this](const envelope::MessageId&, envelope::Outcome given) {
                 outcomes.push_back(std::move(given));
               }}) {
    if (!seat_.Bind(endpoint)) std::abort();
  }
  void Chat(const std::string& domain) {
    envelope::Chat chat;
    chat.bodies.push_back({"", "x"});
    auto message =
        envelope::MakeMessage(envelope::NewId(random_), envelope::Side::kSip,
                              {"juliet", "sip.example", {}}, {"romeo", domain, {}}, chat);
    message.header.budget_ms = 60'000;
    seat_.Request(std::move(message), {envelope::Role::kXmppFrontend, 1});
  }
  void AnswerAll(const envelope::Outcome& outcome = {}) {
    for (const envelope::Header& header : std::exchange(asked, {})) {
      seat_.Reply(header.id, outcome);
      ++answered;
    }
  }
  std::size_t members() const { return seat_.members(envelope::Role::kXmppFrontend); }
  std::vector<envelope::Header> asked;
  std::size_t answered = 0;
  std::vector<envelope::Outcome> outcomes;

 private:
  runtime::SystemRandom random_;
  policy::Settings settings_;
  runtime::Metrics metrics_;
  runtime::Log log_{"router-test", runtime::LogFormat::kText};
  runtime::Seat seat_;
};

class FrontendTest : public PartnerTest {
 protected:
  void SetUp() override {
    PartnerTest::SetUp();
    std::string name = std::filesystem::temp_directory_path() / "dragoman-xmpp-XXXXXX";
    folder = mkdtemp(name.data());
    const std::string make =
        "cd " + folder +
        " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=sip.example -keyout gw.key -out gw.crt >/dev/null 2>&1";
    ASSERT_EQ(std::system(make.c_str()), 0);
    std::ofstream(folder + "/secret") << std::string(32, 's');
    ASSERT_EQ(chmod((folder + "/secret").c_str(), 0600), 0);
    auto probe = runtime::Listener::Listen(loop, "127.0.0.1:0", [](auto) {});
    ASSERT_TRUE(probe);
    port = (*probe)->port();
    probe->reset();
  }

  void Configure(const std::string& partners, const std::string& wants_tls = "disabled",
                 const std::string& limits = "{}") {
    const std::string files = "tls: {certificate: gw.crt, key: gw.key, trust: gw.crt}";
    std::ofstream(folder + "/dragoman.yaml")
        << "sip: {domains: [sip.example], fqdn: gw.sip.example, " << files << "}\n"
        << "xmpp: {" << files << ", dialback_secret: secret, listen: ['127.0.0.1:" << port
        << "'], limits: " << limits << "}\nworkers: {router: 2}\npartners: [{tls: " << wants_tls
        << ", " << partners << "}]\n";
  }

  void Start(std::unique_ptr<runtime::Resolver> resolver = std::make_unique<Local>()) {
    std::string words[] = {"xmpp-frontend", "--config", folder + "/dragoman.yaml", "--state",
                           folder};
    char* argv[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                    words[4].data()};
    auto created = runtime::Service::Create(5, argv, "xmpp-frontend");
    ASSERT_EQ(created.index(), 0u);
    service = std::get<0>(std::move(created));
    auto loaded = Credentials::Load(service->settings().xmpp.tls, loop.Wall());
    ASSERT_TRUE(loaded) << loaded.error();
    frontend = std::make_unique<Frontend>(*service, *loaded, std::move(resolver));
    const auto started = frontend->Start();
    ASSERT_TRUE(started) << started.error();
  }

  // Between two routers, which know it.
  void StartWithRouters(std::unique_ptr<runtime::Resolver> resolver = std::make_unique<Local>()) {
    router_a.emplace(loop, "router-a", "ipc://" + folder + "/router-0");
    router_b.emplace(loop, "router-b", "ipc://" + folder + "/router-1");
    Start(std::move(resolver));
    ASSERT_TRUE(Both([&] { return router_a->members() == 1 && router_b->members() == 1; }));
  }

  void TearDown() override {
    frontend.reset();
    router_a.reset();
    router_b.reset();
    service.reset();
    std::filesystem::remove_all(folder);
  }

  // As Until, with the front-end's loop between the turns of ours.
  bool Both(const std::function<bool()>& done) {
    runtime::Timer tick(service->loop(), [this] { service->loop().Stop(); });
    return Until([&] {
      tick.StartAt(service->loop().Now() + Duration(1));
      service->loop().Run();
      return done();
    });
  }

  // The partner's server, for all domains of a partner.
  std::string Server() const {
    return "server: '127.0.0.1:" + std::to_string(listener->port()) + "'";
  }

  // Says whose server it is, and gives a key of dialback, perhaps for another domain.
  void Claim(Stranger& stranger, const std::string& domain, const std::string& proves = "") {
    stranger.Send(
        "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
        "xmlns:db='jabber:server:dialback' from='" +
        domain + "' to='sip.example' version='1.0'>");
    ASSERT_TRUE(
        Both([&] { return stranger.heard.find("</stream:features>") != std::string::npos; }));
    GiveKey(stranger, proves.empty() ? domain : proves);
  }
  static void GiveKey(Stranger& stranger, const std::string& domain) {
    stranger.Send("<db:result from='" + domain + "' to='sip.example'>key</db:result>");
  }
  void Prove(Stranger& stranger, const std::string& domain, const std::string& proves = "") {
    Claim(stranger, domain, proves);
    ASSERT_TRUE(Both([&] { return stranger.heard.find("valid") != std::string::npos; }));
  }
  static std::string Message(const std::string& from) {
    return "<message from='" + from +
           "' to='juliet@sip.example' type='chat'><body>x</body></message>";
  }

  std::string folder;
  int port = 0;
  std::unique_ptr<runtime::Service> service;
  std::unique_ptr<Frontend> frontend;
  std::optional<Router> router_a, router_b;
};

TEST_F(FrontendTest, L9_APartnerWithTooMuchOpenIsNotReadAndOthersAre) {
  Configure("domain: noisy.example, " + Server() + "}, {tls: disabled, domain: quiet.example, " +
            Server());
  StartWithRouters();
  Stranger noisy(loop, port), quiet(loop, port);
  ASSERT_TRUE(Both([&] { return noisy.open && quiet.open; }));
  Prove(noisy, "noisy.example");
  Prove(quiet, "quiet.example");
  constexpr std::size_t kSent = 4 * routing::kPartnerWindowMax;
  for (std::size_t n = 0; n < kSent; ++n)
    noisy.Send(Message("romeo" + std::to_string(n) + "@noisy.example"));
  const auto asked = [&](std::string_view domain) {
    const auto from = [&](const envelope::Header& one) { return one.from.domain == domain; };
    return static_cast<std::size_t>(
        std::count_if(router_a->asked.begin(), router_a->asked.end(), from) +
        std::count_if(router_b->asked.begin(), router_b->asked.end(), from));
  };
  ASSERT_TRUE(Both([&] { return asked("noisy.example") >= routing::kPartnerWindowMax; }));
  quiet.Send(Message("romeo@quiet.example"));
  ASSERT_TRUE(Both([&] { return asked("quiet.example") == 1; }));
  EXPECT_LT(asked("noisy.example"), 2 * routing::kPartnerWindowMax) << "what one read brings";
  EXPECT_TRUE(Both([&] {
    router_a->AnswerAll();
    router_b->AnswerAll();
    return router_a->answered + router_b->answered == kSent + 1;
  }));
}

// What it refuses itself, what a router refuses it, and what it refuses a router.
TEST_F(FrontendTest, EveryRefusalIsLoggedAndCountedWithItsReason) {
  testing::internal::CaptureStdout();
  Configure("domain: xmpp.example, server: '127.0.0.1:" + std::to_string(listener->port()) + "'");
  StartWithRouters();
  Stranger stranger(loop, port);
  EXPECT_TRUE(Both([&] { return stranger.open; }));
  Prove(stranger, "xmpp.example");
  stranger.Send(
      "<message from='romeo@xmpp.example/b' to='juliet@sip.example' type='groupchat'>"
      "<body>x</body></message>");
  stranger.Send(Message("romeo@xmpp.example"));
  EXPECT_TRUE(Both([&] { return router_a->asked.size() + router_b->asked.size() == 1; }));
  router_a->AnswerAll({.reason = policy::Reason::kItemNotFound});
  router_b->AnswerAll({.reason = policy::Reason::kItemNotFound});
  router_a->Chat("nobodys.example");
  EXPECT_TRUE(Both([&] { return router_a->outcomes.size() == 1; }));
  const auto counted = [&](const std::string& what) {
    return service->metrics().Text().find(what) != std::string::npos;
  };
  EXPECT_TRUE(Both([&] {
    return counted(
        "dragoman_refused_total{from=\"xmpp\",kind=\"chat\",reason=\"item-not-found\"} 1");
  }));
  EXPECT_TRUE(counted("dragoman_taken_total{from=\"xmpp\",kind=\"gate\"} 1"));
  EXPECT_TRUE(counted(
      "dragoman_refused_total{from=\"xmpp\",kind=\"gate\",reason=\"unsupported-request\"} 1"));
  frontend.reset();
  service.reset();  // and the log with it
  const std::string told = testing::internal::GetCapturedStdout();
  const std::string refused = "\"event\":\"refused\",\"kind\":";
  EXPECT_THAT(told, HasSubstr(refused + "\"gate\",\"reason\":\"unsupported-request\",\"stanza\":"
                                        "\"message\",\"from\":\"romeo@xmpp.example/b\","
                                        "\"to\":\"juliet@sip.example\""));
  EXPECT_THAT(told,
              HasSubstr(refused + "\"chat\",\"reason\":\"item-not-found\",\"sip_status\":\"0\","
                                  "\"from\":\"romeo@xmpp.example\",\"to\":\"juliet@sip.example\""));
  EXPECT_THAT(told,
              HasSubstr(refused +
                        "\"chat\",\"reason\":\"domain-not-served\",\"sip_status\":"
                        "\"0\",\"from\":\"juliet@sip.example\",\"to\":\"romeo@nobodys.example\""));
}

TEST_F(FrontendTest, L20_AVerificationEndsWithTheStreamThatAskedForIt) {
  verifies = false;
  Configure("domain: xmpp.example, " + Server());
  Start();
  Stranger stranger(loop, port);
  ASSERT_TRUE(Both([&] { return stranger.open; }));
  Claim(stranger, "xmpp.example");
  ASSERT_TRUE(Both([&] { return served.size() == 1; }));
  EXPECT_FALSE(served[0]->closed);
  stranger.Close();
  EXPECT_TRUE(Both([&] { return served[0]->closed; }));
}

TEST_F(FrontendTest, L20_AnAddressHasTenVerificationsUnderWay) {
  verifies = false;
  Configure("domain: '*', " + Server());
  Start();
  Stranger first(loop, port), second(loop, port);
  ASSERT_TRUE(Both([&] { return first.open && second.open; }));
  Claim(first, "d0.example");
  for (std::size_t n = 1; n < kVerificationsPerAddressMax; ++n)
    GiveKey(first, "d" + std::to_string(n) + ".example");
  ASSERT_TRUE(Both([&] { return served.size() == kVerificationsPerAddressMax; }));
  Claim(second, "more.example");
  ASSERT_TRUE(Both([&] { return second.heard.find("resource-constraint") != std::string::npos; }));
  EXPECT_EQ(served.size(), kVerificationsPerAddressMax);
  first.Close();
  ASSERT_TRUE(Both([&] { return served[0]->closed; }));
  GiveKey(second, "more.example");
  EXPECT_TRUE(Both([&] { return served.size() == kVerificationsPerAddressMax + 1; }));
}

TEST_F(FrontendTest, T3_AStreamIsHisWhoHasProvenSomething) {
  Configure("domain: '*', " + Server(), "disabled", "{per_partner: 1}");
  StartWithRouters();
  Stranger evil(loop, port), good(loop, port), another(loop, port);
  ASSERT_TRUE(Both([&] { return evil.open && good.open && another.open; }));
  Prove(evil, "good.example", "evil.example");
  Prove(good, "good.example");
  Claim(another, "else.example", "evil.example");
  EXPECT_TRUE(Both([&] { return another.heard.find("resource-constraint") != std::string::npos; }));
  evil.Close();  // without a </stream:stream>
  std::vector<std::string> lost;
  ASSERT_TRUE(Both([&] {
    for (Router* router : {&*router_a, &*router_b}) {
      for (const envelope::Header& header : std::exchange(router->asked, {}))
        lost.push_back(header.from.domain);
    }
    return !lost.empty();
  }));
  EXPECT_EQ(lost, std::vector<std::string>{"evil.example"});
}

TEST_F(FrontendTest, L9_WhatIsTooMuchOnAStreamOfOursIsRefused) {
  Configure("domain: xmpp.example, " + Server(), "optional");
  StartWithRouters();
  tls = Credentials::Load(service->settings().xmpp.tls, loop.Wall())->starttls;
  router_a->Chat("xmpp.example");
  ASSERT_TRUE(Both([&] { return !served.empty() && served[0]->stanzas.size() == 1; }));
  constexpr std::size_t kTooMany = 50;
  for (std::size_t n = 0; n < routing::kPartnerWindowMax + kTooMany; ++n)
    served[0]->Send(Message("romeo" + std::to_string(n) + "@xmpp.example"));
  ASSERT_TRUE(Both([&] { return served[0]->stanzas.size() == 1 + kTooMany; }));
  for (std::size_t n = 1; n <= kTooMany; ++n)
    EXPECT_NE(served[0]->stanzas[n].find("resource-constraint"), std::string::npos);
  EXPECT_TRUE(Both([&] {
    return router_a->asked.size() + router_b->asked.size() == routing::kPartnerWindowMax;
  }));
}

TEST_F(FrontendTest, ARCH16_AnErrorThatFindsNoStreamBeforeTheEndIsTold) {
  Configure("domain: xmpp.example, " + Server());
  StartWithRouters();
  Stranger stranger(loop, port);
  ASSERT_TRUE(Both([&] { return stranger.open; }));
  Prove(stranger, "xmpp.example");
  listener.reset();
  served.clear();
  stranger.Send(Message("romeo@xmpp.example"));
  ASSERT_TRUE(Both([&] { return router_a->asked.size() + router_b->asked.size() == 1; }));
  router_a->AnswerAll({.reason = policy::Reason::kForbidden});
  router_b->AnswerAll({.reason = policy::Reason::kForbidden});
  const runtime::Service::Hooks hooks = frontend->hooks();
  const auto counted = [&](std::string_view what) {
    return service->metrics().Text().find(what) != std::string::npos;
  };
  const auto lost = [&] { return counted("dragoman_answers_lost_total{"); };
  ASSERT_TRUE(Both([&] { return counted("reason=\"forbidden\""); }));
  hooks.drain();
  EXPECT_FALSE(hooks.idle());
  EXPECT_FALSE(lost());
  hooks.give_up();
  EXPECT_TRUE(Both(lost));
}

TEST_F(FrontendTest, L3_RefusesConnectionsAboveTheLimitAndCountsThem) {
  Configure("domain: xmpp.example");
  Start();
  std::vector<std::unique_ptr<Stranger>> strangers;
  for (std::size_t n = 0; n <= runtime::kConnectionsPerAddressMax; ++n)
    strangers.push_back(std::make_unique<Stranger>(loop, port));
  EXPECT_TRUE(Both([&] {
    return service->metrics().Text().find("dragoman_stream_refusals_total{direction=\"in\"} 1") !=
           std::string::npos;
  }));
}

struct Silent final : runtime::Resolver {
  void Addresses(const std::string&, OnAddresses) override {}
  void Srv(const std::string&, OnSrv) override {}
};

TEST_F(FrontendTest, ARCH8_MoreStreamsThanItMayHaveAreAnOverload) {
  Configure("domain: '*'");
  StartWithRouters(std::make_unique<Silent>());
  for (std::size_t n = 0; n < kLanesMax; ++n) {
    (n % 2 == 0 ? router_a : router_b)->Chat("d" + std::to_string(n) + ".example");
    if (n % 500 == 0) Both([] { return true; });
  }
  router_a->Chat("e.example");  // one too many
  std::vector<envelope::Outcome>& outcomes = router_a->outcomes;
  ASSERT_TRUE(Both([&] {
    outcomes.insert(outcomes.end(), router_b->outcomes.begin(), router_b->outcomes.end());
    router_b->outcomes.clear();
    return !outcomes.empty();
  }));
  EXPECT_EQ(outcomes[0].reason, policy::Reason::kOverloaded);
  EXPECT_EQ(outcomes[0].text, "too many streams to partners");
}

}  // namespace
}  // namespace dragoman::xmpp_frontend
