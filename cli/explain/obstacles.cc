#include "cli/explain/obstacles.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace dragoman::explain {
namespace {

using check::Area;
using check::Finding;
using check::Findings;
using check::Severity;
using policy::Reason;

struct Phrase {
  std::string_view name;           // of the finding
  std::string_view before, after;  // around its subject
};

constexpr auto kPhrases = std::to_array<Phrase>({
    {"partner-connect", "there is no connection to the server of ", ""},
    {"partner-stream", "the server of ", " takes no stream"},
    {"partner-tls", "TLS with the server of ", " does not come about"},
    {"partner-certificate", "the certificate of the server of ", " is not accepted"},
    {"partner-proof", "the server of ", " offers no proof that policy accepts"},
    {"edge-connect", "there is no connection to the Edge ", ""},
    {"edge-tls", "TLS with the Edge ", " does not come about"},
    {"edge-name", "the Edge ", " shows another name"},
    {"edge-chain", "the certificate of the Edge ", " is not accepted"},
    {"edge-options", "the Edge ", " does not answer as one that lets us in"},
    {"edge-record", "DNS names no Edge of ", ""},
    {"edge-host", "DNS has no address of the Edge ", ""},
    {"xmpp-server", "DNS does not lead XMPP servers that look for ", " here"},
    {"gateway-host", "DNS does not lead Edge Servers that look for ", " here"},
});

std::string TextOf(const Finding& finding) {
  const auto phrase = std::ranges::find(kPhrases, finding.name, &Phrase::name);
  if (phrase == kPhrases.end()) return finding.subject + ": " + finding.says.found;
  return std::string(phrase->before) + finding.subject + std::string(phrase->after) + ": " +
         finding.says.found;
}

const Finding* FirstError(const Findings& findings, Area area, std::string_view name = {}) {
  const auto found = std::ranges::find_if(findings, [&](const Finding& one) {
    return one.area == area && one.severity == Severity::kError &&
           (name.empty() || one.name == name);
  });
  return found != findings.end() ? &*found : nullptr;
}

std::optional<Obstacle> AsObstacle(const Finding* finding) {
  if (finding == nullptr) return std::nullopt;
  return Obstacle{TextOf(*finding), finding->reason};
}

std::optional<Obstacle> Partner(const Findings& findings) {
  auto obstacle = AsObstacle(FirstError(findings, Area::kPartners));
  // No address at all: DNS knows why.
  const Finding* dns = FirstError(findings, Area::kDns, "partner");
  if (obstacle && obstacle->reason == Reason::kNone && dns != nullptr) {
    obstacle->text += ", because DNS says: " + dns->says.found;
    obstacle->reason = dns->reason;
  }
  return obstacle;
}

// One Edge that can be used is enough.
std::optional<Obstacle> Edges(const Findings& findings) {
  std::map<std::string, const Finding*> broken;  // by Edge; null: it can be used
  std::vector<std::string> order;
  for (const Finding& one : findings) {
    if (one.area != Area::kEdges) continue;
    const auto [at, added] = broken.emplace(one.subject, nullptr);
    if (added) order.push_back(one.subject);
    if (one.severity == Severity::kError && at->second == nullptr) at->second = &one;
  }
  for (const auto& [edge, why] : broken) {
    if (why == nullptr) return std::nullopt;
  }
  if (order.empty()) return AsObstacle(FirstError(findings, Area::kDns, "edge-record"));
  auto obstacle = AsObstacle(broken[order.front()]);
  if (order.size() > 1) {
    obstacle->text += "; and " + std::to_string(order.size() - 1) +
                      (order.size() == 2 ? " other Edge fails" : " other Edges fail") + " too";
  }
  return obstacle;
}

std::optional<Obstacle> Processes(const Facts& facts, const Findings& findings) {
  const bool none =
      !facts.processes.empty() &&
      std::ranges::all_of(facts.processes, [](const Process& one) { return one.status == 0; });
  if (none) return Obstacle{"the gateway does not run on this machine", Reason::kNone};
  // Without a word from a router only its own absence is known.
  const auto missing = std::ranges::find_if(findings, [](const Finding& one) {
    return one.area == Area::kProcesses && one.severity == Severity::kError &&
           one.reason != Reason::kNone;
  });
  return missing == findings.end() ? std::nullopt : AsObstacle(&*missing);
}

}  // namespace

std::optional<Obstacle> Obstacles::First(envelope::Side side) const {
  const bool on_sip = side == envelope::Side::kSip;
  for (const auto& one : {processes, on_sip ? edges : partner, on_sip ? partner : edges}) {
    if (one) return one;
  }
  return std::nullopt;
}

std::optional<Obstacle> ForbiddenBy(const Findings& findings) {
  for (const Area area : {Area::kAddresses, Area::kPolicy}) {
    if (auto obstacle = AsObstacle(FirstError(findings, area))) return obstacle;
  }
  return std::nullopt;
}

Obstacles ObstaclesIn(const Facts& facts, const Findings& findings) {
  Obstacles found;
  found.processes = Processes(facts, findings);
  if (!facts.path) found.routers = Obstacle{facts.no_path, Reason::kNone};
  if (facts.path && !facts.path->store_up)
    found.store = Obstacle{"the router does not reach Redis", Reason::kStoreUnavailable};
  found.partner = Partner(findings);
  found.edges = Edges(findings);
  found.way_from_xmpp = AsObstacle(FirstError(findings, Area::kDns, "xmpp-server"));
  found.way_from_sip = AsObstacle(FirstError(findings, Area::kDns, "gateway-host"));
  return found;
}

}  // namespace dragoman::explain
