// Commands on their way to an Edge.
#include <gmock/gmock.h>

#include <string>

#include "tests/sip-frontend/frontend_fixture.h"

namespace dragoman::sip_frontend {
namespace {

using testing::StartsWith;

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

TEST_F(FrontendTest, DISC8_WithoutEdgesDnsSaysWhereRequestsGo) {
  const std::uint16_t edge_port = settings.sip.edges[0].port;
  for (const std::string service :
       {"_sipfederationtls._tcp.contoso.com", "_sips._tcp.contoso.com"}) {
    settings.sip.edges.clear();
    accepted.clear();
    local.asked.clear();
    local.records = {
        {service,
         {{0, 0, edge_port, "edge.contoso.com"}, {0, 0, edge_port, "edge.elsewhere.example"}}}};
    Start();
    router->Command({.dialog = {}, .act = envelope::SessionOpen{}},
                    {"romeo", "jabber.example.org", {}}, {"juliet", "contoso.com", {}}, 1);
    ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 1; }));
    EXPECT_EQ(local.asked.back(), service);
    TearDown();
  }
}

TEST_F(FrontendTest, TLS15_AHostThatDnsNamedMayProveTheDomainInstead) {
  folder->Certify("edge", "contoso.com");
  const std::uint16_t edge_port = settings.sip.edges[0].port;
  for (const bool by_dns : {true, false}) {
    local.records = {{"_sips._tcp.contoso.com", {{0, 0, edge_port, "sip.contoso.com"}}}};
    settings.sip.edges.clear();
    if (!by_dns) settings.sip.edges = {{"sip.contoso.com", edge_port}};
    accepted.clear();
    Start();
    router->Command({.dialog = {}, .act = envelope::SessionOpen{}},
                    {"romeo", "jabber.example.org", {}}, {"juliet", "contoso.com", {}}, 1);
    if (by_dns) {
      EXPECT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 1; }));
    } else {
      EXPECT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
      EXPECT_EQ(router->outcomes.at(0).reason, policy::Reason::kEdgeUnreachable);
    }
    TearDown();
  }
  folder->Certify("edge", "edge.contoso.com");
}

TEST_F(FrontendTest, DISC9_AnEdgeThatCannotServeIsFollowedByTheNext) {
  settings.sip.edges.push_back(
      {"edge.contoso.com", static_cast<std::uint16_t>(second_listener->port())});
  Start();
  router->Command({.dialog = {}, .act = envelope::SessionOpen{}},
                  {"romeo", "jabber.example.org", {}}, {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 1; }));
  const sip::Request first = accepted[0]->requests[0];
  accepted[0]->Send(sip::MakeResponse(first, 503, "edge").ToString());
  ASSERT_TRUE(Until([&] { return at_second.size() == 1 && at_second[0]->requests.size() == 1; }));
  const sip::Request second = at_second[0]->requests[0];
  EXPECT_EQ(second.method(), "INVITE");
  EXPECT_EQ(second.Get("Call-ID"), first.Get("Call-ID"));
  EXPECT_NE(second.Get("Via"), first.Get("Via"));
  EXPECT_TRUE(router->outcomes.empty());
  at_second[0]->Send(sip::MakeResponse(second, 503, "edge").ToString());
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
  EXPECT_EQ(router->outcomes[0].sip_status, 503);
}

TEST_F(FrontendTest, DISC9_SoIsAHostThatDnsNamed) {
  const auto port_of = [](const auto& one) { return static_cast<std::uint16_t>(one->port()); };
  local.records = {{"_sipfederationtls._tcp.contoso.com",
                    {{1, 0, port_of(edge_listener), "edge.contoso.com"},
                     {2, 0, port_of(second_listener), "edge.contoso.com"}}}};
  settings.sip.edges.clear();
  Start();
  router->Command({.dialog = {}, .act = envelope::SessionOpen{}},
                  {"romeo", "jabber.example.org", {}}, {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 1; }));
  accepted[0]->Send(sip::MakeResponse(accepted[0]->requests[0], 503, "edge").ToString());
  ASSERT_TRUE(Until([&] { return at_second.size() == 1 && at_second[0]->requests.size() == 1; }));
  at_second[0]->Send(sip::MakeResponse(at_second[0]->requests[0], 503, "edge").ToString());
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
  EXPECT_EQ(router->outcomes[0].sip_status, 503);
}

TEST_F(FrontendTest, ADialogIsNotTakenToAnotherEdge) {
  const policy::HostPort gone = settings.sip.edges[0];
  edge_listener.reset();
  settings.sip.edges.push_back(
      {"edge.contoso.com", static_cast<std::uint16_t>(second_listener->port())});
  Start();
  envelope::Chat chat;
  chat.bodies.push_back({"", "still there?"});
  envelope::SipDialog dialog;
  dialog.call_id = "c";
  dialog.local_tag = "ours";
  dialog.remote_tag = "theirs";
  dialog.remote_target = "sip:juliet@contoso.com;opaque=user:epid:x;gruu";
  dialog.route_set = {"<sip:" + policy::ToString(gone) + ";transport=tls;lr;ms-route-sig=s>"};
  dialog.local_cseq = 2;
  router->Command({.dialog = dialog, .act = chat}, {"romeo", "jabber.example.org", {}},
                  {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
  EXPECT_EQ(router->outcomes[0].reason, policy::Reason::kEdgeUnreachable);
  EXPECT_TRUE(at_second.empty());
}

TEST_F(FrontendTest, T60_RequestsToAnEdgeWaitTheirTurnOrAreRefused) {
  settings.sip.limits.requests_per_second = 2;
  Start();
  for (std::uint8_t n = 1; n <= 30; ++n) {  // eight seconds' patience is enough for 18 of them
    envelope::Chat chat;
    chat.bodies.push_back({"", std::to_string(n)});
    router->Command({.dialog = {}, .act = chat}, {"romeo", "jabber.example.org", {}},
                    {"juliet", "contoso.com", {}}, n);
  }
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 4; }));
  for (std::size_t n = 0; n < 4; ++n)
    EXPECT_EQ(accepted[0]->requests[n].body(), std::to_string(n + 1));
  ASSERT_GE(router->outcomes.size(), 10u);
  EXPECT_EQ(router->outcomes[0].reason, policy::Reason::kOverloaded);
}

// A BENOTIFY has no answer, so no open transaction says that there are too many.
TEST_F(FrontendTest, L7_AnEdgeThatDoesNotReadIsToldNoMoreNews) {
  settings.sip.limits.requests_per_second = 1'000'000;
  Start();
  envelope::SipDialog dialog;
  dialog.call_id = "call-1";
  dialog.local_tag = "gw1";
  dialog.remote_tag = "r1";
  dialog.local_uri = "sip:romeo@jabber.example.org";
  dialog.remote_uri = "sip:juliet@contoso.com";
  dialog.remote_target = "sip:juliet@contoso.com";
  dialog.benotify = true;
  envelope::PresenceUpdate update;
  update.subscription = envelope::SubscriptionState::kActive;
  update.complete = update.has_document = true;
  for (int n = 0; n < 30; ++n) {
    envelope::ResourcePresence one;
    one.resource = std::to_string(n);
    one.available = true;
    one.notes = {{"", std::string(1'000, 'x')}};
    update.resources.push_back(one);
  }
  std::uint16_t number = 0;
  const auto tell = [&] {
    ++dialog.local_cseq;
    router->Command({.dialog = dialog, .act = update}, {"romeo", "jabber.example.org", {}},
                    {"juliet", "contoso.com", {}}, ++number);
    ASSERT_TRUE(Until([&] { return router->outcomes.size() == number; }));
  };
  tell();
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && !accepted[0]->requests.empty(); }));
  EXPECT_EQ(accepted[0]->requests[0].method(), "BENOTIFY");
  accepted[0]->StopReading();
  while (router->outcomes.back().accepted() && number < 5'000) tell();
  EXPECT_EQ(router->outcomes.back().reason, policy::Reason::kOverloaded);
  // After the last word of a subscription none would make up for it.
  update.subscription = envelope::SubscriptionState::kTerminated;
  tell();
  EXPECT_TRUE(router->outcomes.back().accepted());
}

TEST_F(FrontendTest, T60_WhatWaitsItsTurnOutlivesTheConnection) {
  settings.sip.limits.requests_per_second = 2;
  Start();
  for (std::uint8_t n = 1; n <= 5; ++n) {
    envelope::Chat chat;
    chat.bodies.push_back({"", std::to_string(n)});
    router->Command({.dialog = {}, .act = chat}, {"romeo", "jabber.example.org", {}},
                    {"juliet", "contoso.com", {}}, n);
  }
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && !accepted[0]->requests.empty(); }));
  const std::size_t before = accepted[0]->requests.size();
  ASSERT_LT(before, 5u);
  accepted[0]->Close();
  ASSERT_TRUE(Until([&] { return accepted.size() == 2 && !accepted[1]->requests.empty(); }));
  EXPECT_EQ(accepted[1]->requests[0].body(), std::to_string(accepted[0]->requests.size() + 1));
}

TEST_F(FrontendTest, KeepsItsConnectionsAliveWhereToldTo) {
  settings.sip.limits.keepalive = 20ms;
  Start();
  router->Command({.dialog = {}, .act = envelope::SessionOpen{}},
                  {"romeo", "jabber.example.org", {}}, {"juliet", "contoso.com", {}}, 1);
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->keep_alives >= 2; }));
  EXPECT_FALSE(accepted[0]->closed);
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

TEST_F(FrontendTest, ARCH16_WhatIsStillToBeSentTakesNoConnectionThatIsBeingClosed) {
  Start();
  envelope::Chat chat;
  chat.bodies.push_back({"", "x"});
  const auto send = [&](std::uint8_t number) {
    router->Command({.dialog = {}, .act = chat}, {"romeo", "jabber.example.org", {}},
                    {"juliet", "contoso.com", {}}, number);
  };
  send(1);
  ASSERT_TRUE(Until([&] { return accepted.size() == 1 && accepted[0]->requests.size() == 1; }));
  accepted[0]->Send(sip::MakeResponse(accepted[0]->requests[0], 200, "edge").ToString());
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 1; }));
  send(2);
  frontend->Drain();  // the connection is idle and closed at once, before the message is here
  ASSERT_TRUE(Until([&] { return accepted.size() == 2 && accepted[1]->requests.size() == 1; }));
  accepted[1]->Send(sip::MakeResponse(accepted[1]->requests[0], 200, "edge").ToString());
  ASSERT_TRUE(Until([&] { return router->outcomes.size() == 2; }));
  EXPECT_TRUE(router->outcomes[1].accepted());
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
