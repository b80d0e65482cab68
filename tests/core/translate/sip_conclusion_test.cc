// What a final response means for the command that led to it, and what an Outcome is as a response.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/translate/errors.h"
#include "core/translate/sip_answer.h"
#include "tests/core/translate/sip_outgoing_fixture.h"

namespace dragoman::translate {
namespace {

using policy::Dialect;
using policy::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

sip::Response Answer(const OutgoingSip& sent, std::uint16_t status, const std::string& more = {}) {
  sip::Response response = sip::MakeResponse(sent.request, status, "r9");
  if (!more.empty()) response.Add("Record-Route", more);
  return response;
}

TEST_F(SipOutgoingTest, A2xxConfirmsTheDialog) {
  const OutgoingSip sent = Compose(envelope::SessionOpen{});
  sip::Response response = Answer(sent, 200);
  response.Add("Record-Route", "<sip:a;lr>");
  response.Add("Record-Route", "<sip:b;lr>");
  response.Add("Contact", "<sip:romeo@contoso.com;gruu>");
  const envelope::Outcome outcome = Conclude(sent, response);
  EXPECT_TRUE(outcome.accepted());
  EXPECT_EQ(outcome.sip_status, 200);
  ASSERT_TRUE(outcome.dialog.has_value());
  EXPECT_EQ(outcome.dialog->remote_tag, "r9");
  EXPECT_EQ(outcome.dialog->remote_target, "sip:romeo@contoso.com;gruu");
  EXPECT_THAT(outcome.dialog->route_set, ElementsAre("<sip:b;lr>", "<sip:a;lr>"));
  EXPECT_EQ(outcome.dialog->call_id, sent.dialog.call_id);
  EXPECT_EQ(outcome.dialog->local_tag, sent.dialog.local_tag);

  const sip::Request ack = ComposeAck(sent, response, {settings_, random_, kNow});
  EXPECT_EQ(ack.method(), "ACK");
  EXPECT_EQ(ack.uri(), "sip:romeo@contoso.com;gruu");
  EXPECT_EQ(ack.Get("CSeq"), "1 ACK");
  EXPECT_EQ(ack.Count("Route"), 2u);
  EXPECT_NE(ack.Get("Via"), sent.request.Get("Via"));
}

TEST_F(SipOutgoingTest, EVT2_TheGrantedLifetimeIsThePeers) {
  envelope::Subscribe subscribe;
  subscribe.expires = 28800;
  const OutgoingSip sent = Compose(subscribe);
  sip::Response response = Answer(sent, 202);
  EXPECT_EQ(Conclude(sent, response).expires, 28800u);
  response.Add("Expires", "600");
  EXPECT_EQ(Conclude(sent, response).expires, 600u);
}

TEST_F(SipOutgoingTest, ARefusalKeepsTheDialogAndSaysWhy) {
  const OutgoingSip sent = Compose(Text("x"), OpenDialog());
  sip::Response response = Answer(sent, 486);
  response.Add("Retry-After", "30 (in a meeting)");
  response.Add("ms-diagnostics-public", "4141;reason=\"<user> disabled\"");
  const envelope::Outcome outcome = Conclude(sent, response);
  EXPECT_EQ(outcome.reason, Reason::kSipRefused);
  EXPECT_EQ(outcome.sip_status, 486);
  EXPECT_EQ(outcome.text, "Busy Here; 4141 <user> disabled");
  EXPECT_EQ(outcome.retry_after, 30u);
  EXPECT_EQ(outcome.dialog, OpenDialog());
}

TEST_F(SipOutgoingTest, TheSessionIsRefreshedByWhomThePeerNames) {
  const OutgoingSip sent = Compose(envelope::SessionOpen{});
  const std::pair<std::string, std::uint32_t> rows[] = {
      {"720;refresher=uac", 720}, {"720;refresher=uas", 0}, {"720", 0},
      {"soon;refresher=uac", 0},  {"0;refresher=uac", 90},  {"1;refresher=uac", 90},
      {"90;refresher=uac", 90}};
  for (const auto& [value, seconds] : rows) {
    sip::Response response = Answer(sent, 200);
    response.Add("Session-Expires", value);
    EXPECT_EQ(Conclude(sent, response).dialog->session_expires, seconds) << value;
  }
}

TEST_F(SipOutgoingTest, ARefreshIsAnUpdateInTheSession) {
  envelope::SipDialog dialog = OpenDialog();
  dialog.session_expires = 720;
  const OutgoingSip sent = Compose(envelope::SessionOpen{}, dialog);
  EXPECT_EQ(sent.request.method(), "UPDATE");
  EXPECT_EQ(sent.request.Get("Session-Expires"), "720;refresher=uac");
  EXPECT_EQ(sent.request.uri(), dialog.remote_target);
  EXPECT_TRUE(sent.request.body().empty());
}

TEST_F(SipOutgoingTest, TextThatTheFilterBlockedIsAPolicyViolation) {
  const OutgoingSip sent = Compose(Text("x"), OpenDialog());
  sip::Response response = Answer(sent, 606);
  EXPECT_EQ(Conclude(sent, response).reason, Reason::kSipRefused);
  response.Add("Warning", "309 lcs.microsoft.com \"Content filter\"");
  EXPECT_EQ(Conclude(sent, response).reason, Reason::kContentBlocked);
  EXPECT_EQ(XmppErrorOf(Conclude(sent, response)).condition, xmpp::Condition::kPolicyViolation);
}

TEST_F(SipOutgoingTest, SIP14_NoResponseIsNotThePeersRefusal) {
  const OutgoingSip sent = Compose(Text("x"));
  const envelope::Outcome late = Conclude(sent, NoResponse::kTimeout);
  EXPECT_EQ(late.reason, Reason::kRemoteServerTimeout);
  EXPECT_EQ(late.sip_status, 0);
  EXPECT_FALSE(late.dialog.has_value());
  EXPECT_EQ(Conclude(sent, NoResponse::kLost).reason, Reason::kConnectionLost);
  EXPECT_EQ(Conclude(sent, NoResponse::kNotSent).reason, Reason::kEdgeUnreachable);
}

class SipAnswerTest : public testing::Test {
 protected:
  sip::Response Answer(const sip::Request& request, const envelope::Outcome& outcome) {
    return AnswerSip(request, "gw1", outcome, settings_);
  }
  policy::Settings settings_ = SampleSettings();
};

TEST_F(SipAnswerTest, IM13_APageIsTakenOnWith202) {
  EXPECT_EQ(Answer(FromRomeo("MESSAGE", "", ""), {}).status(), 202);
  EXPECT_EQ(Answer(FromRomeo("MESSAGE", "", "gw1"), {}).status(), 200);
  settings_.sip.dialect = Dialect::kMicrosoft;
  const sip::Response response = Answer(FromRomeo("MESSAGE", "", ""), {});
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.Count("Contact"), 0u);
  EXPECT_TRUE(response.body().empty());
}

TEST_F(SipAnswerTest, AnInviteIsAcceptedForTextOnly) {
  const sip::Response response =
      Answer(FromRomeo("INVITE", "Record-Route: <sip:edge;lr>;tag=9\nSession-Expires: 1800\n"), {});
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.Get("Record-Route"), "<sip:edge;lr>;tag=9");
  EXPECT_EQ(response.Get("To"), "<sip:juliet@jabber.example.com>;tag=gw1");
  EXPECT_EQ(response.Get("Contact"), "<sip:xmppgw.contoso.com:5061;transport=tls>");
  EXPECT_EQ(response.Get("Session-Expires"), "1800;refresher=uac");
  EXPECT_EQ(response.Get("Require"), "timer");
  EXPECT_THAT(response.body(), HasSubstr("m=message 5060 sip sip:juliet@jabber.example.com\r\n"));
  EXPECT_THAT(response.body(), HasSubstr("a=accept-types:text/plain\r\n"));
  // Neither of these may be advertised: they would consume messages or open conferences.
  EXPECT_THAT(response.ToString(), Not(HasSubstr("ms-text-format")));
  EXPECT_THAT(response.ToString(), Not(HasSubstr("ms-conf-invite")));
}

TEST_F(SipAnswerTest, ARefreshIsAcceptedByWhomItSays) {
  const sip::Response response =
      Answer(FromRomeo("UPDATE", "Session-Expires: 1800;refresher=uas\n"), {});
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.Get("Session-Expires"), "1800;refresher=uas");
  EXPECT_EQ(response.Get("Contact"), "<sip:xmppgw.contoso.com:5061;transport=tls>");
  EXPECT_TRUE(response.body().empty());
}

TEST_F(SipAnswerTest, AnInfoIsAnswered200WhateverBecameOfIt) {
  envelope::Outcome refused;
  refused.reason = Reason::kNoSuchDialog;
  EXPECT_EQ(Answer(FromRomeo("INFO", "", "gw1"), refused).status(), 200);
  EXPECT_EQ(Answer(FromRomeo("MESSAGE", "", "gw1"), refused).status(), 481);
}

TEST_F(SipAnswerTest, EVT2_ASubscriptionIsGrantedNoLongerThanAsked) {
  envelope::Outcome outcome;
  outcome.expires = 3600;
  const sip::Response response = Answer(FromRomeo("SUBSCRIBE", "Expires: 600\n"), outcome);
  EXPECT_EQ(response.status(), 200);  // never 202 (EVT-4)
  EXPECT_EQ(response.Get("Expires"), "600");
  EXPECT_EQ(response.Get("Contact"), "<sip:xmppgw.contoso.com:5061;transport=tls>");
  EXPECT_EQ(Answer(FromRomeo("SUBSCRIBE", ""), outcome).Get("Expires"), "3600");
}

TEST_F(SipAnswerTest, ARefusalNamesItsReasonAndWhenToTryAgain) {
  envelope::Outcome outcome;
  outcome.reason = Reason::kStoreUnavailable;
  sip::Response response = Answer(FromRomeo("SUBSCRIBE", ""), outcome);
  EXPECT_EQ(response.status(), 500);  // ARCH-15
  EXPECT_EQ(response.Get("Retry-After"), "10");
  EXPECT_THAT(std::string(response.Get("ms-diagnostics-public")),
              testing::StartsWith("62003;reason=\""));
  outcome.reason = Reason::kForbidden;
  outcome.text = "line\r\nVia: x \"quoted\"";
  response = Answer(FromRomeo("MESSAGE", ""), outcome);
  EXPECT_EQ(response.status(), 403);
  EXPECT_EQ(response.Count("Via"), 1u);
  EXPECT_THAT(std::string(response.Get("ms-diagnostics-public")),
              HasSubstr("line Via: x \\\"quoted\\\""));
  outcome.reason = Reason::kDeadline;
  EXPECT_EQ(Answer(FromRomeo("MESSAGE", ""), outcome).status(), 504);  // SIP-16
  EXPECT_EQ(Answer(FromRomeo("INVITE", ""), outcome).status(), 408);
  outcome.reason = Reason::kNoSuchDialog;
  EXPECT_EQ(Answer(FromRomeo("NOTIFY", "", "gw1"), outcome).status(), 481);
  outcome.reason = Reason::kUnsupportedRequest;  // ERR-5
  EXPECT_FALSE(Answer(FromRomeo("MESSAGE", ""), outcome).Get("Allow").empty());
}

}  // namespace
}  // namespace dragoman::translate
