#include "core/sip/transaction.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace dragoman::sip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const TimePoint t0{};

std::vector<std::string> Drain(Transactions& transactions) {
  struct {
    std::string operator()(const Transactions::Serve& serve) {
      return "serve " + serve.request.method();
    }
    std::string operator()(const Transactions::Reject& reject) {
      return "reject " + std::to_string(reject.response.status());
    }
    std::string operator()(const Transactions::Cancelled& cancelled) {
      return "cancelled " + cancelled.request.method();
    }
    std::string operator()(const Transactions::Acked& acked) { return "acked " + acked.call_id; }
    std::string operator()(const Transactions::Conclude& done) {
      return "conclude " + std::to_string(done.response.status());
    }
    std::string operator()(const Transactions::TimedOut&) { return "timed out"; }
    std::string operator()(const Transactions::Lost&) { return "lost"; }
    std::string operator()(const Transactions::Surplus& more) {
      return "surplus " + std::to_string(more.response.status());
    }
    std::string operator()(const Transactions::Send& send) {
      return std::to_string(send.connection) + "< " + send.bytes.substr(0, send.bytes.find("\r\n"));
    }
  } say;
  std::vector<std::string> said;
  while (auto effect = transactions.Poll()) said.push_back(std::visit(say, *effect));
  return said;
}

struct Parts {
  std::string branch = "z9hG4bK1";
  std::string to_tag = {};
  std::string from_tag = "1";
  std::string call_id = "c1";
  std::uint32_t cseq = 1;
  std::string cseq_method = {};
};

Request Incoming(const std::string& method, const Parts& parts = {}) {
  Request request(method, "sip:romeo@a.example");
  request.Add("Via", "SIP/2.0/TLS e.example:5061;branch=" + parts.branch);
  request.Add("From", "<sip:j@c.example>;tag=" + parts.from_tag);
  request.Add("To", "<sip:romeo@a.example>" + (parts.to_tag.empty() ? "" : ";tag=" + parts.to_tag));
  request.Add("Call-ID", parts.call_id);
  request.Add("CSeq", std::to_string(parts.cseq) + " " +
                          (parts.cseq_method.empty() ? method : parts.cseq_method));
  return request;
}

TransactionId Serve(Transactions& transactions, const Request& request,
                    ConnectionId connection = 1) {
  transactions.OnRequest(connection, request, t0);
  while (auto effect = transactions.Poll()) {
    if (const auto* serve = std::get_if<Transactions::Serve>(&*effect)) return serve->id;
  }
  return 0;
}

Response Ok(const Request& request, std::uint16_t status = 200) {
  return MakeResponse(request, status, "gw");
}

TEST(ServerTransactionTest, SIP11_ARepetitionIsAbsorbed) {
  Transactions transactions;
  transactions.OnRequest(1, Incoming("MESSAGE"), t0);
  transactions.OnRequest(1, Incoming("MESSAGE"), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("serve MESSAGE"));
}

TEST(ServerTransactionTest, AnswersOnTheConnectionOfTheRequest) {
  Transactions transactions;
  const Request request = Incoming("MESSAGE");
  const TransactionId id = Serve(transactions, request, 7);
  EXPECT_EQ(transactions.unanswered(7), 1u);
  transactions.Answer(id, Ok(request), t0);
  EXPECT_EQ(transactions.unanswered(7), 0u);
  transactions.Answer(id, Ok(request, 500), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("7< SIP/2.0 200 OK"));
  EXPECT_EQ(transactions.open(), 0u);
}

TEST(ServerTransactionTest, WhatIsForgottenGetsNoAnswer) {
  Transactions transactions;
  const Request request = Incoming("BENOTIFY");
  const TransactionId id = Serve(transactions, request);
  transactions.Forget(id);
  transactions.Answer(id, Ok(request), t0);
  EXPECT_THAT(Drain(transactions), IsEmpty());
  EXPECT_EQ(transactions.open(), 0u);
}

TEST(ServerTransactionTest, SIP15_SaysTryingAfterThreeAndAHalfSeconds) {
  Transactions transactions;
  Serve(transactions, Incoming("MESSAGE"));
  transactions.Advance(t0 + 3499ms);
  EXPECT_THAT(Drain(transactions), IsEmpty());
  transactions.Advance(t0 + 3500ms);
  EXPECT_THAT(Drain(transactions), ElementsAre("1< SIP/2.0 100 Trying"));
  transactions.Advance(t0 + 32s);
  EXPECT_THAT(Drain(transactions), IsEmpty());
  EXPECT_EQ(transactions.open(), 0u);
}

TEST(ServerTransactionTest, SIP12_Repeats2xxToInviteUntilItsAck) {
  Transactions transactions;
  const Request invite = Incoming("INVITE");
  const TransactionId id = Serve(transactions, invite);
  transactions.Answer(id, Ok(invite), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("1< SIP/2.0 200 OK"));
  for (const auto due : {500ms, 1500ms, 3500ms, 7500ms, 11500ms}) {
    transactions.Advance(t0 + due - 1ms);
    EXPECT_THAT(Drain(transactions), IsEmpty());
    transactions.Advance(t0 + due);
    EXPECT_THAT(Drain(transactions), ElementsAre("1< SIP/2.0 200 OK"));
  }
  transactions.OnRequest(2, Incoming("ACK", {.branch = "z9hG4bK2", .to_tag = "gw"}), t0 + 12s);
  EXPECT_THAT(Drain(transactions), ElementsAre("acked c1"));
  transactions.Advance(t0 + 31s);
  EXPECT_THAT(Drain(transactions), IsEmpty());
  transactions.Advance(t0 + 32s);
  EXPECT_EQ(transactions.open(), 0u);
}

TEST(ServerTransactionTest, WithoutAckA2xxEndsAfter64T1WithoutConsequence) {
  Transactions transactions;
  const Request invite = Incoming("INVITE");
  transactions.Answer(Serve(transactions, invite), Ok(invite), t0);
  Drain(transactions);
  for (Duration at = 100ms; at <= 33s; at += 100ms) transactions.Advance(t0 + at);
  Drain(transactions);
  EXPECT_EQ(transactions.open(), 0u);
  EXPECT_EQ(transactions.Deadline(), TimePoint::max());
}

TEST(ServerTransactionTest, SIP18_TheAckOfARefusalEndsItAndGetsNoAnswer) {
  Transactions transactions;
  const Request invite = Incoming("INVITE");
  transactions.Answer(Serve(transactions, invite), Ok(invite, 488), t0);
  Drain(transactions);
  transactions.OnRequest(1, invite, t0 + 1s);
  EXPECT_THAT(Drain(transactions), ElementsAre("1< SIP/2.0 488 Not Acceptable Here"));
  transactions.OnRequest(1, Incoming("ACK", {.to_tag = "gw"}), t0 + 2s);
  EXPECT_THAT(Drain(transactions), IsEmpty());
  EXPECT_EQ(transactions.open(), 0u);
}

TEST(ServerTransactionTest, SIP17_CancelEndsAnInviteThatWaits) {
  Transactions transactions;
  const Request invite = Incoming("INVITE");
  const TransactionId id = Serve(transactions, invite);
  transactions.OnRequest(1, Incoming("CANCEL"), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("1< SIP/2.0 200 OK", "cancelled INVITE"));
  transactions.Answer(id, Ok(invite, 487), t0);
  transactions.Answer(id, Ok(invite), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("1< SIP/2.0 487 Request Terminated"));
}

TEST(ServerTransactionTest, SIP17_CancelOfNothingIs481) {
  Transactions transactions;
  transactions.OnRequest(1, Incoming("CANCEL"), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("reject 481"));
  const Request message = Incoming("MESSAGE");
  Serve(transactions, message);
  transactions.OnRequest(1, Incoming("CANCEL"), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("reject 481"));
}

TEST(ServerTransactionTest, SIP23_MergedRequestsAre482) {
  Transactions transactions;
  Serve(transactions, Incoming("MESSAGE"));
  transactions.OnRequest(1, Incoming("MESSAGE", {.branch = "z9hG4bKother"}), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("reject 482"));
  transactions.OnRequest(1, Incoming("MESSAGE", {.branch = "z9hG4bKthird", .from_tag = "2"}), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("serve MESSAGE"));
}

// Neither has a branch that is nothing but the cookie: two requests must not pass for one.
TEST(ServerTransactionTest, SIP11_WithoutMagicCookieTheFieldsDecide) {
  for (const std::string branch : {"1", "z9hG4bK"}) {
    Transactions transactions;
    transactions.OnRequest(1, Incoming("MESSAGE", {.branch = branch}), t0);
    transactions.OnRequest(1, Incoming("MESSAGE", {.branch = branch}), t0);
    transactions.OnRequest(1, Incoming("MESSAGE", {.branch = branch, .cseq = 2}), t0);
    EXPECT_THAT(Drain(transactions), ElementsAre("serve MESSAGE", "serve MESSAGE")) << branch;
  }
}

TEST(ServerTransactionTest, L9_BoundsTheTable) {
  Transactions transactions;
  for (std::size_t i = 0; i < kTransactionsMax; ++i) {
    transactions.OnRequest(1,
                           Incoming("MESSAGE", {.branch = "z9hG4bK" + std::to_string(i),
                                                .call_id = std::to_string(i)}),
                           t0);
  }
  Drain(transactions);
  EXPECT_EQ(transactions.open(), kTransactionsMax);
  transactions.OnRequest(1, Incoming("MESSAGE", {.branch = "z9hG4bKmore", .call_id = "more"}), t0);
  const auto effect = transactions.Poll();
  ASSERT_TRUE(effect);
  const auto* reject = std::get_if<Transactions::Reject>(&*effect);
  ASSERT_NE(reject, nullptr);
  EXPECT_EQ(reject->response.status(), 500);
  EXPECT_EQ(reject->response.Get("Retry-After"), "5");
  transactions.OnClosed(1, t0);
  EXPECT_EQ(transactions.open(), 0u);
  EXPECT_EQ(transactions.unanswered(1), 0u);
}

Request Outgoing(const std::string& method) {
  Request request(method, "sip:j@c.example");
  request.Add("Via", "SIP/2.0/TLS gw.example:5061;branch=z9hG4bKours");
  request.Add("Route", "<sip:edge;lr>");
  request.Add("From", "<sip:romeo@a.example>;tag=gw");
  request.Add("To", "<sip:j@c.example>");
  request.Add("Call-ID", "c2");
  request.Add("CSeq", "4 " + method);
  return request;
}

Response Answered(const Request& request, std::uint16_t status, const std::string& tag = "77") {
  return MakeResponse(request, status, tag);
}

TEST(ClientTransactionTest, ConcludesOnce) {
  Transactions transactions;
  const Request request = Outgoing("MESSAGE");
  EXPECT_NE(transactions.Start(1, request, t0), 0u);
  transactions.OnResponse(1, Answered(request, 100), t0);
  transactions.OnResponse(1, Answered(request, 200), t0);
  transactions.OnResponse(1, Answered(request, 200), t0);
  EXPECT_THAT(Drain(transactions),
              ElementsAre("1< MESSAGE sip:j@c.example SIP/2.0", "conclude 200"));
  EXPECT_EQ(transactions.open(), 0u);
}

TEST(ClientTransactionTest, SIP9_StrayResponsesVanish) {
  Transactions transactions;
  const Request request = Outgoing("MESSAGE");
  transactions.Start(1, request, t0);
  Drain(transactions);
  transactions.OnResponse(2, Answered(request, 200), t0);  // another connection
  Response other_method = Answered(request, 200);
  other_method.Set("CSeq", "4 INVITE");
  transactions.OnResponse(1, other_method, t0);
  Response two_vias = Answered(request, 200);
  two_vias.Add("Via", "SIP/2.0/TLS x");
  transactions.OnResponse(1, two_vias, t0);
  transactions.OnResponse(1, Response(200, "OK"), t0);
  EXPECT_THAT(Drain(transactions), IsEmpty());
}

TEST(ClientTransactionTest, SIP14_TimesOutAfter64T1) {
  Transactions transactions;
  transactions.Start(1, Outgoing("MESSAGE"), t0);
  Drain(transactions);
  EXPECT_EQ(transactions.Deadline(), t0 + 32s);
  transactions.Advance(t0 + 32s);
  EXPECT_THAT(Drain(transactions), ElementsAre("timed out"));
}

TEST(ClientTransactionTest, EndsWithItsConnection) {
  Transactions transactions;
  transactions.Start(1, Outgoing("MESSAGE"), t0);
  Drain(transactions);
  transactions.OnClosed(2, t0);
  EXPECT_THAT(Drain(transactions), IsEmpty());
  transactions.OnClosed(1, t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("lost"));
}

TEST(ClientTransactionTest, SIP18_AcksARefusalAndEachRepetitionOfIt) {
  Transactions transactions;
  const Request invite = Outgoing("INVITE");
  transactions.Start(1, invite, t0);
  Drain(transactions);
  transactions.OnResponse(1, Answered(invite, 486), t0);
  auto effect = transactions.Poll();
  ASSERT_TRUE(effect);
  const std::string ack = std::get<Transactions::Send>(*effect).bytes;
  EXPECT_THAT(ack, testing::StartsWith("ACK sip:j@c.example SIP/2.0\r\n"));
  EXPECT_THAT(ack, HasSubstr("branch=z9hG4bKours\r\n"));
  EXPECT_THAT(ack, HasSubstr("Route: <sip:edge;lr>\r\n"));
  EXPECT_THAT(ack, HasSubstr("To: <sip:j@c.example>;tag=77\r\n"));
  EXPECT_THAT(ack, HasSubstr("CSeq: 4 ACK\r\n"));
  EXPECT_THAT(Drain(transactions), ElementsAre("conclude 486"));
  transactions.OnResponse(1, Answered(invite, 486), t0 + 1s);
  EXPECT_THAT(Drain(transactions), ElementsAre("1< ACK sip:j@c.example SIP/2.0"));
}

TEST(ClientTransactionTest, A2xxThatComesAgainIsAckedAgainAndAnotherOneIsSurplus) {
  Transactions transactions;
  const Request invite = Outgoing("INVITE");
  const TransactionId id = transactions.Start(1, invite, t0);
  transactions.OnResponse(1, Answered(invite, 200), t0);
  Drain(transactions);
  transactions.Acknowledge(id, Outgoing("ACK"));
  transactions.OnResponse(1, Answered(invite, 200), t0);
  transactions.OnResponse(1, Answered(invite, 200, "88"), t0);
  EXPECT_THAT(Drain(transactions), ElementsAre("1< ACK sip:j@c.example SIP/2.0",
                                               "1< ACK sip:j@c.example SIP/2.0", "surplus 200"));
}

TEST(ClientTransactionTest, SIP17_TakesAnInviteBackOnlyAfterAProvisionalResponse) {
  for (const bool ringing : {false, true}) {
    Transactions transactions;
    const Request invite = Outgoing("INVITE");
    transactions.Start(1, invite, t0);
    if (ringing) transactions.OnResponse(1, Answered(invite, 180), t0);
    Drain(transactions);
    transactions.Advance(t0 + kTransactionMax);  // timer B: nobody is there
    if (!ringing) {
      EXPECT_THAT(Drain(transactions), ElementsAre("timed out"));
      EXPECT_EQ(transactions.open(), 0u);
      continue;
    }
    EXPECT_THAT(Drain(transactions), ElementsAre());
    transactions.Advance(t0 + kInviteAnswerMax);
    EXPECT_THAT(Drain(transactions), ElementsAre("timed out", "1< CANCEL sip:j@c.example SIP/2.0"));
    transactions.OnResponse(1, Answered(invite, 487), t0 + 91s);
    EXPECT_THAT(Drain(transactions), ElementsAre("1< ACK sip:j@c.example SIP/2.0"));
    transactions.Advance(t0 + 122s);
    EXPECT_EQ(transactions.open(), 0u);
  }
}

TEST(ClientTransactionTest, L9_BoundsTheTable) {
  Transactions transactions;
  for (std::size_t i = 0; i < kTransactionsMax; ++i) {
    Request request = Outgoing("MESSAGE");
    request.Set("Via", "SIP/2.0/TLS gw;branch=z9hG4bK" + std::to_string(i));
    ASSERT_NE(transactions.Start(1, request, t0), 0u);
  }
  EXPECT_EQ(transactions.Start(1, Outgoing("MESSAGE"), t0), 0u);
}

}  // namespace
}  // namespace dragoman::sip
