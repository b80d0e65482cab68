#include "cli/check/edge.h"

#include <utility>

#include "core/sip/peer.h"

namespace dragoman::check {
namespace {

using policy::Reason;

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string AboutTls(const Call& call, const policy::SipSettings& sip) {
  if (Has(call.trouble, "WRONG_VERSION_NUMBER") || Has(call.trouble, "HTTP_REQUEST")) {
    return "correct the port in sip.edges: what listens there speaks no TLS";
  }
  if (Has(call.trouble, "PROTOCOL")) {
    return "switch TLS 1.2 on at the Edge; where it cannot (Windows Server 2003, 2008), set "
           "sip.tls.minimum to 1.0";
  }
  const std::string trust = "look at the Edge's log for our certificate: it has to name " +
                            sip.fqdn + ", and its root has to be among the Edge's trusted roots";
  if (call.secure || Has(call.trouble, "ALERT")) return trust;
  return trust + "; if the Edge is a Windows Server 2003 or 2008, set sip.tls.minimum to 1.0";
}

void JudgeCertificate(Verdict& verdict, const policy::HostPort& edge,
                      const runtime::PeerCertificate& shown, const policy::SipSettings& sip) {
  std::vector<std::string> wanted{edge.host};
  if (sip.edges.empty()) wanted = sip::ProvingNames(edge.host, sip.domains);
  if (const auto proven = sip::MatchName(sip::IdentitiesOf(shown.names), wanted)) {
    verdict.Ok("edge-name", {"its certificate carries " + *proven});
  } else {
    verdict.Error("edge-name",
                  {"its certificate carries " + ToString(shown.names),
                   wanted.size() == 1 ? edge.host : "one of " + Join(wanted),
                   "write the certificate's name, that of the Edge's external interface, into "
                   "sip.edges, or give the Edge a certificate with this name"},
                  Reason::kEdgeUnreachable);
  }
  if (!shown.trusted) {
    verdict.Error("edge-chain",
                  {shown.problem, "a chain to the roots of " + sip.tls.trust,
                   "put the root of the Edge's authority, as PEM, into " + sip.tls.trust +
                       "; the Edge has to send its intermediates"},
                  Reason::kEdgeUnreachable);
  } else if (const auto days = shown.valid_for / std::chrono::hours(24); days < kPeerDaysMin) {
    verdict.Warn("edge-chain",
                 {"trusted; " + std::to_string(days) + " days left",
                  std::to_string(kPeerDaysMin) + " days or more", "renew the Edge's certificate"});
  } else {
    verdict.Ok("edge-chain", {"trusted; " + std::to_string(days) + " days left"});
  }
}

void JudgeAnswer(Verdict& verdict, const EdgeCall& made, const policy::SipSettings& sip) {
  const std::string allow =
      "on the Edge, enter each XMPP domain as a federated partner whose "
      "Access Edge is " +
      sip.fqdn;
  if (made.status == 0) {
    if (made.call.late || made.call.trouble.empty()) {
      return verdict.Error("edge-options",
                           {"no answer in time", "an answer to OPTIONS, whichever",
                            "see that sip.edges names the Edge's external interface; " + allow},
                           Reason::kRemoteServerTimeout);
    }
    return verdict.Error("edge-options",
                         {"it closed the connection: " + made.call.trouble,
                          "an answer to OPTIONS, whichever", AboutTls(made.call, sip)},
                         Reason::kConnectionLost);
  }
  std::string found = std::to_string(made.status) + " " + made.reason;
  if (!made.server.empty()) found += ", " + made.server;
  if (made.status == 401 || made.status == 407) {
    return verdict.Warn("edge-options",
                        {found, "an Edge, which asks partners for no password",
                         "let sip.edges name the Edge's external interface, not a registrar"});
  }
  if (made.status == 504) {
    return verdict.Warn("edge-options",
                        {found + ": that is how an Edge refuses a name",
                         sip.fqdn + " known to the Edge, in DNS or on its allow list", allow});
  }
  if (made.status == 503) {
    return verdict.Warn("edge-options", {found, "an Edge that takes work",
                                         "look at the Edge: it says that it is not available"});
  }
  // 403, 404, 405, 483 and their like come from the Edge as well: it heard us and let us in.
  verdict.Ok("edge-options", {found});
}

}  // namespace

Findings JudgeEdge(const policy::HostPort& edge, const EdgeCall& made,
                   const policy::SipSettings& sip) {
  Verdict verdict(Area::kEdges, policy::ToString(edge));
  const Call& call = made.call;
  if (!call.connected) {
    verdict.Error(
        "edge-connect",
        {call.address.empty() ? "no address" : call.address + ": " + call.trouble, "a connection",
         "see that the Edge runs, that its external interface is meant, and that the "
         "firewalls pass TCP " +
             std::to_string(edge.port) + " from this machine"},
        Reason::kEdgeUnreachable);
    return verdict.Take();
  }
  verdict.Ok("edge-connect", {call.address});
  if (!made.no_tls.empty()) {
    verdict.Error(
        "edge-tls",
        {"not tried: " + made.no_tls, "a certificate of our own to show", "correct sip.tls first"},
        Reason::kEdgeUnreachable);
    return verdict.Take();
  }
  if (!call.secure) {
    verdict.Error(
        "edge-tls",
        {call.late ? "no answer in time" : call.trouble,
         "TLS of sip.tls.minimum or later, both sides with certificates", AboutTls(call, sip)},
        Reason::kEdgeUnreachable);
    return verdict.Take();
  }
  const bool old = call.certificate.cipher.starts_with("TLSv1 ") ||
                   call.certificate.cipher.starts_with("TLSv1.1 ");
  if (old) {
    verdict.Info("edge-tls", {call.certificate.cipher, "TLS 1.2 or 1.3",
                              "switch TLS 1.2 on at the Edge, if it has it"});
  } else {
    verdict.Ok("edge-tls", {call.certificate.cipher});
  }
  JudgeCertificate(verdict, edge, call.certificate, sip);
  JudgeAnswer(verdict, made, sip);
  return verdict.Take();
}

}  // namespace dragoman::check
