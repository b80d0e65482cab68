#include "cli/explain/hops.h"

#include <algorithm>
#include <string>

#include "cli/print/shown.h"

namespace dragoman::explain {
namespace {

using check::Area;
using check::Finding;
using check::Findings;
using check::Severity;
using check::Verdict;
using envelope::Side;
using policy::Reason;

std::string Word(policy::Need need) {
  switch (need) {
    case policy::Need::kRequired:
      return "required";
    case policy::Need::kOptional:
      return "optional";
    case policy::Need::kDisabled:
      return "disabled";
  }
  return "";
}

std::string Word(policy::TrustClass type) {
  switch (type) {
    case policy::TrustClass::kFederated:
      return "federated";
    case policy::TrustClass::kPublicVerified:
      return "public_verified";
    case policy::TrustClass::kPublicUnverified:
      return "public_unverified";
  }
  return "";
}

std::string RoleOf(const Process& process) {
  return process.name.substr(0, process.name.rfind('-'));
}

void JudgeAddress(const Party& party, Findings& findings) {
  Verdict verdict(Area::kAddresses, party.typed);
  if (party.address.domain.empty()) {
    verdict.Error("address",
                  {"cannot be used: " + party.problem, "a SIP URI, a JID, or local@domain",
                   "see what dragoman map says of it"},
                  Reason::kAddressMalformed);
  } else if (party.other_form.empty()) {
    verdict.Error("address",
                  {"nothing on the other side: " + party.problem, "an address that both have",
                   "docs/mapping.md, addresses; this user cannot take part"},
                  Reason::kAddressMalformed);
  } else if (party.side == Side::kSip) {
    verdict.Ok("address", {"on the SIP side; to XMPP it is " + party.other_form});
  } else {
    verdict.Ok("address", {"on the XMPP side; to SIP it is " + party.other_form});
  }
  Append(findings, verdict.Take());
}

}  // namespace

Findings JudgeAddresses(const Facts& facts) {
  Findings findings;
  JudgeAddress(facts.from, findings);
  JudgeAddress(facts.to, findings);
  return findings;
}

Findings JudgePolicy(const Facts& facts) {
  const Party* sip = SipParty(facts);
  const Party* xmpp = XmppParty(facts);
  if (xmpp == nullptr) {
    Verdict verdict(Area::kPolicy, facts.to.address.domain);
    verdict.Error("sides",
                  {"both are on the SIP side: their own servers carry what they say",
                   "one domain of sip.domains and one of a partner",
                   "look at the SIP servers; or take the domain out of sip.domains"},
                  Reason::kDomainNotServed);
    return verdict.Take();
  }
  if (sip == nullptr) {
    Verdict verdict(Area::kPolicy, facts.to.address.domain);
    verdict.Error("sides",
                  {"neither " + facts.from.address.domain + " nor " + facts.to.address.domain +
                       " is one of sip.domains",
                   "one domain of sip.domains and one of a partner",
                   "add the domain of the SIP users to sip.domains"},
                  Reason::kDomainNotServed);
    return verdict.Take();
  }
  Verdict served(Area::kPolicy, sip->address.domain);
  served.Ok("sip-domain", {"one of sip.domains"});
  Findings findings = served.Take();
  Verdict verdict(Area::kPolicy, xmpp->address.domain);
  if (facts.entry.empty()) {
    verdict.Error("partner",
                  {"no entry of partners has this domain", "an entry that names it",
                   "add it to partners: - domain: " + xmpp->address.domain},
                  xmpp == &facts.from ? Reason::kSenderNotAllowed : Reason::kDomainNotServed);
  } else {
    const policy::Partner& partner = facts.partner;
    verdict.Ok("partner",
               {facts.entry + ": " + Word(partner.type) + "; tls " + Word(partner.tls) + ", sasl " +
                Word(partner.sasl) + ", dialback " + (partner.dialback ? "true" : "false")});
  }
  if (facts.path && !facts.path->refused.empty()) {
    verdict.Error(
        "router-policy",
        {"the running router refuses them: " + facts.path->refused, "what this configuration says",
         "let the processes read the file (SIGHUP), and "
         "look for needs_restart in the log"},
        policy::ReasonFromName(facts.path->refused).value_or(Reason::kNone));
  }
  Append(findings, verdict.Take());
  return findings;
}

Findings JudgeProcesses(const Facts& facts) {
  Findings findings;
  for (const Process& process : facts.processes) {
    Verdict verdict(Area::kProcesses, process.name);
    const bool another = std::ranges::any_of(facts.processes, [&](const Process& other) {
      return other.status == 200 && RoleOf(other) == RoleOf(process);
    });
    const Severity bad = another ? Severity::kWarning : Severity::kError;
    const Reason reason = another ? Reason::kNone : Reason::kNoFrontend;
    if (process.status == 200) {
      verdict.Ok("process", {"ready, at " + process.admin});
    } else if (process.status == 0) {
      verdict.Add(bad, "process",
                  {"does not answer at " + process.admin, "a running process",
                   "start the gateway; if it runs, look at its log"},
                  reason);
    } else {
      verdict.Add(bad, "process",
                  {"not ready, at " + process.admin, "a process that can take work",
                   "wait: it starts or drains; else look at its log"},
                  reason);
    }
    Append(findings, verdict.Take());
  }
  if (!facts.path) {
    Verdict verdict(Area::kProcesses, "routers");
    verdict.Error("router", {facts.no_path, "a router that tells of its subscriptions",
                             "start one, or name its admin page with --admin HOST:PORT"});
    Append(findings, verdict.Take());
    return findings;
  }
  Verdict verdict(Area::kProcesses, facts.path->router);
  const std::pair<const char*, const std::string&> carriers[] = {
      {"sip-frontend", facts.path->sip_frontend}, {"xmpp-frontend", facts.path->xmpp_frontend}};
  for (const auto& [role, instance] : carriers) {
    if (instance.empty()) {
      verdict.Error("router",
                    {std::string("it knows no ") + role, std::string("a live ") + role,
                     std::string("start a ") + role + "; see that it reaches router.listen"},
                    Reason::kNoFrontend);
    } else {
      verdict.Ok("router", {"sends through " + instance});
    }
  }
  Append(findings, verdict.Take());
  return findings;
}

Findings JudgeStore(const Facts& facts) {
  Findings findings;
  if (facts.path) {
    Verdict verdict(Area::kRedis, facts.path->router);
    if (facts.path->store_up) {
      verdict.Ok("redis-router", {"the router reaches it"});
    } else {
      verdict.Error("redis-router",
                    {"the router does not reach it", "a connection",
                     "start Redis, or correct redis; dragoman check --only redis says more"},
                    Reason::kStoreUnavailable);
    }
    findings = verdict.Take();
  }
  check::Append(findings, JudgeExamined(facts, Area::kRedis));
  return findings;
}

Findings JudgeExamined(const Facts& facts, Area area) {
  Findings findings;
  for (const Finding& one : facts.examined) {
    // Of our own certificates and of Redis only what is not well: the rest is for `check`.
    const bool quiet = area == Area::kCertificates || area == Area::kRedis;
    const bool well = one.severity == Severity::kOk || one.severity == Severity::kInfo;
    if (one.area == area && !(quiet && well)) findings.push_back(one);
  }
  return findings;
}

Findings JudgeConversation(const Facts& facts) {
  if (!facts.path || !facts.path->store_up) return {};
  const pages::Path& path = *facts.path;
  Verdict verdict(Area::kConversation, facts.to.typed);
  const std::string last =
      path.last_message ? "; last message " + cli::Ago(*path.last_message, facts.now) : "";
  if (path.session == "open") {
    const std::string with = path.session_edge.empty() ? "" : ", with " + path.session_edge;
    verdict.Ok("session", {"open" + with + last});
  } else if (facts.dialect == policy::Dialect::kStandard) {
    verdict.Ok("session", {"none: each message is a page of its own" + last});
  } else {
    verdict.Ok("session", {"none: the next message opens one" + last});
  }
  return verdict.Take();
}

}  // namespace dragoman::explain
