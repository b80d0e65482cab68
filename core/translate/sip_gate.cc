#include "core/translate/sip_gate.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/ocs/diagnostics.h"

namespace dragoman::translate {
namespace {

using policy::Reason;

// What came back to us through a peer (SIP-23): our own name among its Vias.
bool IsLoop(const sip::Request& request, const std::string& fqdn) {
  const auto vias = request.List("Via");
  return std::any_of(vias.begin(), vias.end(), [&](std::string_view text) {
    const auto via = sip::Via::Parse(text);
    return via && EqualsIgnoreCase(via->sent_by.substr(0, via->sent_by.find(':')), fqdn);
  });
}

// Each of these statuses has one cause below the requests' meaning.
Reason ReasonOfStack(std::uint16_t status) {
  switch (status) {
    case 481:  // a CANCEL for nothing
      return Reason::kNoSuchDialog;
    case 482:  // merged (SIP-17)
      return Reason::kLoopDetected;
    case 487:  // its sender took it back
      return Reason::kUnsupportedRequest;
    case 500:
      return Reason::kOverloaded;
    case 513:
      return Reason::kMessageTooLarge;
    default:
      return Reason::kMalformed;
  }
}

}  // namespace

std::optional<SipRefusal> RefuseAtOnce(const sip::Request& request,
                                       const policy::Settings& settings) {
  if (const auto wrong = sip::Validate(request)) {
    const bool loop = wrong->status == 483;
    return SipRefusal{.status = wrong->status,
                      .reason = loop ? Reason::kLoopDetected : Reason::kMalformed,
                      .text = wrong->reason};
  }
  if (IsLoop(request, settings.sip.fqdn)) {
    return SipRefusal{.status = 482, .reason = Reason::kLoopDetected};
  }
  return std::nullopt;
}

sip::Response Explained(sip::Response refusal) {
  const Reason reason = ReasonOfStack(refusal.status());
  refusal.Add(ocs::kDiagnosticsHeader,
              ocs::PrintDiagnostics({.error_id = static_cast<std::uint32_t>(reason),
                                     .reason = std::string(policy::Text(reason))}));
  return refusal;
}

}  // namespace dragoman::translate
