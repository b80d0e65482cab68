// Each kind of failure between two friends, and what is said of "sees" and of "writes" then.
#include "cli/explain/conclusion.h"

#include <gmock/gmock.h>

#include "cli/explain/report.h"
#include "tests/cli/check/summary.h"
#include "tests/cli/explain/court.h"

namespace dragoman::explain {
namespace {

using check::Area;
using policy::Reason;
using testing::Contains;

struct Case {
  const char* what;
  void (*make)(Facts&);
  Answer sees;
  const char* sees_text;
  Answer writes;
  const char* writes_text;
  const char* finding = nullptr;  // one of those that are made
};

const char* const kSees = "juliet sees romeo: away, as heard 5 min ago.";
const char* const kWrites = "juliet can write to romeo.";

const Case kFromXmpp[] = {
    {"all is well", [](Facts&) {}, Answer::kYes, kSees, Answer::kYes, kWrites},
    {"a session is open",
     [](Facts& facts) {
       facts.path->session = "open";
       facts.path->session_edge = "edge.montague.example:5061";
       facts.path->last_message = kNow - 1min;
     },
     Answer::kYes, kSees, Answer::kYes, "juliet can write to romeo; a session is open.",
     "session ok"},
    {"not approved", Pending, Answer::kNo,
     "juliet does not see romeo: romeo has not approved yet (asked 3 h ago).", Answer::kYes,
     kWrites, "subscription warning"},
    {"no subscription", [](Facts& facts) { facts.path->sees.reset(); }, Answer::kNo,
     "juliet does not see romeo: there is no subscription: juliet never asked, was refused, or "
     "ended it.",
     Answer::kYes, kWrites, "subscription info"},
    {"no subscription, and no room for one",
     [](Facts& facts) {
       facts.path->sees.reset();
       facts.path->room = pages::Room{.pending = 100, .pending_max = 100};
     },
     Answer::kNo,
     "juliet does not see romeo: there is no subscription, and none is taken: requests of "
     "juliet@capulet.example that nobody has answered: 100, as many as "
     "presence.limits.pending_per_user allows (61041 too-many-subscriptions).",
     Answer::kYes, kWrites, "subscription error"},
    {"the room is not that of the other direction",
     [](Facts& facts) {
       facts.path->is_seen_by.reset();
       facts.path->room = pages::Room{.watches = 9, .watches_max = 9};
     },
     Answer::kYes, kSees, Answer::kYes, kWrites, "subscription info"},
    {"the Edge is down", [](Facts& facts) { EdgeDown(facts); }, Answer::kOld,
     "juliet sees romeo: away, as heard 5 min ago, but nothing new: there is no connection to the "
     "Edge edge.montague.example:5061: 192.0.2.1:5061: connection refused (61034 "
     "edge-unreachable).",
     Answer::kNo,
     "juliet cannot write to romeo: there is no connection to the Edge edge.montague.example:5061: "
     "192.0.2.1:5061: connection refused (61034 edge-unreachable).",
     "edge-connect error"},
    {"one Edge of two is down",
     [](Facts& facts) { EdgeDown(facts, "edge2.montague.example:5061"); }, Answer::kYes, kSees,
     Answer::kYes, kWrites, "edge-connect error"},
    {"both Edges are down",
     [](Facts& facts) {
       EdgeDown(facts);
       EdgeDown(facts, "edge2.montague.example:5061");
     },
     Answer::kOld,
     "juliet sees romeo: away, as heard 5 min ago, but nothing new: there is no connection to the "
     "Edge edge.montague.example:5061: 192.0.2.1:5061: connection refused; and 1 other Edge fails "
     "too (61034 edge-unreachable).",
     Answer::kNo,
     "juliet cannot write to romeo: there is no connection to the Edge edge.montague.example:5061: "
     "192.0.2.1:5061: connection refused; and 1 other Edge fails too (61034 edge-unreachable)."},
    {"the Edge shows another name",
     [](Facts& facts) {
       Error(facts, Area::kEdges, "edge-name", "edge.montague.example:5061",
             "its certificate carries x", Reason::kEdgeUnreachable);
     },
     Answer::kOld,
     "juliet sees romeo: away, as heard 5 min ago, but nothing new: the Edge "
     "edge.montague.example:5061 shows another name: its certificate carries x (61034 "
     "edge-unreachable).",
     Answer::kNo,
     "juliet cannot write to romeo: the Edge edge.montague.example:5061 shows another name: its "
     "certificate carries x (61034 edge-unreachable)."},
    {"DNS names no Edge",
     [](Facts& facts) {
       std::erase_if(facts.examined, [](const auto& one) { return one.area == Area::kEdges; });
       Error(facts, Area::kDns, "edge-record", "montague.example", "no such record",
             Reason::kEdgeUnreachable);
     },
     Answer::kOld,
     "juliet sees romeo: away, as heard 5 min ago, but nothing new: DNS names no Edge of "
     "montague.example: no such record (61034 edge-unreachable).",
     Answer::kNo,
     "juliet cannot write to romeo: DNS names no Edge of montague.example: no such record (61034 "
     "edge-unreachable)."},
    {"not approved, and the Edge is down",
     [](Facts& facts) {
       Pending(facts);
       EdgeDown(facts);
     },
     Answer::kNo,
     "juliet does not see romeo: romeo has not approved yet (asked 3 h ago); besides, there is no "
     "connection to the Edge edge.montague.example:5061: 192.0.2.1:5061: connection refused (61034 "
     "edge-unreachable).",
     Answer::kNo,
     "juliet cannot write to romeo: there is no connection to the Edge edge.montague.example:5061: "
     "192.0.2.1:5061: connection refused (61034 edge-unreachable)."},
    {"the Edge does not answer the SUBSCRIBE",
     [](Facts& facts) {
       facts.path->sees = pages::Subscription{.state = "requested", .failures = 1, .asked = kNow};
       EdgeDown(facts);
     },
     Answer::kNo,
     "juliet does not see romeo: the SIP side has not answered (asked 0 s ago, failed once): there "
     "is no connection to the Edge edge.montague.example:5061: 192.0.2.1:5061: connection refused "
     "(61034 edge-unreachable).",
     Answer::kNo,
     "juliet cannot write to romeo: there is no connection to the Edge edge.montague.example:5061: "
     "192.0.2.1:5061: connection refused (61034 edge-unreachable)."},
    {"nobody answers the SUBSCRIBE, and nobody knows why",
     [](Facts& facts) {
       facts.path->sees = pages::Subscription{.state = "requested", .failures = 1, .asked = kNow};
     },
     Answer::kNo,
     "juliet does not see romeo: the SIP side has not answered (asked 0 s ago, failed once) (61014 "
     "remote-server-timeout).",
     Answer::kYes, kWrites, "subscription error"},
    {"the watcher's server is down", PartnerDown, Answer::kOld,
     "juliet sees romeo: away, as heard 5 min ago, but nothing new: there is no connection to the "
     "server of capulet.example: 192.0.2.2:5269: connection refused (61014 remote-server-timeout).",
     Answer::kDoubtful,
     "It is doubtful whether juliet can write to romeo: there is no connection to the server of "
     "capulet.example: 192.0.2.2:5269: connection refused (61014 remote-server-timeout)."},
    {"DNS does not lead the partner here",
     [](Facts& facts) {
       Error(facts, Area::kDns, "xmpp-server", "montague.example", "no such record", Reason::kNone);
     },
     Answer::kYes, kSees, Answer::kDoubtful,
     "It is doubtful whether juliet can write to romeo: DNS does not lead XMPP servers that look "
     "for montague.example here: no such record.",
     "xmpp-server error"},
    {"Redis is away",
     [](Facts& facts) {
       facts.path->store_up = false;
       facts.path->sees.reset();
     },
     Answer::kOld,
     "juliet sees of romeo what was told before, if anything, and nothing new: the router does not "
     "reach Redis (62003 store-unavailable).",
     Answer::kNo,
     "juliet cannot write to romeo: the router does not reach Redis (62003 store-unavailable).",
     "redis-router error"},
    {"Redis is away, and pages need none",
     [](Facts& facts) {
       facts.path->store_up = false;
       facts.dialect = policy::Dialect::kStandard;
     },
     Answer::kOld,
     "juliet sees of romeo what was told before, if anything, and nothing new: the router does not "
     "reach Redis (62003 store-unavailable).",
     Answer::kYes, kWrites},
    {"a sip-frontend is missing", [](Facts& facts) { facts.processes[1].status = 0; }, Answer::kOld,
     "juliet sees romeo: away, as heard 5 min ago, but nothing new: sip-frontend-0: does not "
     "answer "
     "at 127.0.0.1:9091 (62006 no-frontend).",
     Answer::kNo,
     "juliet cannot write to romeo: sip-frontend-0: does not answer at 127.0.0.1:9091 (62006 "
     "no-frontend).",
     "process error"},
    {"one of two is missing",
     [](Facts& facts) {
       facts.processes.push_back({"sip-frontend-1", "127.0.0.1:9093", 0});
     },
     Answer::kYes, kSees, Answer::kYes, kWrites, "process warning"},
    {"one drains", [](Facts& facts) { facts.processes[2].status = 503; }, Answer::kOld,
     "juliet sees romeo: away, as heard 5 min ago, but nothing new: xmpp-frontend-0: not ready, at "
     "127.0.0.1:9092 (62006 no-frontend).",
     Answer::kNo,
     "juliet cannot write to romeo: xmpp-frontend-0: not ready, at 127.0.0.1:9092 (62006 "
     "no-frontend)."},
    {"the router knows no front-end",
     [](Facts& facts) {
       facts.processes.clear();
       facts.path->xmpp_frontend.clear();
     },
     Answer::kOld,
     "juliet sees romeo: away, as heard 5 min ago, but nothing new: router-0-a1: it knows no "
     "xmpp-frontend (62006 no-frontend).",
     Answer::kNo,
     "juliet cannot write to romeo: router-0-a1: it knows no xmpp-frontend (62006 no-frontend).",
     "router error"},
    {"the gateway does not run",
     [](Facts& facts) {
       for (Process& process : facts.processes) process.status = 0;
       facts.path.reset();
       facts.no_path = "no router answers: 127.0.0.1:9090: connection refused";
     },
     Answer::kDoubtful,
     "It cannot be told whether juliet sees romeo: the gateway does not run on this machine.",
     Answer::kNo, "juliet cannot write to romeo: the gateway does not run on this machine."},
    {"the router that was named does not answer",
     [](Facts& facts) {
       facts.processes.clear();
       facts.path.reset();
       facts.no_path = "no router answers: pod:9090: no address";
     },
     Answer::kDoubtful,
     "It cannot be told whether juliet sees romeo: no router answers: pod:9090: no address.",
     Answer::kDoubtful,
     "It is doubtful whether juliet can write to romeo: no router answers: pod:9090: no address.",
     "router error"},
    {"the running router has another configuration",
     [](Facts& facts) { facts.path->refused = "domain-not-served"; }, Answer::kNo,
     "juliet does not see romeo: capulet.example: the running router refuses them: "
     "domain-not-served (61001 domain-not-served).",
     Answer::kNo,
     "juliet cannot write to romeo: capulet.example: the running router refuses them: "
     "domain-not-served (61001 domain-not-served).",
     "router-policy error"},
};

// romeo (SIP) looks and writes.
const Case kFromSip[] = {
    {"all is well", [](Facts&) {}, Answer::kYes, "romeo sees juliet: away, as heard 5 min ago.",
     Answer::kYes, "romeo can write to juliet."},
    {"the partner is down", PartnerDown, Answer::kOld,
     "romeo sees juliet: away, as heard 5 min ago, but nothing new: there is no connection to the "
     "server of capulet.example: 192.0.2.2:5269: connection refused (61014 remote-server-timeout).",
     Answer::kNo,
     "romeo cannot write to juliet: there is no connection to the server of capulet.example: "
     "192.0.2.2:5269: connection refused (61014 remote-server-timeout)."},
    {"the partner does not resolve",
     [](Facts& facts) {
       Error(facts, Area::kDns, "partner", "capulet.example", "no such name",
             Reason::kRemoteServerNotFound);
       Error(facts, Area::kPartners, "partner-connect", "capulet.example", "no address",
             Reason::kNone);
     },
     Answer::kOld,
     "romeo sees juliet: away, as heard 5 min ago, but nothing new: there is no connection to the "
     "server of capulet.example: no address, because DNS says: no such name (61010 "
     "remote-server-not-found).",
     Answer::kNo,
     "romeo cannot write to juliet: there is no connection to the server of capulet.example: no "
     "address, because DNS says: no such name (61010 remote-server-not-found)."},
    {"one of the partner's hosts does not resolve",
     [](Facts& facts) {
       Error(facts, Area::kDns, "partner", "capulet.example", "x:5269: no such name",
             Reason::kRemoteServerNotFound);
     },
     Answer::kYes, "romeo sees juliet: away, as heard 5 min ago.", Answer::kYes,
     "romeo can write to juliet.", "partner error"},
    {"the partner has no TLS",
     [](Facts& facts) {
       Error(facts, Area::kPartners, "partner-tls", "capulet.example", "it offers no STARTTLS",
             Reason::kTlsRequired);
     },
     Answer::kOld,
     "romeo sees juliet: away, as heard 5 min ago, but nothing new: TLS with the server of "
     "capulet.example does not come about: it offers no STARTTLS (61016 tls-required).",
     Answer::kNo,
     "romeo cannot write to juliet: TLS with the server of capulet.example does not come about: it "
     "offers no STARTTLS (61016 tls-required)."},
    {"the partner's certificate",
     [](Facts& facts) {
       Error(facts, Area::kPartners, "partner-certificate", "capulet.example",
             "not trusted: self signed", Reason::kRemoteUntrusted);
     },
     Answer::kOld,
     "romeo sees juliet: away, as heard 5 min ago, but nothing new: the certificate of the server "
     "of capulet.example is not accepted: not trusted: self signed (61015 remote-untrusted).",
     Answer::kNo,
     "romeo cannot write to juliet: the certificate of the server of capulet.example is not "
     "accepted: not trusted: self signed (61015 remote-untrusted)."},
    {"the Edge is down", [](Facts& facts) { EdgeDown(facts); }, Answer::kOld,
     "romeo sees juliet: away, as heard 5 min ago, but nothing new: there is no connection to the "
     "Edge edge.montague.example:5061: 192.0.2.1:5061: connection refused (61034 "
     "edge-unreachable).",
     Answer::kDoubtful,
     "It is doubtful whether romeo can write to juliet: there is no connection to the Edge "
     "edge.montague.example:5061: 192.0.2.1:5061: connection refused (61034 edge-unreachable)."},
    {"DNS does not lead the partner here, which is no matter this way",
     [](Facts& facts) {
       Error(facts, Area::kDns, "xmpp-server", "montague.example", "no such record", Reason::kNone);
     },
     Answer::kYes, "romeo sees juliet: away, as heard 5 min ago.", Answer::kYes,
     "romeo can write to juliet."},
    {"DNS does not lead an Edge here",
     [](Facts& facts) {
       Error(facts, Area::kDns, "gateway-host", "gateway.montague.example", "no such name",
             Reason::kNone);
     },
     Answer::kYes, "romeo sees juliet: away, as heard 5 min ago.", Answer::kDoubtful,
     "It is doubtful whether romeo can write to juliet: DNS does not lead Edge Servers that look "
     "for gateway.montague.example here: no such name.",
     "gateway-host error"},
    {"Redis is away", [](Facts& facts) { facts.path->store_up = false; }, Answer::kOld,
     "romeo sees of juliet what was told before, if anything, and nothing new: the router does not "
     "reach Redis (62003 store-unavailable).",
     Answer::kDoubtful,
     "It is doubtful whether romeo can write to juliet: the router does not reach Redis; pages "
     "pass, sessions are refused (62003 store-unavailable)."},
    {"no client of romeo watches",
     [](Facts& facts) { facts.path->sees = pages::Subscription{.state = "suspended"}; },
     Answer::kNo, "romeo does not see juliet: it is approved, but no client of romeo watches now.",
     Answer::kYes, "romeo can write to juliet."},
    {"juliet's server has said nothing",
     [](Facts& facts) {
       facts.path->sees->heard = {};
       facts.path->sees->resources.clear();
       PartnerDown(facts);
     },
     Answer::kDoubtful,
     "It is doubtful whether romeo sees juliet: juliet's side has not said yet how juliet is: "
     "there "
     "is no connection to the server of capulet.example: 192.0.2.2:5269: connection refused (61014 "
     "remote-server-timeout).",
     Answer::kNo,
     "romeo cannot write to juliet: there is no connection to the server of capulet.example: "
     "192.0.2.2:5269: connection refused (61014 remote-server-timeout)."},
};

void Check(const Case& one, Facts facts) {
  SCOPED_TRACE(one.what);
  one.make(facts);
  const Explanation made = Explain(facts);
  EXPECT_EQ(made.sees.text, one.sees_text);
  EXPECT_EQ(made.sees.answer, one.sees);
  EXPECT_EQ(made.writes.text, one.writes_text);
  EXPECT_EQ(made.writes.answer, one.writes);
  EXPECT_EQ(ExitStatus(made), one.sees == Answer::kYes && one.writes == Answer::kYes ? 0 : 1);
  const std::vector<std::string> summary = check::Summary(made.findings);
  if (one.finding != nullptr) {
    EXPECT_THAT(summary, Contains(one.finding));
  }
}

TEST(ConclusionTest, EachFailureIsNamedToTheXmppUser) {
  for (const Case& one : kFromXmpp) Check(one, AllIsWell());
}

TEST(ConclusionTest, EachFailureIsNamedToTheSipUser) {
  for (const Case& one : kFromSip) Check(one, AllIsWell(kRomeo, kJuliet));
}

}  // namespace
}  // namespace dragoman::explain
