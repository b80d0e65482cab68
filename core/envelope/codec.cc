// The one file that knows the protobuf types of the bus. What comes in is checked as if a stranger
// had sent it: sizes before parsing, enumerations and lists after (T-51).
#include <algorithm>
#include <type_traits>

#include "core/envelope/message.h"
#include "core/envelope/wire.h"
#include "proto/bus.pb.h"

namespace dragoman::envelope {
namespace {

void Write(const Chat& from, bus::Chat& to) {
  WriteTexts(from.bodies, to.mutable_bodies());
  to.set_subject(from.subject);
  to.set_thread(from.thread);
  to.set_html(from.html);
  to.set_sender_id(from.sender_id);
  to.set_nick(from.nick);
  to.set_state(static_cast<std::uint32_t>(from.state));
  to.set_wants_receipt(from.wants_receipt);
  if (from.sent_at) to.set_sent_at_ms(from.sent_at->time_since_epoch().count());
  WriteDialog(from.dialog, to);
  AddNewer(from.newer, to);
}
bool Read(const bus::Chat& from, Chat& to) {
  to.subject = from.subject();
  to.thread = from.thread();
  to.html = from.html();
  to.sender_id = from.sender_id();
  to.nick = from.nick();
  to.wants_receipt = from.wants_receipt();
  if (from.has_sent_at_ms()) to.sent_at = WallTime(Duration(from.sent_at_ms()));
  to.newer = NewerOf(from);
  return ReadTexts(from.bodies(), to.bodies) &&
         ReadEnum(from.state(), ChatStateKind::kGone, to.state) && ReadDialog(from, to.dialog);
}

void Write(const ChatState& from, bus::ChatState& to) {
  to.set_refresh(from.refresh);
  to.set_state(static_cast<std::uint32_t>(from.state));
  to.set_thread(from.thread);
  WriteDialog(from.dialog, to);
}
bool Read(const bus::ChatState& from, ChatState& to) {
  to.refresh = from.refresh();
  to.thread = from.thread();
  return ReadEnum(from.state(), ChatStateKind::kGone, to.state) && ReadDialog(from, to.dialog);
}

void Write(const Receipt& from, bus::Receipt& to) {
  to.set_message_id(from.message_id);
  to.set_failure(static_cast<std::uint32_t>(from.failure));
}
bool Read(const bus::Receipt& from, Receipt& to) {
  // A reason of a newer version is still a failure.
  to = {from.message_id(),
        policy::ReasonFromCode(from.failure()).value_or(policy::Reason::kInternal)};
  return true;
}

void Write(const SessionOpen& from, bus::SessionOpen& to) {
  Write(from.dialog, *to.mutable_dialog());
  to.set_subject(from.subject);
  to.set_in_dialog(from.in_dialog);
}
bool Read(const bus::SessionOpen& from, SessionOpen& to) {
  to.subject = from.subject();
  to.in_dialog = from.in_dialog();
  return Read(from.dialog(), to.dialog);
}

void Write(const SessionClose& from, bus::SessionClose& to) {
  Write(from.dialog, *to.mutable_dialog());
}
bool Read(const bus::SessionClose& from, SessionClose& to) {
  return Read(from.dialog(), to.dialog);
}

void Write(const Subscribe& from, bus::Subscribe& to) {
  WriteDialog(from.dialog, to);
  to.set_expires(from.expires);
  to.set_sender_id(from.sender_id);
  to.set_in_dialog(from.in_dialog);
}
bool Read(const bus::Subscribe& from, Subscribe& to) {
  to.in_dialog = from.in_dialog();
  to.expires = from.expires();
  to.sender_id = from.sender_id();
  return ReadDialog(from, to.dialog);
}

void Write(const Unsubscribe& from, bus::Unsubscribe& to) { WriteDialog(from.dialog, to); }
bool Read(const bus::Unsubscribe& from, Unsubscribe& to) { return ReadDialog(from, to.dialog); }

void Write(const Approve&, bus::Approve&) {}
bool Read(const bus::Approve&, Approve&) { return true; }

void Write(const Deny& from, bus::Deny& to) {
  to.set_reason(static_cast<std::uint32_t>(from.reason));
  to.set_sender_id(from.sender_id);
  to.set_sip_status(from.sip_status);
}
bool Read(const bus::Deny& from, Deny& to) {
  const std::optional<policy::Reason> reason = policy::ReasonFromCode(from.reason());
  if (!reason) return false;
  if (from.sip_status() > 699) return false;
  to = {*reason, from.sender_id(), static_cast<std::uint16_t>(from.sip_status())};
  return true;
}

void Write(const Probe& from, bus::Probe& to) { to.set_sender_id(from.sender_id); }
bool Read(const bus::Probe& from, Probe& to) {
  to.sender_id = from.sender_id();
  return true;
}

void Write(const PresenceUpdate& from, bus::PresenceUpdate& to) {
  for (const ResourcePresence& resource : from.resources) Write(resource, *to.add_resources());
  to.set_complete(from.complete);
  to.set_has_document(from.has_document);
  to.set_subscription(static_cast<std::uint32_t>(from.subscription));
  to.set_termination_reason(from.termination_reason);
  to.set_expires(from.expires);
  to.set_retry_after(from.retry_after);
  WriteDialog(from.dialog, to);
}
bool Read(const bus::PresenceUpdate& from, PresenceUpdate& to) {
  if (!WithinList(from.resources_size())) return false;
  for (const bus::ResourcePresence& resource : from.resources()) {
    if (!Read(resource, to.resources.emplace_back())) return false;
  }
  to.complete = from.complete();
  to.has_document = from.has_document();
  to.termination_reason = from.termination_reason();
  to.expires = from.expires();
  to.retry_after = from.retry_after();
  return ReadEnum(from.subscription(), SubscriptionState::kTerminated, to.subscription) &&
         ReadDialog(from, to.dialog);
}

struct ActWriter {
  bus::SipCommand& to;
  void operator()(const Chat& act) const { Write(act, *to.mutable_chat()); }
  void operator()(const ChatState& act) const { Write(act, *to.mutable_chat_state()); }
  void operator()(const Receipt& act) const { Write(act, *to.mutable_receipt()); }
  void operator()(const SessionOpen& act) const { Write(act, *to.mutable_session_open()); }
  void operator()(const SessionClose& act) const { Write(act, *to.mutable_session_close()); }
  void operator()(const Subscribe& act) const { Write(act, *to.mutable_subscribe()); }
  void operator()(const PresenceUpdate& act) const { Write(act, *to.mutable_presence()); }
};

void Write(const SipCommand& from, bus::SipCommand& to) {
  Write(from.dialog, *to.mutable_dialog());
  std::visit(ActWriter{to}, from.act);
}
bool Read(const bus::SipCommand& from, SipCommand& to) {
  if (!Read(from.dialog(), to.dialog)) return false;
  switch (from.act_case()) {
    case bus::SipCommand::kChat:
      return Read(from.chat(), to.act.emplace<Chat>());
    case bus::SipCommand::kChatState:
      return Read(from.chat_state(), to.act.emplace<ChatState>());
    case bus::SipCommand::kReceipt:
      return Read(from.receipt(), to.act.emplace<Receipt>());
    case bus::SipCommand::kSessionOpen:
      return Read(from.session_open(), to.act.emplace<SessionOpen>());
    case bus::SipCommand::kSessionClose:
      return Read(from.session_close(), to.act.emplace<SessionClose>());
    case bus::SipCommand::kSubscribe:
      return Read(from.subscribe(), to.act.emplace<Subscribe>());
    case bus::SipCommand::kPresence:
      return Read(from.presence(), to.act.emplace<PresenceUpdate>());
    case bus::SipCommand::ACT_NOT_SET:
      return false;
  }
  return false;
}

void Write(const Outcome& from, bus::Outcome& to) {
  to.set_reason(static_cast<std::uint32_t>(from.reason));
  to.set_sip_status(from.sip_status);
  to.set_text(from.text);
  to.set_retry_after(from.retry_after);
  to.set_expires(from.expires);
  WriteDialog(from.dialog, to);
}
bool Read(const bus::Outcome& from, Outcome& to) {
  const std::optional<policy::Reason> reason = policy::ReasonFromCode(from.reason());
  if (from.sip_status() > 699) return false;
  // A reason of a newer version is still a refusal.
  to.reason = reason.value_or(policy::Reason::kInternal);
  to.sip_status = static_cast<std::uint16_t>(from.sip_status());
  to.text = from.text();
  to.retry_after = from.retry_after();
  to.expires = from.expires();
  return ReadDialog(from, to.dialog);
}

void Write(const Hello& from, bus::Hello& to) {
  to.set_role(static_cast<std::uint32_t>(from.role));
  to.set_instance(from.instance);
  to.set_version(from.version);
  to.set_session(from.session);
  to.set_answers(from.answers);
  to.set_fresh(from.fresh);
}
bool Read(const bus::Hello& from, Hello& to) {
  to.instance = from.instance();
  to.version = from.version();
  to.session = from.session();
  to.answers = from.answers();
  to.fresh = from.fresh();
  const bool short_enough =
      to.instance.size() <= kInstanceBytesMax && to.version.size() <= kVersionBytesMax;
  return ReadEnum(from.role(), Role::kRouter, to.role) && !to.instance.empty() && short_enough;
}

void Write(const Beat& from, bus::Beat& to) {
  to.set_open_requests(from.open_requests);
  to.set_draining(from.draining);
  to.set_sent(from.sent);
  to.set_heard(from.heard);
  for (const std::string& sibling : from.siblings) to.add_siblings(sibling);
}
bool Read(const bus::Beat& from, Beat& to) {
  if (!WithinList(from.siblings_size())) return false;
  to = {from.open_requests(),
        from.draining(),
        from.sent(),
        from.heard(),
        {from.siblings().begin(), from.siblings().end()}};
  return true;
}

void Write(const StreamLost&, bus::StreamLost&) {}
bool Read(const bus::StreamLost&, StreamLost&) { return true; }

void Write(const Goodbye&, bus::Goodbye&) {}
bool Read(const bus::Goodbye&, Goodbye&) { return true; }

// The value is kept and used again: parsing into one costs half of parsing into a new one.
template <typename Proto>
Proto& Scratch() {
  static thread_local Proto value;
  value.Clear();
  return value;
}

template <typename Proto, typename Payload>
std::string EncodeAs(const Payload& payload) {
  Proto& value = Scratch<Proto>();
  Write(payload, value);
  return value.SerializeAsString();
}

template <typename Proto, typename Payload>
Result<Payload, CodecError> DecodeAs(std::string_view bytes) {
  if (bytes.size() > kMessageBytesMax) return Fail(CodecError::kTooLarge);
  Proto& value = Scratch<Proto>();
  if (!value.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Fail(CodecError::kNotProtobuf);
  }
  Payload payload;
  if (!Read(value, payload)) return Fail(CodecError::kBadField);
  return payload;
}

}  // namespace

std::string EncodeHeader(const Header& header) {
  bus::Header& value = Scratch<bus::Header>();
  value.set_id(header.id.data(), header.id.size());
  value.set_kind(static_cast<std::uint32_t>(header.kind));
  value.set_from_side(static_cast<std::uint32_t>(header.from_side));
  Write(header.from, *value.mutable_from());
  Write(header.to, *value.mutable_to());
  value.set_pair_hash(header.pair_hash);
  value.set_attempt(header.attempt);
  value.set_hops(header.hops);
  value.set_budget_ms(header.budget_ms);
  value.set_trace(header.trace);
  AddNewer(header.newer, value);
  return value.SerializeAsString();
}

Result<Header, CodecError> DecodeHeader(std::string_view bytes) {
  if (bytes.size() > kMessageBytesMax) return Fail(CodecError::kTooLarge);
  bus::Header& value = Scratch<bus::Header>();
  if (!value.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Fail(CodecError::kNotProtobuf);
  }
  Header header;
  const bool good = value.id().size() == header.id.size() && value.kind() >= 1 &&
                    value.kind() <= 255 && value.attempt() <= 255 && value.hops() <= 255 &&
                    ReadEnum(value.from_side(), Side::kXmpp, header.from_side);
  if (!good) return Fail(CodecError::kBadField);
  std::copy(value.id().begin(), value.id().end(), header.id.begin());
  header.kind = static_cast<Kind>(value.kind());
  Read(value.from(), header.from);
  Read(value.to(), header.to);
  header.pair_hash = value.pair_hash();
  header.attempt = static_cast<std::uint8_t>(value.attempt());
  header.hops = static_cast<std::uint8_t>(value.hops());
  header.budget_ms = value.budget_ms();
  header.trace = value.trace();
  header.newer = NewerOf(value);
  return header;
}

#define DRAGOMAN_PAYLOAD(Type, kind)                              \
  template <>                                                     \
  std::string Encode<Type>(const Type& payload) {                 \
    return EncodeAs<bus::Type>(payload);                          \
  }                                                               \
  template <>                                                     \
  Result<Type, CodecError> Decode<Type>(std::string_view bytes) { \
    return DecodeAs<bus::Type, Type>(bytes);                      \
  }                                                               \
  template <>                                                     \
  Kind KindOf<Type>() {                                           \
    return Kind::kind;                                            \
  }

DRAGOMAN_PAYLOAD(Chat, kChat)
DRAGOMAN_PAYLOAD(ChatState, kChatState)
DRAGOMAN_PAYLOAD(Receipt, kReceipt)
DRAGOMAN_PAYLOAD(SessionOpen, kSessionOpen)
DRAGOMAN_PAYLOAD(SessionClose, kSessionClose)
DRAGOMAN_PAYLOAD(Subscribe, kSubscribe)
DRAGOMAN_PAYLOAD(Unsubscribe, kUnsubscribe)
DRAGOMAN_PAYLOAD(Approve, kApprove)
DRAGOMAN_PAYLOAD(Deny, kDeny)
DRAGOMAN_PAYLOAD(Probe, kProbe)
DRAGOMAN_PAYLOAD(PresenceUpdate, kPresenceUpdate)
DRAGOMAN_PAYLOAD(SipCommand, kSipCommand)
DRAGOMAN_PAYLOAD(Outcome, kOutcome)
DRAGOMAN_PAYLOAD(Hello, kHello)
DRAGOMAN_PAYLOAD(Beat, kBeat)
DRAGOMAN_PAYLOAD(Goodbye, kGoodbye)
DRAGOMAN_PAYLOAD(StreamLost, kStreamLost)

#undef DRAGOMAN_PAYLOAD

}  // namespace dragoman::envelope
