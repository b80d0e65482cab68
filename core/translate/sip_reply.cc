#include "core/translate/sip_reply.h"

#include <optional>
#include <utility>

#include "core/ocs/diagnostics.h"
#include "core/ocs/session.h"
#include "core/sip/sdp.h"
#include "core/sip/session_timer.h"
#include "core/translate/errors.h"
#include "core/translate/presence_body.h"
#include "core/translate/sip_content.h"
#include "core/translate/sip_dialog.h"
#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

constexpr std::uint16_t kWarningMiscellaneous = 399;  // RFC 3261 §20.43

std::string Accepted() {
  return std::string(kAcceptedContent) + ", " + std::string(kPresenceTypes) + ", application/sdp";
}

// What RFC 3261 §20 and §21 demand beside the status.
void AddDemanded(const SipRefusal& refusal, sip::Response& response) {
  switch (refusal.status) {
    case 405:
      response.Add("Allow", ocs::kAllow);
      break;
    case 406:
    case 415:
      response.Add("Accept", Accepted());
      response.Add("Accept-Encoding", "identity");
      break;
    case 420:
      response.Add("Unsupported", refusal.unsupported);
      break;
    case 422:
      response.Add("Min-SE", std::to_string(sip::kMinSessionExpires));
      break;
    case 423:
      response.Add("Min-Expires", std::to_string(kMinExpires));
      break;
    case 489:
      response.Add("Allow-Events", "presence");
      break;
    default:
      break;
  }
}

}  // namespace

sip::Response Refuse(const sip::Request& request, std::string_view local_tag,
                     const SipRefusal& refusal, const policy::Settings& settings) {
  sip::Response response = sip::MakeResponse(request, refusal.status, local_tag);
  AddDemanded(refusal, response);
  if (refusal.status == 400 && !refusal.text.empty()) {  // names the problem (RFC 3261 §21.4.1)
    const bool field = refusal.text.find(' ') == std::string::npos;
    response.SetReason(SingleLine(field ? "Bad " + refusal.text : refusal.text));
  }
  if (refusal.retry_after > 0) response.Add("Retry-After", std::to_string(refusal.retry_after));
  std::string text(policy::Text(refusal.reason));
  if (!refusal.text.empty()) text += ": " + SingleLine(refusal.text);
  response.Add(ocs::kDiagnosticsHeader,
               ocs::PrintDiagnostics(
                   {.error_id = static_cast<std::uint32_t>(refusal.reason), .reason = text}));
  response.Add("Warning", std::to_string(kWarningMiscellaneous) + " " + settings.sip.fqdn + " " +
                              sip::Quote(std::string(policy::Name(refusal.reason))));
  return response;
}

SipCause CauseOf(const sip::Response& response) {
  auto said = ocs::ParseDiagnostics(response.Get(ocs::kDiagnosticsHeader));
  const auto reason = said ? policy::ReasonFromCode(said->error_id) : std::nullopt;
  if (!reason) return {};
  return {.reason = *reason, .text = std::move(said->reason)};
}

sip::Response AnswerOptions(const sip::Request& request, std::string_view local_tag) {
  sip::Response response = sip::MakeResponse(request, 200, local_tag);
  response.Add("Allow", ocs::kAllow);
  response.Add("Accept", Accepted());
  response.Add("Accept-Encoding", "identity");
  response.Add("Accept-Language", "en");
  response.Add("Supported", "timer");
  response.Add("Allow-Events", "presence");
  return response;
}

sip::Response AcceptSession(const sip::Request& request, std::string_view local_tag,
                            const policy::Settings& settings) {
  sip::Response response = sip::MakeResponse(request, 200, local_tag);
  response.Add("Contact", SelfOf(settings).Contact());
  response.Add("Allow", ocs::kAllow);
  response.Add("Supported", "timer");
  if (const auto timer = sip::SessionExpires::Parse(request.Get("Session-Expires"))) {
    const bool ours = timer->refresher == sip::Refresher::kUas;
    response.Add("Require", "timer");
    response.Add("Session-Expires",
                 std::to_string(timer->seconds) + (ours ? ";refresher=uas" : ";refresher=uac"));
  }
  if (request.method() == "UPDATE") return response;
  const auto to = sip::NameAddr::Parse(request.Get("To"));
  response.SetBody(sip::kSdpType,
                   sip::PrintSdp(kSessionAddress, to ? to->uri : "null", ocs::kAcceptTypes));
  return response;
}

}  // namespace dragoman::translate
