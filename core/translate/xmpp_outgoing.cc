#include "core/translate/xmpp_outgoing.h"

#include <utility>

#include "core/translate/address.h"
#include "core/translate/errors.h"
#include "core/translate/escape.h"
#include "core/translate/message_stanza.h"
#include "core/translate/presence_stanza.h"
#include "core/translate/refusal.h"
#include "core/translate/text.h"
#include "core/xmpp/stanza.h"

namespace dragoman::translate {
namespace {

using envelope::Kind;
using policy::Reason;
using Stanzas = Result<std::vector<xml::Element>, Reason>;

struct Ends {
  xmpp::Jid from;
  xmpp::Jid to;
};

xml::Element Presence(const Ends& ends, std::string_view id, std::string_view type) {
  return xmpp::MakeStanza("presence", ends.from.Bare().ToString(), ends.to.Bare().ToString(), id,
                          type);
}

xml::Element MessageStanza(const Ends& ends, std::string_view id, std::string_view type) {
  return xmpp::MakeStanza("message", ends.from.ToString(), ends.to.ToString(), id, type);
}

std::vector<xml::Element> One(xml::Element stanza) {
  std::vector<xml::Element> stanzas;
  stanzas.push_back(std::move(stanza));
  return stanzas;
}

// A session is a chat; a page is a normal message, whose type is not written, unless the partner's
// clients show those badly (IM-16, DEC-20).
xml::Element Translate(const envelope::Chat& chat, const Ends& ends, std::string_view id,
                       const policy::Settings& settings) {
  const policy::Partner* partner =
      chat.dialog ? nullptr : settings.FindPartner(ends.to.ascii_domain());
  const bool as_chat = chat.dialog || (partner != nullptr && partner->pages_as_chat);
  xml::Element stanza = MessageStanza(ends, chat.sender_id.empty() ? id : XmlText(chat.sender_id),
                                      as_chat ? "chat" : "");
  FillMessage(chat, stanza);
  return stanza;
}

// The refusal of a subscription that has an id is an error for it; any other is `unsubscribed`.
xml::Element Translate(const envelope::Deny& deny, const Ends& ends, std::string_view id) {
  if (deny.reason == Reason::kNone || deny.sender_id.empty()) {
    return Presence(ends, id, "unsubscribed");
  }
  const xml::Element subscribe =
      xmpp::MakeStanza("presence", ends.to.Bare().ToString(), ends.from.Bare().ToString(),
                       XmlText(deny.sender_id), "subscribe");
  envelope::Outcome refusal;
  refusal.reason = deny.reason;
  refusal.sip_status = deny.sip_status;
  return xmpp::ErrorReply(subscribe, RefusalOf(refusal));
}

// The error for the message that the receipt is about (RCPT-3).
xml::Element FailureOf(const envelope::Receipt& receipt, const Ends& ends) {
  const xml::Element message = xmpp::MakeStanza("message", ends.to.ToString(), ends.from.ToString(),
                                                XmlText(receipt.message_id), "");
  return xmpp::ErrorReply(message, RefusalOf(receipt.failure));
}

Stanzas Translate(const envelope::PresenceUpdate& update, const Ends& ends, const std::string& id) {
  std::vector<xml::Element> stanzas;
  for (const envelope::ResourcePresence& presence : update.resources) {
    const auto from = ToJid({.local = UnescapeLocalpart(ends.from.local()),
                             .domain = ends.from.ascii_domain(),
                             .resource = presence.resource});
    if (!from) return Fail(Reason::kAddressMalformed);
    const std::string nth = stanzas.empty() ? id : id + "-" + std::to_string(stanzas.size());
    xml::Element stanza = xmpp::MakeStanza("presence", from->ToString(), ends.to.Bare().ToString(),
                                           nth, presence.available ? "" : "unavailable");
    FillPresence(presence, stanza);
    stanzas.push_back(std::move(stanza));
  }
  return stanzas;
}

}  // namespace

Stanzas ToStanzas(const envelope::Message& message, const policy::Settings& settings) {
  const auto from = ToJid(message.header.from);
  const auto to = ToJid(message.header.to);
  if (!from || !to) return Fail(Reason::kAddressMalformed);
  const Ends ends{*from, *to};
  const std::string id = envelope::ToString(message.header.id);
  switch (message.header.kind) {
    case Kind::kChat: {
      const auto chat = envelope::Decode<envelope::Chat>(message.payload);
      if (!chat) return Fail(Reason::kMalformed);
      return One(Translate(*chat, ends, id, settings));
    }
    case Kind::kChatState: {
      const auto state = envelope::Decode<envelope::ChatState>(message.payload);
      if (!state) return Fail(Reason::kMalformed);
      xml::Element stanza = MessageStanza(ends, id, "chat");
      FillMessage(*state, stanza);
      return One(std::move(stanza));
    }
    case Kind::kReceipt: {
      const auto receipt = envelope::Decode<envelope::Receipt>(message.payload);
      if (!receipt) return Fail(Reason::kMalformed);
      if (receipt->failure != Reason::kNone) return One(FailureOf(*receipt, ends));
      xml::Element stanza = MessageStanza(ends, id, "");
      FillMessage(*receipt, stanza);
      return One(std::move(stanza));
    }
    case Kind::kSubscribe:
      return One(Presence(ends, std::string(kSubscribeIdPrefix) + id, "subscribe"));
    case Kind::kUnsubscribe:
      return One(Presence(ends, id, "unsubscribe"));
    case Kind::kApprove:
      return One(Presence(ends, id, "subscribed"));
    case Kind::kDeny: {
      const auto deny = envelope::Decode<envelope::Deny>(message.payload);
      if (!deny) return Fail(Reason::kMalformed);
      return One(Translate(*deny, ends, id));
    }
    case Kind::kProbe:
      return One(Presence(ends, id, "probe"));
    case Kind::kPresenceUpdate: {
      const auto update = envelope::Decode<envelope::PresenceUpdate>(message.payload);
      if (!update) return Fail(Reason::kMalformed);
      return Translate(*update, ends, id);
    }
    case Kind::kSessionOpen:
    case Kind::kSessionClose:
    case Kind::kSipCommand:
    case Kind::kOutcome:
    case Kind::kHello:
    case Kind::kBeat:
    case Kind::kGoodbye:
    case Kind::kStreamLost:
      return Fail(Reason::kUnsupported);
  }
  return Fail(Reason::kUnsupported);
}

}  // namespace dragoman::translate
