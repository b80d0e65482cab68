// A front-end, its router and an Edge on one loop, started by each test with its own settings.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sip-frontend/frontend.h"
#include "tests/sip-frontend/court.h"

namespace dragoman::sip_frontend {

class FrontendTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new Folder;
    folder->Certify("gw", "gw.example.net");
    folder->Certify("edge", "edge.contoso.com");
    folder->Certify("stranger", "stranger.example");
  }
  static void TearDownTestSuite() { delete folder; }

  void SetUp() override {
    settings.sip.domains = {"contoso.com"};
    settings.sip.fqdn = "gw.example.net";
    settings.partners.push_back({.domains = {"jabber.example.org"}, .server = {}});
    settings.bus.connect = {"ipc://" + (*folder / "router")};
    // An Edge that listens: where requests of ours arrive.
    auto listening = runtime::Listener::Listen(loop, "127.0.0.1:0", [this](auto pending) {
      accepted.push_back(std::make_unique<Peer>(loop, folder->Context("edge", loop.Wall())));
      accepted.back()->Adopt(*pending);
    });
    ASSERT_TRUE(listening);
    edge_listener = *std::move(listening);
    // And another one.
    auto second = runtime::Listener::Listen(loop, "127.0.0.1:0", [this](auto pending) {
      at_second.push_back(std::make_unique<Peer>(loop, folder->Context("edge", loop.Wall())));
      at_second.back()->Adopt(*pending);
    });
    ASSERT_TRUE(second);
    second_listener = *std::move(second);
    settings.sip.edges = {{"edge.contoso.com", static_cast<std::uint16_t>(edge_listener->port())}};
  }

  void Start() {
    router = std::make_unique<Router>(loop, settings.bus.connect.front(), log);
    auto probe = runtime::Listener::Listen(loop, "127.0.0.1:0", [](auto) {});
    port = (*probe)->port();
    probe->reset();
    settings.sip.listen = {"127.0.0.1:" + std::to_string(port)};
    frontend = std::make_unique<Frontend>(
        Frontend::Parts{.loop = loop,
                        .resolver = local,
                        .random = random,
                        .journal = journal,
                        .log = log,
                        .metrics = metrics,
                        .settings = settings,
                        .tls = folder->Context("gw", loop.Wall()),
                        .self = {envelope::Role::kSipFrontend, "sip-frontend-test", "test"}});
    const auto started = frontend->Start();
    ASSERT_TRUE(started) << started.error();
    ASSERT_TRUE(Until([this] { return frontend->ready() && router->members() == 1; }));
  }

  void TearDown() override {
    frontend.reset();
    router.reset();
    accepted.clear();
    at_second.clear();
  }

  // Turns the loop until `done`; false after ten seconds.
  bool Until(const std::function<bool()>& done) {
    const TimePoint give_up = loop.Now() + 10s;
    runtime::Timer tick(loop, [&] { loop.Stop(); });
    while (!done() && loop.Now() < give_up) {
      tick.StartAt(loop.Now() + 1ms);
      loop.Run();
    }
    return done();
  }

  std::unique_ptr<Peer> Connected(const std::string& certificate = "edge") {
    auto peer = std::make_unique<Peer>(loop, folder->Context(certificate, loop.Wall()));
    peer->Connect(port);
    EXPECT_TRUE(Until([&] { return peer->secure || peer->closed; }));
    return peer;
  }

  static std::string Page(const std::string& branch, const std::string& extra = {},
                          const std::string& body = "Hello",
                          const std::string& uri = "sip:romeo@jabber.example.org",
                          const std::string& from = "sip:juliet@contoso.com") {
    return "MESSAGE " + uri + " SIP/2.0\r\nVia: SIP/2.0/TLS edge.contoso.com;branch=z9hG4bK" +
           branch + "\r\nMax-Forwards: 70\r\nFrom: <" + from + ">;tag=1\r\nTo: <" + uri +
           ">\r\nCall-ID: " + branch + "\r\nCSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\n" +
           extra + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  // Every host is this machine; services are what the test says.
  struct Local final : runtime::Resolver {
    void Addresses(const std::string&, OnAddresses done) override {
      done(std::vector<std::string>{"127.0.0.1"});
    }
    void Srv(const std::string& name, OnSrv done) override {
      asked.push_back(name);
      const auto found = records.find(name);
      if (found == records.end()) return done(Fail(runtime::DnsError::kNotFound));
      done(found->second);
    }
    std::map<std::string, std::vector<SrvRecord>> records;
    std::vector<std::string> asked;
  };

  static inline Folder* folder = nullptr;
  runtime::Loop loop;
  runtime::SystemRandom random;
  policy::Settings settings;
  runtime::Log log{"sip-frontend-test", runtime::LogFormat::kText};
  runtime::Metrics metrics;
  Journal journal{log, metrics};
  Local local;
  std::unique_ptr<runtime::Listener> edge_listener;
  std::vector<std::unique_ptr<Peer>> accepted;
  std::unique_ptr<runtime::Listener> second_listener;
  std::vector<std::unique_ptr<Peer>> at_second;
  std::unique_ptr<Router> router;
  std::unique_ptr<Frontend> frontend;
  int port = 0;
};

}  // namespace dragoman::sip_frontend
