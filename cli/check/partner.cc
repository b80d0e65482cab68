#include "cli/check/partner.h"

#include <utility>

namespace dragoman::check {
namespace {

using policy::Need;
using policy::Reason;
using xmpp::OutboundFailure;

bool MayDialBack(const policy::Partner& partner) {
  return partner.dialback && partner.sasl != Need::kRequired;
}

bool MayUseCertificate(const policy::Partner& partner) {
  return partner.sasl != Need::kDisabled && partner.tls != Need::kDisabled;
}

class Judge {
 public:
  Judge(const PartnerQuestion& asked, const PartnerCall& made, const policy::TlsFiles& tls)
      : asked_(asked),
        partner_(asked.partner),
        made_(made),
        tls_(tls),
        verdict_(Area::kPartners, asked.domain) {}

  Findings Take() {
    if (Connect() && Stream() && Tls()) Proof();
    return verdict_.Take();
  }

 private:
  bool Connect() {
    const Call& call = made_.call;
    if (call.connected) {
      verdict_.Ok("partner-connect", {call.address});
      return true;
    }
    verdict_.Error(
        "partner-connect",
        {call.address.empty() ? "no address" : call.address + ": " + call.trouble, "a connection",
         "see that the firewalls pass TCP out from this machine; ask the partner whether "
         "its server runs"},
        call.address.empty() ? Reason::kNone : Reason::kRemoteServerTimeout);
    return false;
  }

  bool Stream() {
    const Call& call = made_.call;
    const bool spoke = made_.in_clear || made_.secured || call.secure;
    const bool tls_failed = made_.failure == OutboundFailure::kTlsRefused ||
                            (!call.secure && (made_.direct_tls || made_.in_clear));
    if (spoke || tls_failed) return true;
    verdict_.Error("partner-stream",
                   {call.late ? "no answer in time" : call.trouble, "an XMPP stream",
                    made_.failure == OutboundFailure::kStreamError
                        ? "ask the partner to serve " + asked_.domain + " there, and to let " +
                              asked_.local + " in"
                        : "see that a server-to-server port is meant (" +
                              std::to_string(policy::kXmppServerPort) + ", not 5222)"},
                   Reason::kRemoteServerTimeout);
    return false;
  }

  // False: without what policy wants of TLS nothing else matters.
  bool Tls() {
    const bool offered = made_.direct_tls || (made_.in_clear && made_.in_clear->starttls);
    if (partner_.tls == Need::kDisabled) {
      if (made_.in_clear && made_.in_clear->starttls_required) {
        verdict_.Error("partner-tls",
                       {"it requires STARTTLS", "a stream in clear: tls: disabled",
                        "set partners[].tls to optional or required"},
                       Reason::kTlsRequired);
        return false;
      }
      verdict_.Info("partner-tls", {offered ? "in clear, though it offers STARTTLS" : "in clear",
                                    {},
                                    offered ? "set partners[].tls to required" : ""});
      return true;
    }
    if (made_.call.secure) {
      verdict_.Ok("partner-tls", {made_.call.certificate.cipher +
                                  (made_.direct_tls ? ", direct" : ", by STARTTLS")});
      Certificate();
      return true;
    }
    if (!offered && partner_.tls == Need::kOptional && MayDialBack(partner_)) {
      verdict_.Warn("partner-tls", {"it offers no STARTTLS: the stream stays in clear", "STARTTLS",
                                    "ask the partner to switch TLS on"});
      return true;
    }
    const std::string why = made_.call.late ? "no answer in time" : made_.call.trouble;
    verdict_.Error("partner-tls",
                   {offered ? "TLS fails: " + why : "it offers no STARTTLS",
                    "TLS 1.2 or 1.3, as partners[].tls demands",
                    offered ? "ask the partner which versions its server speaks and whether it "
                              "refuses our certificate"
                            : "ask the partner to switch TLS on; or set partners[].tls to optional "
                              "and let everybody on the way read along"},
                   Reason::kTlsRequired);
    return false;
  }

  void Certificate() {
    const runtime::PeerCertificate& shown = made_.call.certificate;
    const bool covers = xmpp::CoversDomain(shown.names, asked_.domain);
    const auto days = shown.valid_for / std::chrono::hours(24);
    if (shown.trusted && covers) {
      if (days < kPeerDaysMin) {
        return verdict_.Warn(
            "partner-certificate",
            {"proves " + asked_.domain + "; " + std::to_string(days) + " days left",
             std::to_string(kPeerDaysMin) + " days or more", "tell the partner to renew it"});
      }
      return verdict_.Ok("partner-certificate",
                         {"proves " + asked_.domain + "; " + std::to_string(days) + " days left"});
    }
    const Says says{
        shown.trusted ? "carries " + ToString(shown.names) : "not trusted: " + shown.problem,
        "a chain to " + tls_.trust + " and the name " + asked_.domain,
        shown.trusted ? "ask the partner for a certificate that names " + asked_.domain
                      : "put the root of the partner's authority into " + tls_.trust +
                            ", or ask the partner for a certificate of a public one"};
    const bool wanted = !MayDialBack(partner_);
    verdict_.Add(wanted ? Severity::kError : Severity::kInfo, "partner-certificate", says,
                 wanted ? Reason::kRemoteUntrusted : Reason::kNone);
  }

  void Proof() {
    const auto& offers = made_.call.secure ? made_.secured : made_.in_clear;
    if (!offers) {
      return verdict_.Error("partner-proof",
                            {made_.call.late ? "no features in time" : made_.call.trouble,
                             "stream features", "look at the log of the partner's server"},
                            Reason::kRemoteServerTimeout);
    }
    std::string offered = offers->external ? "EXTERNAL" : "";
    if (offers->dialback) offered += offered.empty() ? "dialback" : " and dialback";
    if (offered.empty()) offered = "neither EXTERNAL nor dialback";
    if (made_.call.secure && MayUseCertificate(partner_) && offers->external) {
      return verdict_.Ok("partner-proof",
                         {"offers " + offered + ": our certificate proves us (EXTERNAL)"});
    }
    if (!MayDialBack(partner_)) {
      return verdict_.Error(
          "partner-proof",
          {"offers " + offered, "EXTERNAL, as partners[].sasl demands",
           "ask the partner to trust the root of our certificate, which has to name " +
               asked_.local + "; or allow dialback: sasl: optional, dialback: true"},
          Reason::kRemoteUntrusted);
    }
    if (!offers->dialback) {
      return verdict_.Warn(
          "partner-proof",
          {"offers " + offered + ": dialback will be tried all the same", "EXTERNAL or dialback",
           "ask the partner to switch dialback on, or to trust our certificate"});
    }
    verdict_.Ok(
        "partner-proof",
        {"offers " + offered + ": dialback proves us, through the SRV record of " + asked_.local});
  }

  const PartnerQuestion& asked_;
  const policy::Partner& partner_;
  const PartnerCall& made_;
  const policy::TlsFiles& tls_;
  Verdict verdict_;
};

}  // namespace

Findings JudgePartner(const PartnerQuestion& asked, const PartnerCall& made,
                      const policy::TlsFiles& tls) {
  return Judge(asked, made, tls).Take();
}

}  // namespace dragoman::check
