#include "sip-frontend/frontend.h"

#include <gmock/gmock.h>

#include <string>

#include "runtime/service/service.h"
#include "tests/sip-frontend/frontend_fixture.h"

namespace dragoman::sip_frontend {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

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

// It is not gone yet: the peer keeps its own half open.
TEST_F(FrontendTest, SIP13_AnAnswerWhoseConnectionIsBeingClosedTakesANewOne) {
  Start();
  router->outcome.reset();
  auto peer = Connected();
  peer->Send(Page("a") + Page("b"));
  ASSERT_TRUE(Until([&] { return router->delivered.size() == 2; }));
  peer->StopReading();  // nor sees that we close
  peer->Send("no SIP at all\r\n\r\n");
  ASSERT_TRUE(Until(
      [&] { return metrics.Text().find("dragoman_sip_malformed_total") != std::string::npos; }));
  ASSERT_EQ(frontend->connections(), 1u);
  for (const auto& message : router->delivered) router->Answer(message.header.id, {});
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->responses.size() == 2; }));
  EXPECT_TRUE(accepted[0]->responses[0].IsSuccess());
  EXPECT_EQ(accepted[0]->responses[0].Get("Call-ID"), "a");
  EXPECT_EQ(accepted[0]->responses[1].Get("Call-ID"), "b");
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

TEST_F(FrontendTest, L3_RefusesConnectionsAboveTheLimitAndCountsThem) {
  Start();
  std::vector<std::unique_ptr<Peer>> peers;
  for (std::size_t i = 0; i <= runtime::kConnectionsPerAddressMax; ++i) {
    peers.push_back(std::make_unique<Peer>(loop, folder->Context("edge", loop.Wall())));
    peers.back()->Connect(port);
  }
  ASSERT_TRUE(Until([&] {
    return metrics.Text().find("dragoman_sip_peers_refused_total{reason=\"overloaded\"} 1") !=
           std::string::npos;
  }));
  EXPECT_EQ(frontend->connections(), runtime::kConnectionsPerAddressMax);
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

// Whoever makes the answer: framer, gate, transactions, intake.
TEST_F(FrontendTest, WhatItRefusesItselfIsCountedOnceByItsReason) {
  Start();
  auto peer = Connected();
  std::string cancel = Page("c", {}, "");
  cancel.replace(0, 7, "CANCEL");
  cancel.replace(cancel.find("1 MESSAGE"), 9, "1 CANCEL");
  std::string spent = Page("d");
  spent.replace(spent.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
  std::string benotify = spent;
  benotify.replace(0, 7, "BENOTIFY");
  benotify.replace(benotify.find("1 MESSAGE"), 9, "1 BENOTIFY");
  peer->Send(Page("a", {}, "x", "sip:romeo@elsewhere.example") + cancel + spent + benotify +
             Page("b") + "MESSAGE sip:romeo@jabber.example.org SIP/2.0\r\nVia: SIP/2.0/TLS " +
             "e;branch=z9hG4bK1\r\nFrom: <sip:a@contoso.com>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: " +
             "x\r\nCSeq: 1 MESSAGE\r\nContent-Length: zero\r\n\r\n");
  ASSERT_TRUE(Until([&] { return peer->closed.has_value(); }));
  ASSERT_TRUE(Until([&] { return frontend->in_flight() == 0; }));
  frontend->seat().SetGauges();
  const std::string text = metrics.Text();
  const std::string gate = "{from=\"sip\",kind=\"gate\"";
  EXPECT_THAT(text, HasSubstr("dragoman_taken_total" + gate + "} 4"));
  for (const std::string once :
       {"domain-not-served", "no-such-dialog", "loop-detected", "malformed"})
    EXPECT_THAT(text, HasSubstr("dragoman_refused_total" + gate + ",reason=\"" + once + "\"} 1"));
  EXPECT_THAT(text, HasSubstr("dragoman_delivered_total{from=\"sip\",kind=\"chat\"} 1"));
  EXPECT_THAT(text, HasSubstr("dragoman_dropped_total{from=\"sip\"} 1"));
  EXPECT_THAT(text, HasSubstr("dragoman_sip_malformed_total 1"));
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

TEST_F(FrontendTest, ARCH16_WhatIsUnderWayEndsAndWhatIsNewGoesElsewhere) {
  Start();
  router->outcome.reset();  // it takes its time
  auto peer = Connected();
  peer->Send(Page("a"));
  ASSERT_TRUE(Until([&] { return router->delivered.size() == 1; }));
  frontend->Drain();
  peer->Send(Page("b"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 1; }));
  EXPECT_EQ(peer->responses[0].status(), 500);
  EXPECT_NE(peer->responses[0].Get("Retry-After"), "");
  EXPECT_THAT(std::string(peer->responses[0].Get("ms-diagnostics-public")), StartsWith("62004;"));
  EXPECT_FALSE(frontend->idle());
  router->Answer(router->delivered[0].header.id, {});
  ASSERT_TRUE(Until([&] { return peer->closed.has_value(); }));
  ASSERT_EQ(peer->responses.size(), 2u);
  EXPECT_TRUE(peer->responses[1].IsSuccess());
  EXPECT_TRUE(Until([this] { return frontend->idle(); }));
}

// Nothing is open for a moment, and the next request is on its way.
TEST_F(FrontendTest, ARCH16_WhoIsInTheMiddleOfItsRequestsHearsThatItIsToGoElsewhere) {
  Start();
  auto peer = Connected();
  peer->Send(Page("a"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 1; }));
  frontend->Drain();
  peer->Send(Page("b"));
  ASSERT_TRUE(Until([&] { return peer->responses.size() == 2 || peer->closed; }));
  ASSERT_EQ(peer->responses.size(), 2u);
  EXPECT_EQ(peer->responses[1].status(), 500);
  EXPECT_TRUE(Until([&] { return peer->closed.has_value(); }));
}

TEST_F(FrontendTest, ARCH16_ConnectionsEndOneAfterTheOtherAndServeUntilThen) {
  Start();
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 10; ++i) peers.push_back(Connected());
  const auto closed = [&] {
    return std::count_if(peers.begin(), peers.end(),
                         [](const auto& peer) { return peer->closed.has_value(); });
  };
  const TimePoint begun = loop.Now();
  frontend->Drain();
  ASSERT_TRUE(Until([&] { return closed() == 1; }));
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (!peers[i]->closed) peers[i]->Send(Page("p" + std::to_string(i)));
  }
  ASSERT_TRUE(Until([&] { return closed() == 10; }));
  EXPECT_GE(loop.Now() - begun, 8 * runtime::kFarewellInterval);
  const auto served = std::count_if(peers.begin(), peers.end(), [](const auto& peer) {
    return peer->responses.size() == 1 && peer->responses[0].IsSuccess();
  });
  EXPECT_GE(served, 1);
  EXPECT_TRUE(Until([this] { return frontend->idle(); }));
}

TEST_F(FrontendTest, WhatIsStillOpenAtTheEndIsRefused) {
  Start();
  router->outcome.reset();
  auto peer = Connected();
  peer->Send(Page("a"));
  ASSERT_TRUE(Until([&] { return router->delivered.size() == 1; }));
  frontend->Drain();
  frontend->GiveUp();
  ASSERT_TRUE(Until([&] { return peer->closed.has_value(); }));
  ASSERT_EQ(peer->responses.size(), 1u);
  EXPECT_EQ(peer->responses[0].status(), 500);
  EXPECT_THAT(std::string(peer->responses[0].Get("ms-diagnostics-public")), StartsWith("62004;"));
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

}  // namespace
}  // namespace dragoman::sip_frontend
