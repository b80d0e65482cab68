#include "core/translate/xmpp_intake.h"

#include <utility>

#include "core/translate/address.h"
#include "core/translate/errors.h"
#include "core/translate/message_stanza.h"
#include "core/translate/presence_stanza.h"
#include "core/translate/receipt.h"
#include "core/translate/refusal.h"
#include "core/translate/sip_intake.h"
#include "core/xmpp/iq.h"
#include "core/xmpp/jid.h"
#include "core/xmpp/stanza.h"

namespace dragoman::translate {
namespace {

using envelope::Address;
using policy::Reason;
using xmpp::Condition;

struct Ends {
  Address from;
  Address to;
};

XmppIntake Refuse(const xml::Element& stanza, Reason reason, const xmpp::StanzaError& error) {
  XmppReply reply{.stanzas = {}, .reason = reason};
  reply.stanzas.push_back(xmpp::ErrorReply(stanza, error));
  return reply;
}

XmppIntake Refuse(const xml::Element& stanza, Reason reason) {
  return Refuse(stanza, reason, RefusalOf(reason));
}

XmppIntake Drop(std::string why) { return XmppDropped{std::move(why)}; }

// To an address that is no JID: its domain answers if that much of it can be read, for no server
// takes a stanza from an address that is none.
XmppIntake RefuseAddress(const xml::Element& stanza, const policy::Settings& settings) {
  std::string_view to = stanza.Attr("to");
  to = to.substr(0, to.find('/'));
  const auto domain = xmpp::Jid::Parse(to.substr(to.find('@') + 1));
  if (!domain || !settings.ServesSipDomain(domain->ascii_domain())) {
    return Drop("the recipient's address is no JID");
  }
  xml::Element answerable = stanza;
  answerable.SetAttr("to", domain->ToString());
  return Refuse(answerable, Reason::kAddressMalformed);
}

// The same stanza without its content.
xml::Element Echo(const xml::Element& stanza) {
  return xmpp::MakeStanza(stanza.name(), stanza.Attr("from"), stanza.Attr("to"), stanza.Attr("id"),
                          stanza.Attr("type"));
}

template <typename Payload>
XmppIntake Event(const xml::Element& stanza, Ends ends, const Payload& payload,
                 std::uint32_t budget_ms, const XmppContext& context) {
  XmppEvent event{envelope::MakeMessage(envelope::NewId(context.random), envelope::Side::kXmpp,
                                        std::move(ends.from), std::move(ends.to), payload),
                  Echo(stanza)};
  event.message.header.budget_ms = budget_ms;
  return event;
}

XmppIntake ReceiveMessage(const xml::Element& stanza, Ends ends, const XmppContext& context) {
  if (stanza.Attr("type") == "groupchat") {  // outside a joined room (IM-1)
    xmpp::StanzaError error = RefusalOf(Reason::kUnsupportedRequest);
    error.condition = Condition::kServiceUnavailable;
    return Refuse(stanza, Reason::kUnsupportedRequest, error);
  }
  const MessageContent content = ContentOf(stanza, context.stream_lang);
  if (const auto* chat = std::get_if<envelope::Chat>(&content)) {
    return Event(stanza, std::move(ends), *chat, kChatToSipBudgetMs, context);
  }
  if (const auto* state = std::get_if<envelope::ChatState>(&content)) {
    return Event(stanza, std::move(ends), *state, 0, context);
  }
  if (const auto* receipt = std::get_if<envelope::Receipt>(&content)) {
    return Event(stanza, std::move(ends), *receipt, 0, context);
  }
  switch (std::get<NoMessage>(content)) {
    case NoMessage::kEncrypted:
      return Refuse(stanza, Reason::kUnsupportedMedia);
    case NoMessage::kWrapped:
      return Drop("a carbons wrapper from another server");
    case NoMessage::kEmpty:
      return Drop("a message without content that can be carried");
  }
  return Drop("a message without content that can be carried");
}

XmppIntake ReceivePresenceUpdate(const xml::Element& stanza, Ends ends,
                                 const XmppContext& context) {
  envelope::PresenceUpdate update;
  update.resources.push_back(PresenceOf(stanza, context.stream_lang, context.now));
  update.resources.front().resource = ends.from.resource;
  // Unavailable from the bare address ends all its resources (PRES-14).
  update.complete = ends.from.resource.empty() && !update.resources.front().available;
  return Event(stanza, {ends.from.Bare(), ends.to.Bare()}, update, kPresenceBudgetMs, context);
}

XmppIntake ReceivePresence(const xml::Element& stanza, const Ends& ends,
                           const XmppContext& context) {
  const std::string_view type = stanza.Attr("type");
  if (type.empty() || type == "unavailable") return ReceivePresenceUpdate(stanza, ends, context);
  // Subscriptions are between users, not their resources (SUB-5).
  const Ends bare{ends.from.Bare(), ends.to.Bare()};
  const std::string id(stanza.Attr("id"));
  if (type == "subscribe") {
    const envelope::Subscribe subscribe{.dialog = {}, .expires = 3600, .sender_id = id};
    return Event(stanza, bare, subscribe, kPresenceBudgetMs, context);
  }
  if (type == "unsubscribe") {
    return Event(stanza, bare, envelope::Unsubscribe{}, kPresenceBudgetMs, context);
  }
  if (type == "subscribed") {
    return Event(stanza, bare, envelope::Approve{}, kPresenceBudgetMs, context);
  }
  if (type == "unsubscribed") {
    return Event(stanza, bare, envelope::Deny{}, kPresenceBudgetMs, context);
  }
  if (type == "probe") {
    return Event(stanza, bare, envelope::Probe{id}, kPresenceBudgetMs, context);
  }
  return Refuse(stanza, Reason::kMalformed);  // XST-9
}

// An error never leads to another stanza (ERR-7). One thing is learnt from it: that a subscription
// which we sent was refused (requirements §8.3).
XmppIntake ReceiveError(const xml::Element& stanza, const Ends& ends, const XmppContext& context) {
  const std::string_view id = stanza.Attr("id");
  const auto error = xmpp::ErrorOf(stanza);
  const Condition condition = error ? error->condition : Condition::kUndefinedCondition;
  if (stanza.name() == "message") {
    // The SIP user was told that the message is on its way, and may want to know (RCPT-7).
    const auto asked = ReceiptIds(context.settings, ends.to, ends.from).OpenStanzaId(id);
    if (!asked || !asked->failed)
      return Drop("an error for a message, " + std::string(Name(condition)));  // IM-14
    return Event(stanza, ends,
                 envelope::Receipt{.message_id = std::string(id), .failure = ReasonOf(condition)},
                 0, context);
  }
  if (stanza.name() != "presence" || !id.starts_with(kSubscribeIdPrefix)) {
    return Drop("an error for a stanza that wants no more");
  }
  const envelope::Deny deny{.reason = ReasonOf(condition), .sender_id = std::string(id)};
  return Event(stanza, {ends.from.Bare(), ends.to.Bare()}, deny, kPresenceBudgetMs, context);
}

}  // namespace

XmppIntake ReceiveStanza(const xml::Element& stanza, const XmppContext& context) {
  if (!xmpp::IsStanza(stanza)) return Drop("not a stanza");
  const bool is_error = stanza.Attr("type") == "error";
  const bool wants_answer =
      !is_error && !(stanza.name() == "iq" && stanza.Attr("type") == "result");
  const auto from_jid = xmpp::Jid::Parse(stanza.Attr("from"));
  if (!from_jid) return Drop("the sender's address is no JID");
  const auto to_jid = xmpp::Jid::Parse(stanza.Attr("to"));
  const auto from = FromJid(*from_jid);
  const auto to = to_jid ? FromJid(*to_jid) : Fail(AddressError::kBadDomain);
  if (!to_jid && wants_answer) return RefuseAddress(stanza, context.settings);
  if (!from || !to) {
    return wants_answer ? Refuse(stanza, Reason::kAddressMalformed)
                        : Drop("an answer with an address that cannot be mapped");
  }
  if (!context.settings.ServesSipDomain(to->domain)) {
    return wants_answer ? Refuse(stanza, Reason::kDomainNotServed)
                        : Drop("an answer to a domain that is not served");
  }
  if (context.settings.FindPartner(from->domain) == nullptr) {
    return wants_answer ? Refuse(stanza, Reason::kSenderNotAllowed)
                        : Drop("an answer from a domain that is no partner's");
  }
  if (stanza.name() == "iq") {
    XmppReply reply;
    if (auto answer = xmpp::AnswerIq(stanza)) reply.stanzas.push_back(*std::move(answer));
    if (reply.stanzas.empty()) return Drop("an answer to no request");
    return reply;
  }
  const Ends ends{*from, *to};
  if (is_error) return ReceiveError(stanza, ends, context);
  if (ends.to.local.empty()) {
    return stanza.name() == "message" ? Refuse(stanza, Reason::kItemNotFound)
                                      : Drop("presence for a domain");
  }
  return stanza.name() == "message" ? ReceiveMessage(stanza, ends, context)
                                    : ReceivePresence(stanza, ends, context);
}

bool IsLostPresence(envelope::Kind kind, const envelope::Outcome& outcome) {
  using envelope::Kind;
  const bool presence = kind == Kind::kPresenceUpdate || kind == Kind::kProbe ||
                        kind == Kind::kSubscribe || kind == Kind::kUnsubscribe ||
                        kind == Kind::kApprove || kind == Kind::kDeny;
  return presence && policy::IsOurTrouble(outcome.reason);
}

std::optional<xml::Element> AnswerStanza(const xml::Element& echo,
                                         const envelope::Outcome& outcome) {
  if (outcome.accepted() || echo.Attr("type") == "error") return std::nullopt;
  const std::string_view type = echo.Attr("type");
  const bool owed = echo.name() == "message" || type == "subscribe" || type == "unsubscribe" ||
                    type == "subscribed" || type == "unsubscribed";
  if (!owed) return std::nullopt;
  return xmpp::ErrorReply(echo, RefusalOf(outcome));
}

}  // namespace dragoman::translate
