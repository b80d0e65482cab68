#include "cli/check/certificates.h"

#include <algorithm>
#include <utility>

#include "core/sip/peer.h"
#include "core/xmpp/peer_policy.h"

namespace dragoman::check {
namespace {

using runtime::OwnCertificate;

std::int64_t DaysUntil(WallTime then, WallTime now) {
  return (then - now) / std::chrono::hours(24);
}

// What both certificates have to be, under names that begin with `side`.
class Judge {
 public:
  Judge(const OwnCertificate& own, const policy::TlsFiles& files, std::string side, WallTime now)
      : own_(own),
        files_(files),
        side_(std::move(side)),
        now_(now),
        verdict_(Area::kCertificates, files.certificate) {}

  // False: there is nothing more to say.
  bool File() {
    if (own_.problem.empty()) return true;
    verdict_.Error(side_ + "-file", {own_.problem, "a PEM certificate, the leaf first",
                                     "put the certificate and its intermediates, as PEM, into " +
                                         files_.certificate + ", readable for the gateway's user"});
    return false;
  }

  void Key() {
    const std::string name = side_ + "-key";
    if (!own_.key_problem.empty()) {
      return verdict_.Error(name, {files_.key + ": " + own_.key_problem,
                                   "the certificate's private key as PEM, without a pass phrase",
                                   "write it with: openssl pkey -in KEY -out " + files_.key});
    }
    if (own_.key_is_of_a_later_one && !own_.key_matches) {
      return verdict_.Error(
          name, {files_.key + " belongs to a later certificate of the file, not to the first",
                 "the leaf first, then the intermediates",
                 "change the order of the certificates in " + files_.certificate});
    }
    if (!own_.key_matches) {
      return verdict_.Error(
          name, {files_.key + " does not belong to the certificate", "the key of this certificate",
                 "put the key that the certificate was requested with into " + files_.key +
                     ", or request a new certificate with this key"});
    }
    if (own_.weak_key) {
      return verdict_.Error(name, {own_.key_kind, "RSA 2048 bits or more, or EC P-256",
                                   "request a certificate with a new key"});
    }
    verdict_.Ok(name, {own_.key_kind + ", belongs to the certificate"});
  }

  void Validity() {
    const std::string name = side_ + "-validity";
    const std::string renew = "renew it and put the new one into " + files_.certificate +
                              "; a running gateway takes it over by itself";
    if (now_ < own_.not_before) {
      return verdict_.Error(
          name, {"valid only in " + std::to_string(DaysUntil(own_.not_before, now_) + 1) + " days",
                 "valid now", "look at this machine's clock; else wait"});
    }
    if (own_.not_after <= now_) {
      return verdict_.Error(
          name, {"expired " + std::to_string(DaysUntil(now_, own_.not_after)) + " days ago",
                 "valid now", renew});
    }
    const std::int64_t days = DaysUntil(own_.not_after, now_);
    const Says says{std::to_string(days) + " days left",
                    std::to_string(kDaysLeftMin) + " days or more", renew};
    days < kDaysLeftMin ? verdict_.Warn(name, says) : verdict_.Ok(name, {says.found});
  }

  void Chain() {
    const std::string name = side_ + "-chain";
    if (!own_.trust_problem.empty()) {
      verdict_.Error(side_ + "-trust",
                     {own_.trust_problem, "the PEM roots that a peer's certificate must lead to",
                      "put them into " + files_.trust + ", or write trust: system"});
    }
    if (own_.chain == OwnCertificate::Chain::kNowhere && own_.self_signed) {
      return verdict_.Warn(name, {"self-signed", "signed by an authority that the peers trust",
                                  "request a certificate from an authority; or install this one "
                                  "at every peer, and in tls.trust"});
    }
    if (own_.chain == OwnCertificate::Chain::kNowhere) {
      return verdict_.Warn(
          name, {"ends at " + (own_.chain_issuer.empty() ? "nobody" : own_.chain_issuer) + ": " +
                     own_.chain_problem,
                 "complete: the leaf, then every intermediate, up to a root that the peers trust",
                 "append the intermediates to " + files_.certificate +
                     "; if a root of your own signed it, install that root at the peers and in "
                     "tls.trust"});
    }
    if (own_.issuer_not_after <= now_) {
      return verdict_.Error(name, {own_.issuer_name + " in it has expired", "every part valid now",
                                   "get the issuer's new intermediates from your authority"});
    }
    if (const std::int64_t days = DaysUntil(own_.issuer_not_after, now_); days < kDaysLeftMin) {
      return verdict_.Warn(name,
                           {own_.issuer_name + " in it has " + std::to_string(days) + " days left",
                            std::to_string(kDaysLeftMin) + " days or more",
                            "get the issuer's new intermediates from your authority"});
    }
    verdict_.Ok(name, {own_.chain == OwnCertificate::Chain::kToTrust
                           ? "leads to the roots of " + files_.trust
                           : "leads to the system's roots"});
  }

  Verdict& verdict() { return verdict_; }
  const OwnCertificate& own() const { return own_; }

 private:
  const OwnCertificate& own_;
  const policy::TlsFiles& files_;
  std::string side_;
  WallTime now_;
  Verdict verdict_;
};

}  // namespace

Findings JudgeSipCertificate(const OwnCertificate& own, const policy::TlsFiles& files,
                             const std::string& fqdn, WallTime now) {
  Judge judge(own, files, "sip", now);
  if (!judge.File()) return judge.verdict().Take();
  Verdict& verdict = judge.verdict();
  const std::string wanted = fqdn + " (sip.fqdn) as a DNS subjectAltName";
  if (!sip::CarriesHost(own.names, fqdn)) {
    verdict.Error("sip-name", {"carries " + ToString(own.names), wanted,
                               "request a certificate with the subjectAltName DNS:" + fqdn +
                                   "; until then every request ends at the Edge with a bare 504"});
  } else if (sip::MatchName(sip::IdentitiesOf(own.names), {fqdn})) {
    verdict.Ok("sip-name", {"carries " + fqdn});
  } else if (own.names.has_san) {
    verdict.Warn("sip-name",
                 {"carries " + fqdn + " as a DNS name, which an Edge takes, and SIP URIs of others",
                  "sip:" + fqdn +
                      " among the URIs, or none: where there are any, servers that go "
                      "by RFC 5922 count them alone",
                  "request a certificate with the subjectAltName URI:sip:" + fqdn +
                      " too, or without URIs"});
  } else {
    verdict.Warn("sip-name",
                 {"carries " + fqdn + " as common name, which an Edge takes; no subjectAltName",
                  wanted + ": other servers have given the common name up",
                  "request a certificate with the subjectAltName DNS:" + fqdn});
  }
  if (!own.server_auth) {
    verdict.Error("sip-purpose",
                  {"extendedKeyUsage without serverAuth", "serverAuth and clientAuth",
                   "request a certificate for both: the gateway is at both ends of TLS"});
  } else if (!own.client_auth) {
    verdict.Warn("sip-purpose",
                 {"extendedKeyUsage without clientAuth", "serverAuth and clientAuth",
                  "request a certificate for both from an authority of your own, if the Edge "
                  "refuses our connections"});
  } else {
    verdict.Ok("sip-purpose", {"good for both ends of TLS"});
  }
  judge.Chain();
  judge.Validity();
  judge.Key();
  return verdict.Take();
}

Findings JudgeXmppCertificate(const OwnCertificate& own, const policy::TlsFiles& files,
                              const std::vector<std::string>& domains, WallTime now) {
  Judge judge(own, files, "xmpp", now);
  if (!judge.File()) return judge.verdict().Take();
  Verdict& verdict = judge.verdict();
  for (const std::string& domain : domains) {
    if (xmpp::CoversDomain(own.names, domain)) {
      verdict.Ok("xmpp-name", {"carries " + domain});
      continue;
    }
    verdict.Error("xmpp-name", {"does not carry " + domain + ", but " + ToString(own.names),
                                domain + " as a DNS name, xmppAddr or SRVName",
                                "request a certificate with the subjectAltName DNS:" + domain +
                                    "; partners that want certificates refuse us without it"});
  }
  if (!own.server_auth) {
    verdict.Error("xmpp-purpose", {"extendedKeyUsage without serverAuth", "serverAuth",
                                   "request a certificate for TLS servers"});
  } else if (!own.client_auth) {
    verdict.Info("xmpp-purpose",
                 {"serverAuth alone", "serverAuth; a few partners want clientAuth too",
                  "nothing, unless a partner refuses EXTERNAL for it"});
  } else {
    verdict.Ok("xmpp-purpose", {"good for both ends of TLS"});
  }
  judge.Chain();
  judge.Validity();
  judge.Key();
  return verdict.Take();
}

}  // namespace dragoman::check
