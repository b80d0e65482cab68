#include "sip-frontend/admission.h"

#include <algorithm>

#include "core/sip/peer.h"

namespace dragoman::sip_frontend {

Admission AdmitIncoming(const std::vector<std::string>& identities,
                        const policy::SipSettings& settings) {
  Admission admission;
  for (const policy::HostPort& edge : settings.edges) {
    admission.expected.push_back(edge.host);
    if (!admission.peer && sip::MatchName(identities, {edge.host}))
      admission.peer = policy::ToString(edge);
  }
  if (!settings.edges.empty()) return admission;
  admission.expected = settings.domains;
  for (const std::string& identity : identities) {
    const bool served =
        std::any_of(settings.domains.begin(), settings.domains.end(),
                    [&](const std::string& domain) { return sip::IsHostOf(identity, domain); });
    if (served && !admission.peer) admission.peer = policy::ToString({identity, policy::kSipsPort});
  }
  return admission;
}

Admission AdmitOutgoing(const std::vector<std::string>& identities, const policy::HostPort& dialled,
                        const policy::SipSettings& settings) {
  Admission admission{.peer = {}, .expected = {dialled.host}};
  if (settings.edges.empty())
    admission.expected = sip::ProvingNames(dialled.host, settings.domains);
  if (sip::MatchName(identities, admission.expected)) admission.peer = policy::ToString(dialled);
  return admission;
}

bool MaySpeakFor(const std::string& peer, const sip::Request& request,
                 const policy::SipSettings& settings) {
  if (!settings.edges.empty()) return true;
  const auto from = sip::NameAddr::Parse(request.Get("From"));
  const auto uri = from ? sip::Uri::Parse(from->uri) : Fail(from.error());
  const auto where = policy::ParseHostPort(peer, policy::kSipsPort);
  return uri && where && sip::IsHostOf(where->host, uri->host);
}

}  // namespace dragoman::sip_frontend
