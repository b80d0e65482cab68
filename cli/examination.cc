#include "cli/examination.h"

#include <algorithm>
#include <utility>

#include "cli/check/certificates.h"
#include "cli/check/configuration.h"
#include "cli/check/gather/door_caller.h"
#include "cli/check/gather/edge_caller.h"
#include "cli/check/gather/machine.h"
#include "cli/probe.h"
#include "core/policy/role_files.h"

namespace dragoman::cli {

using check::Area;
using check::Findings;
using check::Names;

namespace {

// An untrusted peer is told, not refused: that is what is looked for.
runtime::TlsSettings TlsFor(const policy::TlsFiles& files) {
  return {.certificate_file = files.certificate,
          .key_file = files.key,
          .trust_file = files.trust,
          .minimum = static_cast<std::uint16_t>(files.minimum),
          .alpn = {}};
}

runtime::TlsSettings XmppTls(const policy::TlsFiles& files, const std::string& alpn = {}) {
  runtime::TlsSettings settings = TlsFor(files);
  settings.modern_suites = true;
  settings.alpn = alpn;
  return settings;
}

}  // namespace

Examination::Examination(runtime::Loop& loop, const policy::Settings& settings, Machine machine,
                         std::set<Area> areas)
    : loop_(loop),
      settings_(settings),
      machine_(std::move(machine)),
      areas_(std::move(areas)),
      sip_(policy::OpensFileOf(machine_.role, "sip.tls.key")),
      xmpp_(policy::OpensFileOf(machine_.role, "xmpp.tls.key")),
      limit_(loop, [this] { loop_.Stop(); }) {
  here_ = {.addresses = check::OwnAddresses(),
           .fqdn = settings.sip.fqdn,
           .certificate = {},
           .sip_port = settings.sip.public_port,
           .sip_listen = settings.sip.listen,
           .xmpp_listen = settings.xmpp.listen,
           .direct_tls_listen = settings.xmpp.direct_tls_listen};
  LeaveOut(sip_, {Area::kEdges});
  LeaveOut(xmpp_, {Area::kPartners});
  LeaveOut(sip_ || xmpp_, {Area::kCertificates, Area::kDns, Area::kPorts, Area::kDialback});
  LeaveOut(policy::OpensFileOf(machine_.role, "redis.password"), {Area::kRedis});
}

void Examination::LeaveOut(bool does, std::initializer_list<Area> areas) {
  for (const Area area : areas) {
    if (!does) areas_.erase(area);
  }
}

Findings Examination::Run() {
  limit_.StartAt(loop_.Now() + kExaminationMax);
  ++open_;  // until everything has begun
  Files();
  Certificates();
  if (Wants(Area::kRedis)) Redis();
  if (Wants(Area::kDns) || Wants(Area::kEdges) || Wants(Area::kPartners) || Wants(Area::kPorts)) {
    Resolve();
  }
  loop_.Defer([this] { Settle(); });
  loop_.Run();
  limit_.Stop();
  Findings findings;
  for (Slot& slot : slots_) {
    if (slot.open) {
      check::Verdict verdict(slot.area, slot.subject);
      verdict.Error("time",
                    {"not done in " + std::to_string(kExaminationMax.count() / 1000) + " s",
                     "an end in time", "check again with --only " + std::string(Name(slot.area))});
      slot.findings = verdict.Take();
    }
    check::Append(findings, std::move(slot.findings));
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const auto& a, const auto& b) { return a.area < b.area; });
  return findings;
}

std::size_t Examination::Reserve(Area area, std::string subject) {
  slots_.push_back({area, std::move(subject), {}});
  ++open_;
  return slots_.size() - 1;
}

void Examination::Fill(std::size_t slot, Findings findings) {
  slots_[slot].findings = std::move(findings);
  slots_[slot].open = false;
  Settle();
}

void Examination::Place(Findings findings) {
  slots_.push_back({Area::kConfiguration, {}, std::move(findings), false});
}

// The last bytes of orderly ends leave before the loop stops.
void Examination::Settle() {
  if (--open_ == 0) {
    loop_.Defer([this] { loop_.Defer([this] { loop_.Stop(); }); });
  }
}

void Examination::Files() {
  if (Wants(Area::kConfiguration)) {
    Place(check::JudgeGoodConfiguration(machine_.config, settings_));
    const auto judge = [this](bool does, const std::string& key) {
      if (!does) return;
      if (const auto mode = check::ModeOf(key)) Place(check::JudgeKeyMode(key, *mode));
    };
    judge(sip_, settings_.sip.tls.key);
    judge(xmpp_, settings_.xmpp.tls.key);
  }
  if (!Wants(Area::kDialback)) return;
  const policy::XmppSettings& xmpp = settings_.xmpp;
  for (std::size_t i = 0; i < xmpp.secret_files.size() && i < xmpp.dialback_secrets.size(); ++i) {
    Place(check::JudgeSecret(xmpp.secret_files[i], xmpp.dialback_secrets[i], settings_.partners));
  }
}

void Examination::Certificates() {
  const WallTime now = loop_.Wall();
  const runtime::OwnCertificate sip = runtime::Inspect(TlsFor(settings_.sip.tls));
  here_.certificate = sip.names;
  if (!Wants(Area::kCertificates)) return;
  if (sip_) Place(check::JudgeSipCertificate(sip, settings_.sip.tls, settings_.sip.fqdn, now));
  if (!xmpp_) return;
  Place(check::JudgeXmppCertificate(runtime::Inspect(TlsFor(settings_.xmpp.tls)),
                                    settings_.xmpp.tls, settings_.sip.domains, now));
}

void Examination::Resolve() {
  auto resolver = runtime::Resolver::Create(loop_, {settings_.dns_servers, settings_.dns_timeout});
  if (!resolver) {
    check::Verdict verdict(Area::kDns, "dns.servers");
    verdict.Error("resolver", {resolver.error(), "DNS servers", "correct dns.servers"});
    return Place(verdict.Take());
  }
  const std::size_t slot = Reserve(Area::kDns, "names");
  lookup_ =
      std::make_unique<check::Lookup>(loop_, *std::move(resolver), [this, slot](const auto& names) {
        OnNames(names);
        Fill(slot, {});
      });
  lookup_->Start(check::QuestionsFor(settings_));
}

void Examination::OnNames(const Names& names) {
  if (Wants(Area::kDns) && sip_) {
    Place(JudgeFqdn(names, here_));
    for (const std::string& domain : settings_.sip.domains) {
      Place(JudgeServedDomain(domain, names, here_));
    }
    Place(JudgeEdgeNames(settings_.sip, names));
  }
  if (Wants(Area::kDns) && xmpp_) {
    for (const policy::Partner& partner : settings_.partners) {
      for (const std::string& domain : check::NamedDomains(partner)) {
        Place(JudgePartnerNames(domain, partner, names, here_));
        Place(JudgeFederationRecord(domain, names, here_));
      }
    }
  }
  if (Wants(Area::kEdges)) CallEdges(names);
  if (Wants(Area::kPartners)) CallPartners(names);
  if (Wants(Area::kPorts)) Ports(names);
}

void Examination::CallEdges(const Names& names) {
  auto tls = runtime::TlsContext::Load(TlsFor(settings_.sip.tls), loop_.Wall());
  for (const policy::HostPort& edge : check::EdgesOf(settings_.sip, names)) {
    check::EdgeCaller::To to{edge, check::AddressesOf(edge, names), nullptr, {}};
    if (tls) {
      to.tls = *tls;
    } else {
      to.no_tls = tls.error();
    }
    const std::size_t slot = Reserve(Area::kEdges, policy::ToString(edge));
    callers_.push_back(std::make_unique<check::EdgeCaller>(
        loop_, std::move(to), check::PrintOptions(edge, settings_, random_),
        [this, slot, edge](const check::EdgeCall& made) {
          Fill(slot, JudgeEdge(edge, made, settings_.sip));
        }));
    callers_.back()->Start();
  }
}

void Examination::CallPartners(const Names& names) {
  check::PartnerCaller::Tls tls;
  auto starttls = runtime::TlsContext::Load(XmppTls(settings_.xmpp.tls), loop_.Wall());
  auto direct = runtime::TlsContext::Load(XmppTls(settings_.xmpp.tls, "xmpp-server"), loop_.Wall());
  if (starttls && direct) {
    tls.starttls = *starttls;
    tls.direct = *direct;
  } else {
    tls.problem = starttls ? direct.error() : starttls.error();
  }
  std::size_t called = 0, left = 0;
  for (const policy::Partner& partner : settings_.partners) {
    for (const std::string& domain : check::NamedDomains(partner)) {
      if (called == kPartnersCalledMax) {
        ++left;
        continue;
      }
      ++called;
      const check::PartnerQuestion asked{domain, partner, settings_.sip.domains.front()};
      const std::size_t slot = Reserve(Area::kPartners, domain);
      callers_.push_back(std::make_unique<check::PartnerCaller>(
          loop_, asked, AddressesOf(domain, partner, names, random_), tls,
          [this, slot, asked](const check::PartnerCall& made) {
            Fill(slot, JudgePartner(asked, made, settings_.xmpp.tls));
          }));
      callers_.back()->Start();
    }
  }
  if (left == 0) return;
  check::Verdict verdict(Area::kPartners, std::to_string(left) + " more");
  verdict.Info("partner-connect", {"not called: " + std::to_string(kPartnersCalledMax) +
                                   " partners are called at once"});
  Place(verdict.Take());
}

void Examination::Ports(const Names& names) {
  const auto look = [&](bool does, const char* key, const std::vector<std::string>& listen,
                        const char* program) {
    bool running = false;
    if (!does) return running;
    for (const std::string& address : listen) {
      const check::Port port = check::LookAtPort(key, address, program);
      running |= port.state == check::Port::State::kHeld;
      const std::size_t slot = Reserve(Area::kPorts, address);
      const bool unseen = port.state == check::Port::State::kHeld && port.holders.empty();
      unseen ? AskAdmin(slot, port) : Fill(slot, JudgePort(port));
    }
    return running;
  };
  const bool sip = look(sip_, "sip.listen", settings_.sip.listen, "sip-frontend");
  const bool xmpp = look(xmpp_, "xmpp.listen", settings_.xmpp.listen, "xmpp-frontend");
  look(xmpp_, "xmpp.direct_tls_listen", settings_.xmpp.direct_tls_listen, "xmpp-frontend");
  if (sip_) Knock(names, {settings_.sip.fqdn, settings_.sip.public_port}, sip);
  if (!xmpp_) return;
  std::vector<policy::HostPort> doors;
  for (const std::string& domain : settings_.sip.domains) {
    const check::SrvAnswer records = names.Srv("_xmpp-server._tcp." + domain);
    if (!records || check::IsRefusal(*records)) continue;
    for (const SrvRecord& one : *records) {
      const policy::HostPort door{one.target, one.port};
      if (std::find(doors.begin(), doors.end(), door) == doors.end()) doors.push_back(door);
    }
  }
  for (const policy::HostPort& door : doors) Knock(names, door, xmpp);
}

void Examination::Knock(const Names& names, const policy::HostPort& where, bool running) {
  check::Door door{.name = policy::ToString(where), .address = {}, .running = running};
  const std::vector<check::Address> addresses = check::AddressesOf(where, names);
  for (const check::Address& one : addresses) {
    door.ours |=
        std::find(here_.addresses.begin(), here_.addresses.end(), one.ip) != here_.addresses.end();
  }
  const std::size_t slot = Reserve(Area::kPorts, door.name);
  callers_.push_back(std::make_unique<check::DoorCaller>(
      loop_, std::move(door), addresses,
      [this, slot](const check::Door& found) { Fill(slot, JudgeDoor(found)); }));
  callers_.back()->Start();
}

// Held by another user's process: its admin page says whether that is the gateway.
void Examination::AskAdmin(std::size_t slot, const check::Port& port) {
  for (const Stage& stage : MakePlan(settings_, machine_)) {
    for (const Child::Plan& plan : stage.children) {
      if (plan.name != port.program + "-0" || plan.admin.empty()) continue;
      return Probe(loop_, plan.admin, "/livez",
                   [this, slot, port = check::Port(port)](int status) mutable {
                     port.gateway_answers = status == 200;
                     Fill(slot, JudgePort(port));
                   });
    }
  }
  Fill(slot, JudgePort(port));
}

void Examination::Redis() {
  const std::size_t slot = Reserve(Area::kRedis, ToString(settings_.redis));
  redis_ = std::make_unique<check::RedisCaller>(
      loop_, settings_, check::IsInPath("redis-server"),
      [this, slot](Findings findings) { Fill(slot, std::move(findings)); });
  redis_->Start();
}

}  // namespace dragoman::cli
