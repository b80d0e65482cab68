// juliet@capulet.example (XMPP) and romeo@montague.example (SIP), and facts in which all is well.
#pragma once

#include "cli/explain/facts.h"
#include "core/base/timestamp.h"

namespace dragoman::explain {

using namespace std::chrono_literals;

inline const char* const kJuliet = "juliet@capulet.example";
inline const char* const kRomeo = "romeo@montague.example";
inline const WallTime kNow = *ParseTimestamp("2026-11-25T12:00:00Z");

inline policy::Settings Configured() {
  policy::Settings settings;
  settings.sip.domains = {"montague.example", "verona.example"};
  settings.sip.edges = {{"edge.montague.example", 5061}};
  settings.partners.resize(2);
  settings.partners[0].domains = {"*.example.org"};
  settings.partners[1].domains = {"capulet.example", "b.example"};
  return settings;
}

inline pages::Subscription Friends() {
  return {.state = "active",
          .dialogs = {{.edge = "edge.montague.example:5061",
                       .expires = kNow + 7h,
                       .established = true}},
          .resources = {{.show = "away"}},
          .heard = kNow - 5min,
          .next = kNow + 6h};
}

inline check::Findings GoodWays() {
  using check::Area;
  return {
      {Area::kCertificates, "sip-name", "sip.crt", check::Severity::kOk, {"fine"}},
      {Area::kDns, "edge-host", "edge.montague.example", check::Severity::kOk, {"192.0.2.1"}},
      {Area::kDns, "partner", "capulet.example", check::Severity::kOk, {"192.0.2.2"}},
      {Area::kPartners, "partner-connect", "capulet.example", check::Severity::kOk, {"in"}},
      {Area::kEdges, "edge-connect", "edge.montague.example:5061", check::Severity::kOk, {"in"}}};
}

inline Facts AllIsWell(const char* from = kJuliet, const char* to = kRomeo) {
  Facts facts = FactsOf(from, to, Configured());
  facts.now = kNow;
  facts.processes = {{"router-0", "127.0.0.1:9090", 200},
                     {"sip-frontend-0", "127.0.0.1:9091", 200},
                     {"xmpp-frontend-0", "127.0.0.1:9092", 200}};
  facts.path = pages::Path{.router = "router-0-a1",
                           .sip_frontend = "sip-frontend-0-b2",
                           .xmpp_frontend = "xmpp-frontend-0-c3",
                           .store_up = true,
                           .sees = Friends(),
                           .is_seen_by = Friends(),
                           .session = "none"};
  facts.examined = GoodWays();
  return facts;
}

// ---- what may be wrong

inline void Error(Facts& facts, check::Area area, const char* name, const char* subject,
                  const char* found, policy::Reason reason) {
  facts.examined.push_back(
      {area, name, subject, check::Severity::kError, {found, "x", "mend"}, reason});
}

inline void EdgeDown(Facts& facts, const char* edge = "edge.montague.example:5061") {
  Error(facts, check::Area::kEdges, "edge-connect", edge, "192.0.2.1:5061: connection refused",
        policy::Reason::kEdgeUnreachable);
}

inline void PartnerDown(Facts& facts) {
  Error(facts, check::Area::kPartners, "partner-connect", "capulet.example",
        "192.0.2.2:5269: connection refused", policy::Reason::kRemoteServerTimeout);
}

inline void Pending(Facts& facts) {
  facts.path->sees = pages::Subscription{.state = "pending", .asked = kNow - 3h};
}

}  // namespace dragoman::explain
