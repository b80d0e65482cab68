#include "core/translate/sip_dialog.h"

#include <string>
#include <utility>

namespace dragoman::translate {
using envelope::SipDialog;

sip::Dialog ToSip(const SipDialog& dialog) {
  return {.call_id = dialog.call_id,
          .local_tag = dialog.local_tag,
          .remote_tag = dialog.remote_tag,
          .local_uri = dialog.local_uri,
          .remote_uri = dialog.remote_uri,
          .remote_params = dialog.remote_params,
          .remote_target = dialog.remote_target,
          .route_set = dialog.route_set,
          .local_cseq = dialog.local_cseq,
          .remote_cseq = dialog.remote_cseq};
}

SipDialog Updated(SipDialog dialog, const sip::Dialog& changed) {
  dialog.call_id = changed.call_id;
  dialog.local_tag = changed.local_tag;
  dialog.remote_tag = changed.remote_tag;
  dialog.local_uri = changed.local_uri;
  dialog.remote_uri = changed.remote_uri;
  dialog.remote_params = changed.remote_params;
  dialog.remote_target = changed.remote_target;
  dialog.route_set = changed.route_set;
  dialog.local_cseq = changed.local_cseq;
  dialog.remote_cseq = changed.remote_cseq;
  return dialog;
}

std::optional<SipDialog> DialogOf(const sip::Request& request, std::string_view local_tag,
                                  std::string_view edge) {
  const bool opens = ToTag(request).empty();
  const auto named =
      opens ? sip::DialogFromRequest(request, local_tag) : sip::DialogOfRequest(request, local_tag);
  if (!named) return std::nullopt;
  SipDialog dialog = Updated({}, *named);
  dialog.edge = edge;
  const auto event = sip::ParseParameters(request.Get("Event"));
  if (const sip::Parameter* id = sip::FindParameter(event, "id")) dialog.event_id = id->value;
  return dialog;
}

std::string ToTag(const sip::Request& request) {
  const auto to = sip::NameAddr::Parse(request.Get("To"));
  return to ? std::string(to->tag()) : std::string();
}

bool EndsSubscription(const sip::Request& notify) {
  return notify.Get("Subscription-State").starts_with("terminated");
}

sip::Self SelfOf(const policy::Settings& settings) {
  return {.fqdn = settings.sip.fqdn, .port = settings.sip.public_port};
}

}  // namespace dragoman::translate
