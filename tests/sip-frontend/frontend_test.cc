#include "sip-frontend/frontend.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/sip-frontend/court.h"

namespace dragoman::sip_frontend {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

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
    settings.router_listen = {"ipc://" + (*folder / "router")};
    // An Edge that listens: where requests of ours arrive.
    auto listening = runtime::Listener::Listen(loop, "127.0.0.1:0", [this](auto pending) {
      accepted.push_back(std::make_unique<Peer>(loop, folder->Context("edge", loop.Wall())));
      accepted.back()->Adopt(*pending);
    });
    ASSERT_TRUE(listening);
    edge_listener = *std::move(listening);
    settings.sip.edges = {{"edge.contoso.com", static_cast<std::uint16_t>(edge_listener->port())}};
    auto made = runtime::Resolver::Create(loop, {.servers = {}, .timeout = 1s});
    ASSERT_TRUE(made);
    resolver = *std::move(made);
  }

  void Start() {
    // The name of the Edge resolves to loopback here.
    local.resolver = resolver.get();
    router = std::make_unique<Router>(loop, settings.router_listen.front());
    auto probe = runtime::Listener::Listen(loop, "127.0.0.1:0", [](auto) {});
    port = (*probe)->port();
    probe->reset();
    settings.sip.listen = {"127.0.0.1:" + std::to_string(port)};
    frontend = std::make_unique<Frontend>(
        Frontend::Parts{.loop = loop,
                        .resolver = local,
                        .random = random,
                        .journal = journal,
                        .settings = settings,
                        .tls = folder->Context("gw", loop.Wall()),
                        .self = {envelope::Role::kSipFrontend, "sip-frontend-test", "test"}});
    const auto started = frontend->Start();
    ASSERT_TRUE(started) << started.error();
    ASSERT_TRUE(Until([this] { return frontend->ready() && router->members == 1; }));
  }

  void TearDown() override {
    frontend.reset();
    router.reset();
    accepted.clear();
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

  struct Local final : runtime::Resolver {
    void Addresses(const std::string&, OnAddresses done) override {
      done(std::vector<std::string>{"127.0.0.1"});
    }
    void Srv(const std::string& name, OnSrv done) override { resolver->Srv(name, std::move(done)); }
    runtime::Resolver* resolver = nullptr;
  };

  static Folder* folder;
  runtime::Loop loop;
  runtime::SystemRandom random;
  policy::Settings settings;
  runtime::Log log{"sip-frontend-test", runtime::LogFormat::kText};
  runtime::Metrics metrics;
  Journal journal{log, metrics};
  Local local;
  std::unique_ptr<runtime::Resolver> resolver;
  std::unique_ptr<runtime::Listener> edge_listener;
  std::vector<std::unique_ptr<Peer>> accepted;
  std::unique_ptr<Router> router;
  std::unique_ptr<Frontend> frontend;
  int port = 0;
};
Folder* FrontendTest::folder = nullptr;

TEST_F(FrontendTest, AnswersAMessageOnlyOnItsOutcome) {
  Start();
  router->outcome.reset();
  auto peer = Connected();
  peer->Send(Page("a"));
  ASSERT_TRUE(Until([&] { return router->delivered.size() == 1; }));
  EXPECT_TRUE(peer->responses.empty());
  const auto chat = envelope::Decode<envelope::Chat>(router->delivered[0].payload);
  ASSERT_TRUE(chat);
  EXPECT_EQ(chat->bodies.at(0).text, "Hello");
  EXPECT_EQ(router->delivered[0].header.from.local, "juliet");
  router->Answer(router->delivered[0].header.id, {});
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 1; }));
  EXPECT_TRUE(peer->responses[0].IsSuccess());
  EXPECT_THAT(std::string(peer->responses[0].Get("Via")), HasSubstr(";received=127.0.0.1"));
}

TEST_F(FrontendTest, CarriesTheReasonOfARefusal) {
  Start();
  router->outcome =
      envelope::Outcome{.reason = policy::Reason::kRemoteServerNotFound, .text = {}, .dialog = {}};
  auto peer = Connected();
  peer->Send(Page("a"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 1; }));
  EXPECT_GE(peer->responses[0].status(), 400);
  EXPECT_THAT(std::string(peer->responses[0].Get("ms-diagnostics-public")),
              StartsWith("61010;reason="));
}

TEST_F(FrontendTest, SIP13_AnAnswerWhoseConnectionIsGoneTakesANewOne) {
  Start();
  router->outcome.reset();
  auto peer = Connected();
  peer->Send(Page("a"));
  ASSERT_TRUE(Until([&] { return router->delivered.size() == 1; }));
  peer.reset();
  ASSERT_TRUE(Until([&] { return frontend->connections() == 0; }));
  router->Answer(router->delivered[0].header.id, {});
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && !accepted[0]->responses.empty(); }));
  EXPECT_TRUE(accepted[0]->responses[0].IsSuccess());
  EXPECT_EQ(accepted[0]->responses[0].Get("Call-ID"), "a");
}

TEST_F(FrontendTest, KeepsTheOrderOfAPipeline) {
  Start();
  auto peer = Connected();
  std::string all;
  for (int i = 0; i < 100; ++i) all += Page("p" + std::to_string(i), {}, std::to_string(i));
  peer->Send(all);
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 100; }));
  ASSERT_EQ(router->delivered.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(envelope::Decode<envelope::Chat>(router->delivered[i].payload)->bodies.at(0).text,
              std::to_string(i));
  }
}

TEST_F(FrontendTest, SIP6_AnswersAPing) {
  Start();
  auto peer = Connected();
  peer->Send("\r\n\r\n");
  EXPECT_TRUE(Until([&] { return peer->pings == 1; }));
}

TEST_F(FrontendTest, TLS16_RefusesWhoIsNoEdge) {
  Start();
  auto peer = Connected("stranger");
  peer->Send(Page("a"));
  EXPECT_TRUE(Until([&] { return peer->closed.has_value(); }));
  EXPECT_TRUE(router->delivered.empty());
}

TEST_F(FrontendTest, RefusesDomainsThatAreNotItsOwn) {
  Start();
  auto peer = Connected();
  peer->Send(Page("a", {}, "x", "sip:romeo@elsewhere.example"));
  peer->Send(Page("b", {}, "x", "sip:romeo@jabber.example.org", "sip:mallory@evil.example"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 2; }));
  EXPECT_EQ(peer->responses[0].status(), 404);
  EXPECT_THAT(std::string(peer->responses[0].Get("ms-diagnostics-public")), StartsWith("61001;"));
  EXPECT_EQ(peer->responses[1].status(), 403);
  EXPECT_THAT(std::string(peer->responses[1].Get("ms-diagnostics-public")), StartsWith("61002;"));
  EXPECT_TRUE(router->delivered.empty());
}

TEST_F(FrontendTest, TLS16_WithoutConfiguredEdgesAPeerSpeaksForItsOwnDomainOnly) {
  settings.sip.edges.clear();
  settings.sip.domains = {"contoso.com", "fabrikam.com"};
  Start();
  auto peer = Connected();
  peer->Send(Page("a"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 1; }));
  EXPECT_TRUE(peer->responses[0].IsSuccess());
  peer->Send(Page("b", {}, "x", "sip:romeo@jabber.example.org", "sip:juliet@fabrikam.com"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 2; }));
  EXPECT_EQ(peer->responses[1].status(), 403);
  EXPECT_EQ(router->delivered.size(), 1u);
  auto stranger = Connected("stranger");
  EXPECT_TRUE(Until([&] { return stranger->closed.has_value(); }));
}

TEST_F(FrontendTest, SIP23_RefusesWhatCameBack) {
  Start();
  auto peer = Connected();
  peer->Send(Page("a", "Via: SIP/2.0/TLS GW.example.net:5061;branch=z9hG4bKours\r\n"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 1; }));
  EXPECT_EQ(peer->responses[0].status(), 482);
  EXPECT_THAT(std::string(peer->responses[0].Get("ms-diagnostics-public")), StartsWith("61022;"));
}

TEST_F(FrontendTest, RefusesNewRequestsWhileItDrains) {
  Start();
  auto peer = Connected();
  frontend->Drain();
  peer->Send(Page("a"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 1; }));
  EXPECT_EQ(peer->responses[0].status(), 500);
  EXPECT_THAT(std::string(peer->responses[0].Get("ms-diagnostics-public")), StartsWith("62004;"));
  EXPECT_TRUE(frontend->idle());
}

TEST_F(FrontendTest, SIP19_AnswersOptions) {
  Start();
  auto peer = Connected();
  std::string options = Page("o", {}, "");
  options.replace(0, 7, "OPTIONS");
  options.replace(options.find("1 MESSAGE"), 9, "1 OPTIONS");
  peer->Send(options);
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 1; }));
  EXPECT_EQ(peer->responses[0].status(), 200);
  EXPECT_THAT(std::string(peer->responses[0].Get("Allow")), HasSubstr("MESSAGE"));
}

TEST_F(FrontendTest, SIP5_BytesThatAreNotSipEndOnlyTheirConnection) {
  Start();
  auto bad = Connected();
  auto good = Connected();
  bad->Send(
      "MESSAGE sip:romeo@jabber.example.org SIP/2.0\r\nVia: SIP/2.0/TLS e;branch=z9hG4bK1\r\nFrom: "
      "<sip:a@contoso.com>;tag=1\r\n"
      "To: <sip:b@c>\r\nCall-ID: x\r\nCSeq: 1 MESSAGE\r\nContent-Length: zero\r\n\r\n");
  ASSERT_TRUE(Until([&] { return bad->closed.has_value(); }));
  ASSERT_EQ(bad->responses.size(), 1u);
  EXPECT_EQ(bad->responses[0].status(), 400);
  EXPECT_THAT(std::string(bad->responses[0].Get("ms-diagnostics-public")), StartsWith("61023;"));
  good->Send(Page("a"));
  EXPECT_TRUE(Until([&] { return good->responses.size() == 1; }));
  EXPECT_FALSE(good->closed);
}

TEST_F(FrontendTest, L9_StopsReadingAPeerWithTooManyOpenRequests) {
  Start();
  router->outcome.reset();
  auto peer = Connected();
  constexpr std::size_t kSent = sip::kTransactionsPerConnectionMax + 400;
  // In pieces: what one read brought is still taken.
  for (std::size_t i = 0; i < kSent; ++i) {
    peer->Send(Page("q" + std::to_string(i), {}, std::string(1000, 'x')));
  }
  ASSERT_TRUE(
      Until([&] { return router->delivered.size() >= sip::kTransactionsPerConnectionMax; }));
  EXPECT_LT(router->delivered.size(), kSent);
  std::size_t answered = 0;
  EXPECT_TRUE(Until([&] {
    while (answered < router->delivered.size())
      router->Answer(router->delivered[answered++].header.id, {});
    return peer->responses.size() == kSent;
  }));
}

TEST_F(FrontendTest, CarriesACommandToTheEdgeAndItsAnswerBack) {
  Start();
  envelope::Chat chat;
  chat.bodies.push_back({"en", "But soft"});
  router->Command({.dialog = {}, .act = chat}, {"romeo", "jabber.example.org", {}},
                  {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 1; }));
  const sip::Request& request = accepted[0]->requests[0];
  EXPECT_EQ(request.method(), "MESSAGE");
  EXPECT_EQ(request.body(), "But soft");
  EXPECT_THAT(std::string(request.Get("Via")),
              StartsWith("SIP/2.0/TLS gw.example.net:5061;branch=z9hG4bK"));
  EXPECT_TRUE(router->outcomes.empty());
  accepted[0]->Send(sip::MakeResponse(request, 200, "edge").ToString());
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
  EXPECT_TRUE(router->outcomes[0].accepted());
  EXPECT_EQ(router->outcomes[0].sip_status, 200);

  router->Command({.dialog = {}, .act = chat}, {"romeo", "jabber.example.org", {}},
                  {"juliet", "contoso.com", {}}, 2);
  ASSERT_TRUE(Until([&] { return accepted[0]->requests.size() == 2; }));
  EXPECT_EQ(accepted.size(), 1u);  // one connection for all
  accepted[0]->Send(sip::MakeResponse(accepted[0]->requests[1], 404, "edge").ToString());
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 2; }));
  EXPECT_EQ(router->outcomes[1].reason, policy::Reason::kSipRefused);
}

TEST_F(FrontendTest, OpensASessionAndAcknowledgesIt) {
  Start();
  router->Command({.dialog = {}, .act = envelope::SessionOpen{}},
                  {"romeo", "jabber.example.org", {}}, {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 1; }));
  const sip::Request invite = accepted[0]->requests[0];
  ASSERT_EQ(invite.method(), "INVITE");
  sip::Response ok = sip::MakeResponse(invite, 200, "callee");
  ok.Add("Contact", "<sip:juliet@contoso.com;opaque=user:epid:x;gruu>");
  accepted[0]->Send(ok.ToString());
  ASSERT_TRUE(
      Until([&] { return accepted[0]->requests.size() == 2 && router->outcomes.size() == 1; }));
  EXPECT_EQ(accepted[0]->requests[1].method(), "ACK");
  EXPECT_EQ(accepted[0]->requests[1].uri(), "sip:juliet@contoso.com;opaque=user:epid:x;gruu");
  ASSERT_TRUE(router->outcomes[0].dialog);
  EXPECT_EQ(router->outcomes[0].dialog->remote_tag, "callee");
  EXPECT_EQ(router->outcomes[0].dialog->edge, policy::ToString(settings.sip.edges[0]));

  // Somebody else picked up as well: thanked and let go.
  sip::Response second = sip::MakeResponse(invite, 200, "other");
  second.Add("Contact", "<sip:other@contoso.com>");
  accepted[0]->Send(second.ToString());
  ASSERT_TRUE(Until([&] { return accepted[0]->requests.size() == 4; }));
  EXPECT_EQ(accepted[0]->requests[2].method(), "ACK");
  EXPECT_EQ(accepted[0]->requests[3].method(), "BYE");
  EXPECT_EQ(accepted[0]->requests[3].uri(), "sip:other@contoso.com");
  EXPECT_EQ(router->outcomes.size(), 1u);
}

TEST_F(FrontendTest, AnEdgeThatCannotBeReachedEndsTheCommand) {
  edge_listener->Stop();
  edge_listener.reset();
  Start();
  envelope::Chat chat;
  chat.bodies.push_back({"", "x"});
  router->Command({.dialog = {}, .act = chat}, {"romeo", "jabber.example.org", {}},
                  {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
  EXPECT_FALSE(router->outcomes[0].accepted());
}

TEST_F(FrontendTest, ALostConnectionEndsItsCommands) {
  Start();
  envelope::Chat chat;
  chat.bodies.push_back({"", "x"});
  router->Command({.dialog = {}, .act = chat}, {"romeo", "jabber.example.org", {}},
                  {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 1; }));
  accepted[0]->Close();
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
  EXPECT_FALSE(router->outcomes[0].accepted());
}

TEST_F(FrontendTest, TLS15_SendsNothingToAnEdgeWithAnotherName) {
  edge_listener->Stop();
  auto listening = runtime::Listener::Listen(loop, "127.0.0.1:0", [this](auto pending) {
    accepted.push_back(std::make_unique<Peer>(loop, folder->Context("stranger", loop.Wall())));
    accepted.back()->Adopt(*pending);
  });
  ASSERT_TRUE(listening);
  edge_listener = *std::move(listening);
  settings.sip.edges[0].port = static_cast<std::uint16_t>(edge_listener->port());
  Start();
  envelope::Chat chat;
  chat.bodies.push_back({"", "x"});
  router->Command({.dialog = {}, .act = chat}, {"romeo", "jabber.example.org", {}},
                  {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
  EXPECT_FALSE(router->outcomes[0].accepted());
  EXPECT_TRUE(accepted.at(0)->requests.empty());
}

}  // namespace
}  // namespace dragoman::sip_frontend
