#include "cli/check/gather/partner_caller.h"

#include <utility>
#include <variant>

#include "core/dns/srv.h"
#include "core/xmpp/precis.h"

namespace dragoman::check {
namespace {

// Looking needs no proof: whatever the policy, all that is offered is to be seen.
xmpp::PeerPolicy PolicyFor(const policy::Partner& partner) {
  xmpp::PeerPolicy policy{.tls = xmpp::Need::kOptional, .sasl = xmpp::Need::kOptional};
  if (partner.tls == policy::Need::kRequired) policy.tls = xmpp::Need::kRequired;
  if (partner.tls == policy::Need::kDisabled) policy.tls = xmpp::Need::kDisabled;
  return policy;
}

}  // namespace

std::vector<Address> AddressesOf(const std::string& domain, const policy::Partner& partner,
                                 const Names& names, RandomSource& random) {
  std::vector<dns::Target> targets;
  if (partner.server) {
    targets.push_back({partner.server->host,
                       partner.server->port != 0 ? partner.server->port : policy::kXmppServerPort,
                       false});
  } else {
    const SrvAnswer plain = names.Srv("_xmpp-server._tcp." + domain);
    const SrvAnswer direct = names.Srv("_xmpps-server._tcp." + domain);
    if (plain && IsRefusal(*plain)) return {};
    std::vector<dns::Srv> records;
    if (plain) records = dns::Servers(*plain);
    if (direct) {
      for (dns::Srv& one : dns::Servers(*direct, true)) records.push_back(std::move(one));
    }
    targets = dns::Order(std::move(records), random);
    if (targets.empty()) targets.push_back({domain, policy::kXmppServerPort, false});
  }
  std::vector<Address> addresses;
  for (const dns::Target& target : targets) {
    if (target.direct_tls && partner.tls == policy::Need::kDisabled) continue;
    const HostAnswer host = names.Host(target.host);
    if (!host) continue;
    for (const std::string& ip : *host) {
      if (addresses.size() < kAddressesMax)
        addresses.push_back({ip, target.port, target.direct_tls});
    }
  }
  return addresses;
}

PartnerCaller::PartnerCaller(runtime::Loop& loop, PartnerQuestion asked,
                             std::vector<Address> addresses, Tls tls, Done done)
    : Caller(loop, std::move(addresses)),
      asked_(std::move(asked)),
      tls_(std::move(tls)),
      done_(std::move(done)) {}

void PartnerCaller::Tell() {
  made_.call = call_;
  done_(made_);
}

void PartnerCaller::OnOpen() {
  Caller::OnOpen();
  made_.direct_tls = address().direct_tls;
  xmpp::OutboundRules rules;
  rules.local = xmpp::UnicodeDomain(asked_.local);
  rules.remote = xmpp::UnicodeDomain(asked_.domain);
  rules.policy = PolicyFor(asked_.partner);
  rules.establish_max = kCallMax;
  rules.direct_tls = made_.direct_tls;
  rules.look = true;
  machine_.emplace(std::move(rules), std::nullopt, loop().Now());
  machine_->OnOpen(loop().Now());
  Drain();
}

void PartnerCaller::OnSecure(const runtime::PeerCertificate& certificate) {
  Caller::OnSecure(certificate);
  machine_->OnTls(loop().Now());
  Drain();
}

void PartnerCaller::OnBytes(std::string_view bytes) {
  if (ended()) return;
  machine_->OnBytes(bytes, loop().Now());
  Drain();
}

void PartnerCaller::Drain() {
  while (auto effect = machine_->Poll()) {
    if (auto* send = std::get_if<xmpp::OutboundStream::Send>(&*effect)) {
      connection().Write(send->bytes);
    } else if (std::holds_alternative<xmpp::OutboundStream::StartTls>(*effect)) {
      StartTls();
    } else if (const auto* offers = std::get_if<xmpp::OutboundStream::Offers>(&*effect)) {
      OnOffers(*offers);
    } else if (auto* failed = std::get_if<xmpp::OutboundStream::Failed>(&*effect)) {
      made_.failure = failed->failure;
      call_.trouble = std::move(failed->detail);
    } else if (std::holds_alternative<xmpp::OutboundStream::Close>(*effect)) {
      return End();
    }
  }
}

void PartnerCaller::StartTls() {
  const auto& context = made_.direct_tls ? tls_.direct : tls_.starttls;
  if (context == nullptr) {
    call_.trouble = "our own certificate cannot be used: " + tls_.problem;
    return End();
  }
  connection().StartTlsClient(context, asked_.domain);
}

void PartnerCaller::OnOffers(const xmpp::OutboundStream::Offers& offers) {
  (call_.secure ? made_.secured : made_.in_clear) = offers;
  const bool goes_on = !call_.secure && asked_.partner.tls != policy::Need::kDisabled &&
                       (offers.starttls || asked_.partner.tls == policy::Need::kRequired);
  if (goes_on) return;
  machine_->Finish(loop().Now());
  Drain();
  End();
}

}  // namespace dragoman::check
