#include "core/translate/sip_dialog.h"

#include <string>
#include <utility>

#include "core/base/ascii.h"

namespace dragoman::translate {
namespace {

using envelope::SipDialog;

// ";epid=b84a59c035": the header parameters of an address but its tag.
std::string ParametersOf(const sip::NameAddr& address) {
  std::string text;
  for (const sip::Parameter& parameter : address.parameters) {
    if (EqualsIgnoreCase(parameter.name, "tag")) continue;
    text += ';' + parameter.name;
    if (parameter.has_value) text += '=' + parameter.value;
  }
  return text;
}

// What a request inside a dialog tells; its Contact, if it has one, refreshes the target.
SipDialog Inside(const sip::Request& request) {
  SipDialog dialog;
  dialog.call_id = request.Get("Call-ID");
  if (const auto from = sip::NameAddr::Parse(request.Get("From"))) {
    dialog.remote_tag = from->tag();
    dialog.remote_uri = from->uri;
    dialog.remote_params = ParametersOf(*from);
  }
  if (const auto to = sip::NameAddr::Parse(request.Get("To"))) {
    dialog.local_tag = to->tag();
    dialog.local_uri = to->uri;
  }
  if (const auto contact = sip::NameAddr::Parse(request.Get("Contact"))) {
    dialog.remote_target = contact->uri;
  }
  for (const std::string_view route : request.List("Record-Route")) {
    dialog.route_set.emplace_back(route);
  }
  if (const auto cseq = sip::CSeq::Parse(request.Get("CSeq"))) dialog.remote_cseq = cseq->number;
  return dialog;
}

}  // namespace

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
  SipDialog dialog;
  if (ToTag(request).empty()) {
    const auto opened = sip::DialogFromRequest(request, local_tag);
    if (!opened) return std::nullopt;
    dialog = Updated({}, *opened);
  } else {
    dialog = Inside(request);
  }
  dialog.edge = edge;
  const auto event = sip::ParseParameters(request.Get("Event"));
  if (const sip::Parameter* id = sip::FindParameter(event, "id")) dialog.event_id = id->value;
  return dialog;
}

std::string ToTag(const sip::Request& request) {
  const auto to = sip::NameAddr::Parse(request.Get("To"));
  return to ? std::string(to->tag()) : std::string();
}

sip::Self SelfOf(const policy::Settings& settings) {
  return {.fqdn = settings.sip.fqdn, .port = settings.sip.public_port};
}

}  // namespace dragoman::translate
