#include "core/translate/sip_outgoing.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/timestamp.h"
#include "core/ocs/session.h"
#include "core/ocs/typing.h"
#include "core/sip/date.h"
#include "core/sip/iscomposing.h"
#include "core/sip/sdp.h"
#include "core/translate/address.h"
#include "core/translate/call_id.h"
#include "core/translate/chat_states.h"
#include "core/translate/presence_body.h"
#include "core/translate/receipt.h"
#include "core/translate/sip_dialog.h"
#include "core/translate/sip_reply.h"
#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

using envelope::SipDialog;
using policy::Reason;
using Composed = Result<sip::Request, Reason>;

constexpr std::size_t kPageBytesMax = 1300;  // RFC 3428 §8; IM-10
constexpr std::size_t kTokenBytes = 12;
constexpr std::string_view kTextType = "text/plain;charset=UTF-8";

// What names a request follows from the command's id: one that is carried out again, by this
// process or another, is the same request to its peer, who knows that it has had it (ARCH-14).
enum class NamePart : std::uint32_t { kBranch = 0x53495000, kCallId, kTag };

std::string NameOf(const envelope::Header& header, NamePart part) {
  return envelope::ToString(envelope::DerivedId(header.id, static_cast<std::uint32_t>(part)));
}

// How sure the SIP side may be of the XMPP user (ocs-dialect §2.3).
std::string_view VerificationOf(const policy::Settings& settings, std::string_view domain) {
  const policy::Partner* partner = settings.FindPartner(domain);
  const bool verified =
      partner != nullptr && partner->type != policy::TrustClass::kPublicUnverified;
  return verified ? "ms-source-verified-user=verified" : "ms-source-verified-user=unverified";
}

// Only what a token can carry: values that came from a peer go into a header parameter.
std::string Token(std::string_view text) {
  const bool legal = std::ranges::all_of(
      text, [](char c) { return IsAlpha(c) || IsDigit(c) || c == '-' || c == '_' || c == '.'; });
  return legal ? std::string(text) : std::string();
}

// What one command makes of the request that its dialog gives. Each operator is one kind of act.
class Composer {
 public:
  Composer(const envelope::Header& header, const SipDialog& dialog, const OutgoingContext& context)
      : header_(header), dialog_(dialog), context_(context) {}

  bool opens() const { return dialog_.remote_tag.empty(); }

  Composed operator()(const envelope::Chat& chat) const {
    if (chat.bodies.empty()) return Fail(Reason::kMalformed);
    sip::Request request = Begin("MESSAGE");
    const envelope::Text& text = chat.bodies.front();
    if (opens() && !chat.subject.empty()) request.Add("Subject", SingleLine(chat.subject));
    if (IsLanguageTag(text.lang)) request.Add("Content-Language", text.lang);
    if (chat.sent_at) request.Add("Date", sip::PrintDate(*chat.sent_at));
    if (opens() && chat.wants_receipt && AskForReceipt(chat, request)) return request;
    request.SetBody(kTextType, text.text);
    if (opens() && request.ToString().size() > kPageBytesMax) {
      return Fail(Reason::kMessageTooLarge);
    }
    return request;
  }

  Composed operator()(const envelope::ChatState& state) const {
    const auto typing = IsTyping(state.state);
    if (!typing) return Fail(Reason::kMalformed);
    const bool as_info = !opens() && context_.settings.sip.dialect != policy::Dialect::kStandard;
    // RFC 3994 has no word for it (COMP-1).
    if (!as_info && state.state == envelope::ChatStateKind::kGone)
      return Fail(Reason::kUnsupported);
    sip::Request request = Begin(as_info ? "INFO" : "MESSAGE");
    if (as_info) {
      AddContact(request);
      request.SetBody(ocs::kTypingType, ocs::PrintTyping(*typing));
    } else {
      request.SetBody(sip::kIsComposingType, sip::PrintIsComposing(*typing));
    }
    return request;
  }

  // For a message whose sender asked for it; any other receipt is ignored (RCPT-4).
  Composed operator()(const envelope::Receipt& receipt) const {
    const auto asked =
        ReceiptIds(context_.settings, header_.to, header_.from).OpenStanzaId(receipt.message_id);
    const sip::Delivery delivery = DeliveryOf(receipt.failure);
    const bool arrived = delivery == sip::Delivery::kDelivered;
    if (!asked || !(arrived ? asked->delivered : asked->failed)) {
      return Fail(Reason::kUnsupported);
    }
    sip::Cpim message = Wrapper();
    message.message_id = RandomToken(context_.random, kTokenBytes);
    message.head =
        "Content-Type: " + std::string(sip::kImdnType) + "\r\nContent-Disposition: notification";
    message.content = sip::PrintImdn({.message_id = asked->message_id,
                                      .date_time = asked->date_time,
                                      .recipient_uri = dialog_.local_uri,
                                      .original_recipient_uri = dialog_.local_uri,
                                      .delivery = delivery});
    sip::Request request = Begin("MESSAGE");
    request.SetBody(sip::kCpimType, sip::PrintCpim(message));
    return request;
  }

  Composed operator()(const envelope::SessionOpen&) const {
    if (!opens()) return Refresh();
    sip::Request request = Begin("INVITE");
    AddContact(request);
    // Fresh for each conversation: a peer refuses one that it still holds (ocs-dialect §3.10).
    request.Add("Ms-Conversation-ID", RandomToken(context_.random, kTokenBytes));
    request.Add("Supported", "timer");
    request.Add("Allow", ocs::kAllow);
    request.SetBody(sip::kSdpType, sip::PrintSdp(kSessionAddress, "null", ocs::kAcceptTypes));
    return request;
  }

  Composed operator()(const envelope::SessionClose&) const { return Begin("BYE"); }

  Composed operator()(const envelope::Subscribe& subscribe) const {
    sip::Request request = Begin("SUBSCRIBE");
    AddContact(request);
    AddEvent(request);
    request.Add("Accept", AcceptedPresence(context_.settings.sip.dialect));
    request.Add("Expires", std::to_string(subscribe.expires));
    return request;
  }

  Composed operator()(const envelope::PresenceUpdate& update) const {
    sip::Request request = Begin(dialog_.benotify ? "BENOTIFY" : "NOTIFY");
    AddContact(request);
    AddEvent(request);
    request.Add("Subscription-State", StateOf(update));
    if (update.has_document) {
      PresenceBody body = WritePresence(dialog_.format, header_.from.Bare(), dialog_.local_uri,
                                        update.resources, context_.settings.sip, context_.now);
      if (!body.language.empty()) request.Add("Content-Language", body.language);
      request.SetBody(body.type, std::move(body.text));
    }
    return request;
  }

 private:
  sip::Cpim Wrapper() const {
    sip::Cpim message;
    message.from = "<" + dialog_.local_uri + ">";
    message.to = "<" + dialog_.remote_uri + ">";
    message.date_time = PrintTimestamp(context_.now);
    return message;
  }

  // RCPT-1, RCPT-2. False: it cannot be asked for, and the text goes as usual.
  bool AskForReceipt(const envelope::Chat& chat, sip::Request& request) const {
    if (!context_.settings.sip.receipts) return false;
    const auto id = ReceiptIds(context_.settings, header_.to, header_.from)
                        .Seal(AskedByXmpp{header_.from.resource, chat.sender_id});
    if (!id) return false;
    sip::Cpim message = Wrapper();
    message.message_id = *id;
    message.wants_delivered = message.wants_failed = true;
    message.head = "Content-Type: " + std::string(kTextType);
    message.content = chat.bodies.front().text;
    request.SetBody(sip::kCpimType, sip::PrintCpim(message));
    return request.ToString().size() <= kPageBytesMax;
  }

  sip::Request Refresh() const {
    sip::Request request = Begin("UPDATE");
    AddContact(request);
    request.Add("Supported", "timer");
    request.Add("Session-Expires", std::to_string(dialog_.session_expires) + ";refresher=uac");
    return request;
  }

  sip::Request Begin(const std::string& method) const {
    sip::Request request = sip::MakeRequest(method, ToSip(dialog_), SelfOf(context_.settings),
                                            NameOf(header_, NamePart::kBranch));
    request.Set("Max-Forwards", std::to_string(header_.hops));
    request.Add("User-Agent", "dragoman");
    if (opens()) {
      request.Add("ms-asserted-verification-level",
                  VerificationOf(context_.settings, header_.from.domain));
    }
    return request;
  }

  void AddContact(sip::Request& request) const {
    request.Add("Contact", SelfOf(context_.settings).Contact());
  }

  void AddEvent(sip::Request& request) const {
    const std::string id = Token(dialog_.event_id);
    request.Add("Event", id.empty() ? "presence" : "presence;id=" + id);
  }

  // EVT-6.
  static std::string StateOf(const envelope::PresenceUpdate& update) {
    switch (update.subscription) {
      case envelope::SubscriptionState::kNone:
      case envelope::SubscriptionState::kPending:
        return "pending;expires=" + std::to_string(update.expires);
      case envelope::SubscriptionState::kActive:
        return "active;expires=" + std::to_string(update.expires);
      case envelope::SubscriptionState::kTerminated:
        break;
    }
    std::string state = "terminated";
    if (const std::string reason = Token(update.termination_reason); !reason.empty()) {
      state += ";reason=" + reason;
    }
    if (update.retry_after > 0) state += ";retry-after=" + std::to_string(update.retry_after);
    return state;
  }

  const envelope::Header& header_;
  const SipDialog& dialog_;
  const OutgoingContext& context_;
};

bool IsPage(const envelope::SipCommand& command) {
  return command.dialog.remote_tag.empty() &&
         (std::holds_alternative<envelope::Chat>(command.act) ||
          std::holds_alternative<envelope::ChatState>(command.act) ||
          std::holds_alternative<envelope::Receipt>(command.act));
}

std::string ThreadOf(const envelope::SipCommand& command) {
  if (const auto* chat = std::get_if<envelope::Chat>(&command.act)) return chat->thread;
  if (const auto* state = std::get_if<envelope::ChatState>(&command.act)) return state->thread;
  return {};
}

// The command's dialog with what it leaves to us.
Result<SipDialog, Reason> Complete(const envelope::Header& header,
                                   const envelope::SipCommand& command,
                                   const OutgoingContext& context) {
  // A page carries the resources (IM-6, IM-7); a dialog is between users.
  const bool page = IsPage(command);
  const auto local = ToSipUri(page ? header.from : header.from.Bare());
  const auto remote = ToSipUri(page ? header.to : header.to.Bare());
  if (!local || !remote) return Fail(Reason::kAddressMalformed);
  SipDialog dialog = command.dialog;
  if (dialog.call_id.empty()) {
    const std::string thread = page ? ThreadOf(command) : std::string();
    dialog.call_id = thread.empty()
                         ? NameOf(header, NamePart::kCallId) + "@" + context.settings.sip.fqdn
                         : CallIdOfThread(thread);
  }
  if (dialog.local_tag.empty()) dialog.local_tag = NameOf(header, NamePart::kTag);
  if (dialog.local_uri.empty()) dialog.local_uri = local->ToString();
  if (dialog.remote_uri.empty()) dialog.remote_uri = remote->ToString();
  if (dialog.local_cseq == 0) dialog.local_cseq = 1;
  return dialog;
}

}  // namespace

Result<OutgoingSip, Reason> ComposeSip(const envelope::Header& header,
                                       const envelope::SipCommand& command,
                                       const OutgoingContext& context) {
  auto dialog = Complete(header, command, context);
  if (!dialog) return Fail(dialog.error());
  const Composer composer(header, *dialog, context);
  auto request = std::visit(composer, command.act);
  if (!request) return Fail(request.error());
  return OutgoingSip{*std::move(request), *std::move(dialog), !IsPage(command)};
}

sip::Request ComposeAck(const OutgoingSip& invite, const sip::Response& response,
                        const OutgoingContext& context) {
  sip::Request ack = sip::MakeRequest("ACK", sip::Confirmed(ToSip(invite.dialog), response),
                                      SelfOf(context.settings), RandomToken(context.random));
  ack.Add("User-Agent", "dragoman");
  return ack;
}

}  // namespace dragoman::translate
