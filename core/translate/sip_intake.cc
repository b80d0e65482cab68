#include "core/translate/sip_intake.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/ascii.h"
#include "core/ocs/session.h"
#include "core/ocs/typing.h"
#include "core/sip/date.h"
#include "core/sip/session_timer.h"
#include "core/translate/receipt.h"
#include "core/translate/sip_arrival.h"
#include "core/translate/sip_content.h"
#include "core/translate/sip_dialog.h"
#include "core/translate/sip_reply.h"
#include "core/translate/sip_subscriptions.h"
#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

using envelope::ChatStateKind;
using policy::Reason;

// Methods that are known and not served: 405 rather than 501 (SIP-20).
constexpr auto kNotServed = std::to_array<std::string_view>(
    {"ACK", "CANCEL", "REFER", "REGISTER", "PUBLISH", "PRACK", "SERVICE", "NEGOTIATE"});

SipIntake ReceiveTyping(const SipArrival& arrival, const Typing& typing) {
  envelope::ChatState state;
  // INFO's idle means that the typing stopped, isComposing's that the user is active again.
  const ChatStateKind idle =
      arrival.request.method() == "INFO" ? ChatStateKind::kPaused : ChatStateKind::kActive;
  state.state = typing.active ? ChatStateKind::kComposing : idle;
  state.refresh = typing.refresh;
  if (arrival.in_dialog) {
    state.dialog = DialogOf(arrival.request, arrival.local_tag, arrival.context.edge);
    // Answered once it has its place: the next request may come in at another node.
    return Event(arrival, state, kPresenceBudgetMs);
  }
  return AnsweredEvent(arrival, state);
}

// When a message was written and how long it is worth delivering (IM-21).
struct Lifetime {
  std::optional<WallTime> sent_at;  // only if that is a while ago
  std::uint32_t budget_ms = kChatBudgetMs;
  bool expired = false;
};

Lifetime LifetimeOf(const SipArrival& arrival) {
  constexpr Duration kOldAfter{60'000};  // clocks differ by less
  const WallTime now = arrival.context.now;
  const std::optional<WallTime> date = sip::ParseDate(arrival.request.Get("Date"));
  Lifetime lifetime;
  if (date && *date + kOldAfter < now) lifetime.sent_at = date;
  const auto expires = sip::Seconds(arrival.request.Get("Expires"));
  if (!expires) return lifetime;
  const WallTime end = std::min(date.value_or(now), now) + std::chrono::seconds(*expires);
  lifetime.expired = end <= now;
  if (end < now + Duration(kChatBudgetMs) && !lifetime.expired)
    lifetime.budget_ms = static_cast<std::uint32_t>((end - now).count());
  return lifetime;
}

// RCPT-4: the stanza's id says what the receipt for it will answer.
void AskForReceipt(const SipArrival& arrival, const sip::Cpim& cpim, envelope::Chat& chat) {
  const bool wanted = cpim.wants_delivered || cpim.wants_failed;
  if (cpim.message_id.empty() || !wanted) return;
  const ReceiptIds ids(arrival.context.settings, arrival.sip_user, arrival.xmpp_user);
  const auto id = ids.Seal(AskedBySip{.message_id = cpim.message_id,
                                      .date_time = cpim.date_time,
                                      .delivered = cpim.wants_delivered,
                                      .failed = cpim.wants_failed});
  if (!id) return;
  chat.sender_id = *id;
  chat.wants_receipt = cpim.wants_delivered;
}

SipIntake ReceiveText(const SipArrival& arrival, PlainText content) {
  const sip::Request& request = arrival.request;
  const Lifetime lifetime = LifetimeOf(arrival);
  if (lifetime.expired) {
    return Refused(arrival, {.status = 504, .reason = Reason::kDeadline, .text = "Expires"});
  }
  envelope::Chat chat;
  chat.sent_at = lifetime.sent_at;
  chat.subject = XmlText(SingleLine(request.Get("Subject")));
  if (chat.subject.empty() && content.cpim) {  // IM-19
    chat.subject = XmlText(SingleLine(content.cpim->subject));
  }
  if (content.text.empty() && chat.subject.empty()) {  // IM-2
    return sip::MakeResponse(request, 200, arrival.local_tag);
  }
  chat.bodies.push_back({std::move(content.lang), std::move(content.text)});
  chat.html = std::move(content.html);
  chat.thread = XmlText(request.Get("Call-ID"));
  chat.sender_id = envelope::ToString(arrival.id);
  if (content.cpim && !arrival.in_dialog) AskForReceipt(arrival, *content.cpim, chat);
  chat.nick = XmlText(SingleLine(arrival.display));
  if (arrival.in_dialog) {
    chat.dialog = DialogOf(request, arrival.local_tag, arrival.context.edge);
    // Tells the XMPP client that this one shows typing (XEP-0085 §5.1).
    chat.state = ChatStateKind::kActive;
  }
  return Event(arrival, chat, lifetime.budget_ms);
}

// What became of a message that we sent. Nothing is sent back for it, whatever it says (RCPT-6).
SipIntake ReceiveNotification(const SipArrival& arrival, const sip::Imdn& imdn) {
  const ReceiptIds ids(arrival.context.settings, arrival.sip_user, arrival.xmpp_user);
  const auto asked = ids.OpenMessageId(imdn.message_id);
  if (!asked || !imdn.delivery) {
    return sip::MakeResponse(arrival.request, 200, arrival.local_tag);
  }
  SipEvent event = AnsweredEvent(arrival, envelope::Receipt{.message_id = asked->stanza_id,
                                                            .failure = ReasonOf(*imdn.delivery)});
  event.message.header.to.resource = asked->resource;
  return event;
}

SipIntake ReceiveMessage(const SipArrival& arrival) {
  const policy::Partner* partner = arrival.context.settings.FindPartner(arrival.xmpp_user.domain);
  SipContent content = ContentOf(arrival.request, {.xhtml = partner != nullptr && partner->xhtml});
  if (auto* plain = std::get_if<PlainText>(&content)) {
    return ReceiveText(arrival, std::move(*plain));
  }
  if (const auto* typing = std::get_if<Typing>(&content)) {
    return ReceiveTyping(arrival, *typing);
  }
  if (const auto* imdn = std::get_if<sip::Imdn>(&content))
    return ReceiveNotification(arrival, *imdn);
  if (std::holds_alternative<Ignored>(content)) {
    return sip::MakeResponse(arrival.request, 200, arrival.local_tag);
  }
  if (std::get<NoContent>(content) == NoContent::kMalformed) {
    return Refused(arrival, {.status = 400, .reason = Reason::kMalformed, .text = "Bad body"});
  }
  return Refused(arrival, {.status = 415, .reason = Reason::kUnsupportedMedia});
}

// A session opened or refreshed; the answer to a refresh is the same as before (ocs-dialect §3.12).
SipIntake ReceiveSession(const SipArrival& arrival) {
  const sip::Request& request = arrival.request;
  const auto timer = sip::SessionExpires::Parse(request.Get("Session-Expires"));
  if (timer && timer->seconds < sip::kMinSessionExpires) {
    return Refused(
        arrival, {.status = 422, .reason = Reason::kUnsupportedRequest, .text = "Session-Expires"});
  }
  auto dialog = DialogOf(request, arrival.local_tag, arrival.context.edge);
  if (!dialog) {
    return Refused(arrival, {.status = 400, .reason = Reason::kMalformed, .text = "Bad Contact"});
  }
  if (timer && timer->refresher == sip::Refresher::kUas) dialog->session_expires = timer->seconds;
  envelope::SessionOpen open;
  open.dialog = *std::move(dialog);
  open.subject = XmlText(SingleLine(request.Get("Subject")));
  open.in_dialog = arrival.in_dialog;
  return Event(arrival, open, kChatBudgetMs);
}

SipIntake ReceiveInvite(const SipArrival& arrival) {
  const sip::Request& request = arrival.request;
  if (const auto refusal = ocs::RefuseInvitation(request)) {
    return Refused(arrival, {.status = refusal->status,
                             .reason = Reason::kUnsupportedMedia,
                             .unsupported = refusal->unsupported});
  }
  return ReceiveSession(arrival);
}

// 200 always, also to what is not known (ocs-dialect §3.6).
SipIntake ReceiveInfo(const SipArrival& arrival) {
  const sip::Request& request = arrival.request;
  if (sip::MediaType(request.Get("Content-Type")) == ocs::kTypingType) {
    if (const auto typing = ocs::ParseTyping(request.body())) {
      return ReceiveTyping(arrival, Typing{.active = *typing});
    }
  }
  return sip::MakeResponse(request, 200, arrival.local_tag);
}

SipIntake ReceiveBye(const SipArrival& arrival) {
  envelope::SessionClose close;
  if (auto dialog = DialogOf(arrival.request, arrival.local_tag, arrival.context.edge)) {
    close.dialog = *std::move(dialog);
  }
  return AnsweredEvent(arrival, close);
}

// Only as a refresh of a session, so without a new description.
SipIntake ReceiveUpdate(const SipArrival& arrival) {
  if (!arrival.in_dialog) {
    return Refused(arrival, {.status = 481, .reason = Reason::kNoSuchDialog});
  }
  if (!arrival.request.body().empty()) {
    return Refused(arrival, {.status = 488, .reason = Reason::kUnsupportedMedia});
  }
  return ReceiveSession(arrival);
}

// For the gateway itself, or for whom it serves (SIP-19).
SipIntake ReceiveOptions(const sip::Request& request, const SipContext& context) {
  const std::string tag = RandomToken(context.random, 8);
  const auto uri = sip::Uri::Parse(request.uri());
  const bool ours = uri && (EqualsIgnoreCase(uri->host, context.settings.sip.fqdn) ||
                            context.settings.FindPartner(uri->host) != nullptr);
  if (ours) return AnswerOptions(request, tag);
  return Refuse(request, tag, {.status = 404, .reason = Reason::kDomainNotServed},
                context.settings);
}

// Option tags that a request requires and we lack (SIP-21); empty if there are none.
std::string Lacking(const sip::Request& request) {
  std::string lacking;
  for (const std::string_view tag : request.List("Require")) {
    // A list subscription to one contact is an ordinary one (ocs-dialect §4.2).
    const bool tolerated =
        request.method() == "SUBSCRIBE" &&
        (EqualsIgnoreCase(tag, "adhoclist") || EqualsIgnoreCase(tag, "categoryList"));
    if (EqualsIgnoreCase(tag, "timer") || tolerated) continue;
    if (!lacking.empty()) lacking += ", ";
    lacking += tag;
  }
  return lacking;
}

SipIntake Dispatch(const SipArrival& arrival) {
  const std::string& method = arrival.request.method();
  if (method == "MESSAGE") return ReceiveMessage(arrival);
  if (method == "INVITE") return ReceiveInvite(arrival);
  if (method == "INFO") return ReceiveInfo(arrival);
  if (method == "BYE") return ReceiveBye(arrival);
  if (method == "UPDATE") return ReceiveUpdate(arrival);
  if (method == "SUBSCRIBE") return ReceiveSubscribe(arrival);
  return ReceiveNotify(arrival);
}

bool IsServed(std::string_view method) {
  constexpr auto kServed = std::to_array<std::string_view>(
      {"MESSAGE", "INVITE", "INFO", "BYE", "UPDATE", "SUBSCRIBE", "NOTIFY", "BENOTIFY"});
  return std::ranges::find(kServed, method) != kServed.end();
}

}  // namespace

SipIntake ReceiveSip(const sip::Request& request, const SipContext& context) {
  const std::string& method = request.method();
  if (method == "OPTIONS") return ReceiveOptions(request, context);
  if (!IsServed(method)) {
    const bool known = std::ranges::find(kNotServed, method) != kNotServed.end();
    return Refuse(request, RandomToken(context.random, 8),
                  {.status = static_cast<std::uint16_t>(known ? 405 : 501),
                   .reason = Reason::kUnsupportedRequest},
                  context.settings);
  }
  auto arrived = Arrive(request, context);
  SipIntake intake;
  if (auto* response = std::get_if<sip::Response>(&arrived)) {
    intake = std::move(*response);
  } else {
    const auto& arrival = std::get<SipArrival>(arrived);
    const std::string lacking = Lacking(request);
    intake = lacking.empty() ? Dispatch(arrival)
                             : Refused(arrival, {.status = 420,
                                                 .reason = Reason::kUnsupportedRequest,
                                                 .unsupported = lacking});
  }
  // Nobody waits for an answer to a BENOTIFY (ocs-dialect §4.4).
  if (method == "BENOTIFY" && std::holds_alternative<sip::Response>(intake)) {
    return SipIgnored{"a BENOTIFY that would be answered with " +
                      std::to_string(std::get<sip::Response>(intake).status())};
  }
  return intake;
}

}  // namespace dragoman::translate
