// What the final response to a command's request means for its Outcome.
#include <algorithm>
#include <string>

#include "core/ocs/diagnostics.h"
#include "core/sip/session_timer.h"
#include "core/translate/sip_dialog.h"
#include "core/translate/sip_outgoing.h"
#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

using policy::Reason;

// "Temporarily Unavailable; 1003 User does not exist": what the peer said, in one line.
std::string Explanation(const sip::Response& response) {
  std::string text = response.reason();
  if (const auto told = ocs::ParseDiagnostics(response.Get(ocs::kDiagnosticsHeader))) {
    text += "; " + std::to_string(told->error_id) + " " + told->reason;
  }
  return XmlText(SingleLine(text));
}

// The peer's filter took offence at the text (ocs-dialect §3.5).
bool IsFiltered(const sip::Response& response) {
  constexpr std::string_view kIncompatible = "309";  // of the Warning
  return response.status() == 606 && response.Get("Warning").starts_with(kIncompatible);
}

}  // namespace

envelope::Outcome Conclude(const OutgoingSip& sent, const sip::Response& response) {
  envelope::Outcome outcome;
  outcome.sip_status = response.status();
  if (!response.IsSuccess()) {
    outcome.reason = Reason::kSipRefused;
    if (IsFiltered(response)) outcome.reason = Reason::kContentBlocked;
    outcome.text = Explanation(response);
    const std::string_view retry_after = response.Get("Retry-After");
    outcome.retry_after =
        sip::Seconds(retry_after.substr(0, retry_after.find_first_of(" ;("))).value_or(0);
    if (sent.in_dialog) outcome.dialog = sent.dialog;
    if (response.status() == 423)
      outcome.expires = sip::Seconds(response.Get("Min-Expires")).value_or(0);
    return outcome;
  }
  if (sent.in_dialog) {
    outcome.dialog = Updated(sent.dialog, sip::Confirmed(ToSip(sent.dialog), response));
  }
  if (outcome.dialog && (sent.request.method() == "INVITE" || sent.request.method() == "UPDATE")) {
    const auto timer = sip::SessionExpires::Parse(response.Get("Session-Expires"));
    const bool ours = timer && timer->refresher == sip::Refresher::kUac;
    // Less than the minimum is no interval (RFC 4028 §5), and would be refreshed without end.
    outcome.dialog->session_expires = ours ? std::max(timer->seconds, sip::kMinSessionExpires) : 0;
  }
  if (sent.request.method() == "SUBSCRIBE") {
    const auto asked = sip::Seconds(sent.request.Get("Expires"));
    outcome.expires = sip::Seconds(response.Get("Expires")).value_or(asked.value_or(0));
  }
  return outcome;
}

envelope::Outcome Conclude(const OutgoingSip& sent, NoResponse why) {
  envelope::Outcome outcome;
  switch (why) {
    case NoResponse::kTimeout:
      outcome.reason = Reason::kRemoteServerTimeout;
      break;
    case NoResponse::kLost:
      outcome.reason = Reason::kConnectionLost;
      break;
    case NoResponse::kNotSent:
      outcome.reason = Reason::kEdgeUnreachable;
      break;
  }
  if (sent.in_dialog) outcome.dialog = sent.dialog;
  return outcome;
}

}  // namespace dragoman::translate
