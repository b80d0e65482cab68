#include "core/translate/sip_subscriptions.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/ascii.h"
#include "core/translate/presence_body.h"
#include "core/translate/sip_dialog.h"
#include "core/xml/reader.h"

namespace dragoman::translate {
namespace {

using envelope::SubscriptionState;
using policy::Reason;

constexpr std::uint32_t kDefaultExpires = 3600;  // RFC 3856 §6.4

// Package names compare byte by byte (EVT-1).
bool IsPresence(const sip::Request& request) {
  const std::string_view event = request.Get("Event");
  return Trim(event.substr(0, event.find(';'))) == "presence";
}

SipIntake BadEvent(const SipArrival& arrival) {
  return Refused(arrival, {.status = 489, .reason = Reason::kUnsupportedRequest, .text = "Event"});
}

// A list subscription in the body that names more than one contact: nobody here can expand it. Any
// other body is ignored (ocs-dialect §4.2).
bool IsList(const sip::Request& request) {
  if (request.body().empty()) return false;
  const auto root = xml::ParseDocument(request.body());
  if (!root || root->name() != "batchSub") return false;
  std::size_t resources = 0;
  for (const xml::Element* action : root->Children({}, "action")) {
    for (const xml::Element* list : action->Children({}, "adhocList")) {
      resources += list->Children({}, "resource").size();
    }
  }
  return resources > 1;
}

std::uint32_t MaxExpires(const policy::Settings& settings) {
  return static_cast<std::uint32_t>(settings.presence.refresh.count() / 1000);
}

// Subscription-State: active;expires=3599 (RFC 6665 §8.4).
void ReadState(std::string_view header, envelope::PresenceUpdate& update) {
  const std::string state = LowerCase(Trim(header.substr(0, header.find(';'))));
  const auto parameters = sip::ParseParameters(header);
  const auto value = [&](std::string_view name) -> std::string_view {
    const sip::Parameter* parameter = sip::FindParameter(parameters, name);
    return parameter != nullptr ? std::string_view(parameter->value) : std::string_view();
  };
  update.expires = sip::Seconds(value("expires")).value_or(0);
  update.retry_after = sip::Seconds(value("retry-after")).value_or(0);
  if (state == "active") {
    update.subscription = SubscriptionState::kActive;
  } else if (state == "terminated") {
    update.subscription = SubscriptionState::kTerminated;
    update.termination_reason = LowerCase(value("reason"));
  } else {  // an extension state proves no authorisation either
    update.subscription = SubscriptionState::kPending;
  }
}

}  // namespace

SipIntake ReceiveSubscribe(const SipArrival& arrival) {
  const sip::Request& request = arrival.request;
  if (!IsPresence(request)) return BadEvent(arrival);
  const auto format = FormatFor(request, arrival.context.settings.sip);
  if (!format) {  // EVT-8
    return Refused(arrival, {.status = 406, .reason = Reason::kUnsupportedMedia, .text = "Accept"});
  }
  if (IsList(request)) {
    return Refused(arrival, {.status = 488, .reason = Reason::kUnsupportedRequest, .text = "list"});
  }
  const std::uint32_t asked = sip::Seconds(request.Get("Expires")).value_or(kDefaultExpires);
  if (asked > 0 && asked < kMinExpires) {  // EVT-3
    return Refused(arrival,
                   {.status = 423, .reason = Reason::kUnsupportedRequest, .text = "Expires"});
  }
  auto dialog = DialogOf(request, arrival.local_tag, arrival.context.edge);
  if (!dialog) {
    return Refused(arrival, {.status = 400, .reason = Reason::kMalformed, .text = "Bad Contact"});
  }
  envelope::Subscribe subscribe;
  dialog->format = *format;
  dialog->benotify =
      arrival.context.settings.sip.presence.benotify && request.Lists("Supported", "ms-benotify");
  subscribe.dialog = std::move(dialog);
  subscribe.expires = std::min(asked, MaxExpires(arrival.context.settings));
  subscribe.sender_id = envelope::ToString(arrival.id);
  subscribe.in_dialog = arrival.in_dialog;
  return Event(arrival, subscribe, kPresenceBudgetMs);
}

SipIntake ReceiveNotify(const SipArrival& arrival) {
  const sip::Request& request = arrival.request;
  // Of a conference's messages, outside any subscription; nobody here is in one (ocs-dialect §3.9).
  if (sip::MediaType(request.Get("Content-Type")) == "application/ms-imdn+xml") {
    return sip::MakeResponse(request, 200, arrival.local_tag);
  }
  if (!arrival.in_dialog) return Refused(arrival, {.status = 481, .reason = Reason::kNoSuchDialog});
  if (!IsPresence(request)) return BadEvent(arrival);
  if (request.Count("Subscription-State") != 1) {
    return Refused(arrival,
                   {.status = 400, .reason = Reason::kMalformed, .text = "Bad Subscription-State"});
  }
  envelope::PresenceUpdate update;
  ReadState(request.Get("Subscription-State"), update);
  update.dialog = DialogOf(request, arrival.local_tag, arrival.context.edge);
  update.complete = true;
  update.has_document = !request.body().empty();
  if (update.has_document) {
    auto said = ReadPresence(request, arrival.sip_user, arrival.context.now);
    if (!said && said.error().status == 415) {
      return Refused(arrival, {.status = 415, .reason = Reason::kUnsupportedMedia});
    }
    if (!said) {  // the subscription and its last state stay (PRES-20)
      return Refused(arrival, {.status = 400,
                               .reason = Reason::kMalformed,
                               .text = "Bad document: " + said.error().why});
    }
    update.has_document = said->has_value();
    if (update.has_document) update.resources = **std::move(said);
  }
  const bool answered = request.method() == "NOTIFY";
  return Event(arrival, update, answered ? kPresenceBudgetMs : 0);
}

}  // namespace dragoman::translate
