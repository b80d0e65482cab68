#include "core/translate/sip_answer.h"

#include <algorithm>

#include "core/translate/errors.h"
#include "core/translate/sip_dialog.h"
#include "core/translate/sip_reply.h"

namespace dragoman::translate {
namespace {

sip::Response Accept(const sip::Request& request, std::string_view local_tag,
                     const envelope::Outcome& outcome, const policy::Settings& settings) {
  const std::string& method = request.method();
  if (method == "INVITE" || method == "UPDATE") return AcceptSession(request, local_tag, settings);
  if (method == "SUBSCRIBE") {
    sip::Response response = sip::MakeResponse(request, 200, local_tag);
    const auto asked = sip::Seconds(request.Get("Expires"));
    const std::uint32_t granted =
        asked ? std::min(*asked, outcome.expires) : outcome.expires;  // never more (EVT-2)
    response.Add("Expires", std::to_string(granted));
    response.Add("Contact", SelfOf(settings).Contact());
    return response;
  }
  // A gateway takes a page on for delivery (IM-13); Microsoft's sessions know only 200.
  const bool page = method == "MESSAGE" && ToTag(request).empty();
  const bool accepted_only = page && settings.sip.dialect != policy::Dialect::kMicrosoft;
  return sip::MakeResponse(request, accepted_only ? 202 : 200, local_tag);
}

}  // namespace

sip::Response AnswerSip(const sip::Request& request, std::string_view local_tag,
                        const envelope::Outcome& outcome, const policy::Settings& settings) {
  // Whatever became of it (ocs-dialect §3.6).
  if (request.method() == "INFO") return sip::MakeResponse(request, 200, local_tag);
  if (outcome.accepted()) return Accept(request, local_tag, outcome, settings);
  const RequestKind kind =
      request.method() == "INVITE" ? RequestKind::kInvite : RequestKind::kOther;
  const ReasonRow& row = RowOf(outcome.reason);
  return Refuse(request, local_tag,
                {.status = SipStatusOf(outcome, kind),
                 .reason = outcome.reason,
                 .text = outcome.text,
                 .retry_after = std::max(outcome.retry_after, row.retry_after),
                 .unsupported = {}},
                settings);
}

}  // namespace dragoman::translate
