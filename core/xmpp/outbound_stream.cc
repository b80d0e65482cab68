#include "core/xmpp/outbound_stream.h"

#include <optional>

#include "core/xmpp/jid.h"
#include "core/xmpp/precis.h"

namespace dragoman::xmpp {
namespace {

constexpr const char* kPlainBehindProceed = "plain text behind <proceed/>";

}  // namespace

OutboundStream::OutboundStream(OutboundRules rules, std::optional<VerifyQuestion> question,
                               TimePoint now)
    : rules_(std::move(rules)),
      question_(std::move(question)),
      reader_(xml::kUnauthenticated),
      deadline_(now + rules_.establish_max) {}

void OutboundStream::OnOpen(TimePoint) {
  if (!rules_.direct_tls) return SendHeader();
  state_ = State::kTls;
  Emit(StartTls{});
}

void OutboundStream::SendHeader() {
  state_ = State::kHeader;
  id_.clear();
  reader_ = xml::StreamReader(xml::kUnauthenticated);
  Emit(Send{Print(StreamHeader{rules_.local, rules_.remote, ""})});
}

void OutboundStream::OnTls(TimePoint, const PeerProof& proof) {
  if (state_ != State::kTls) return;
  secure_ = true;
  // Where only certificates count, the partner has to have one that names it, too (TLS-8, TLS-9).
  if (!rules_.policy.may_dial_back() && !proof.Covers(AsciiDomain(rules_.remote))) {
    return Fail(OutboundFailure::kCertificate, proof.problem);
  }
  expires_ = proof.expires;
  SendHeader();
}

void OutboundStream::OnBytes(std::string_view bytes, TimePoint now) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kTls) return Fail(OutboundFailure::kBadStream, kPlainBehindProceed);
  std::vector<xml::StreamReader::Event> events = reader_.Feed(bytes);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (state_ == State::kClosed) return;
    if (const auto* open = std::get_if<xml::StreamReader::Open>(&events[i])) {
      declares_dialback_ = open->declares_dialback;
      OnHeader(open->root, now);
    } else if (auto* element = std::get_if<xml::StreamReader::Stanza>(&events[i])) {
      const bool more = i + 1 < events.size() || reader_.has_trailing_bytes();
      OnElement(std::move(element->element), more ? Behind::kBytes : Behind::kNothing, now);
    } else if (std::holds_alternative<xml::StreamReader::Close>(events[i])) {
      if (state_ != State::kClosing) Emit(Send{std::string(kStreamEnd)});
      Fail(OutboundFailure::kClosed, "closed by the peer");
    } else {
      const StreamError error = FromXml(std::get<xml::StreamReader::Failed>(events[i]).error);
      if (state_ != State::kClosing) Emit(Send{PrintStreamError(error, "")});
      Fail(OutboundFailure::kBadStream, "not an XMPP stream: " + std::string(Name(error)));
    }
  }
}

void OutboundStream::OnHeader(const xml::Element& root, TimePoint) {
  const PeerHeader header = ReadHeader(root);
  if (!header.good_namespace || header.id.empty()) {
    return Fail(OutboundFailure::kBadStream, "stream header without namespace or id");
  }
  id_ = header.id;
  lang_ = header.lang;
  state_ = State::kFeatures;
  if (header.has_version) return;  // features follow
  if (!secure_ && rules_.policy.tls == Need::kRequired) {
    return Fail(OutboundFailure::kTlsRefused, "the server is too old for STARTTLS");
  }
  const xml::Element none(kStreamNs, "features");
  if (rules_.look) TellOffers(none);
  Authenticate(none);
}

void OutboundStream::OnElement(xml::Element element, Behind behind, TimePoint now) {
  if (bidi_ && IsStanza(element)) return OnStanza(std::move(element));
  if (state_ == State::kClosing) return;
  if (element.Is(kStreamNs, "error")) {
    const std::vector<const xml::Element*> children = element.Children();
    Emit(Send{std::string(kStreamEnd)});
    return Fail(OutboundFailure::kStreamError,
                children.empty() ? "stream error" : "stream error " + children.front()->name());
  }
  switch (state_) {
    case State::kFeatures:
      if (element.Is(kStreamNs, "features")) return OnFeatures(element);
      return;
    case State::kProceed:
      return OnProceed(element, behind);
    case State::kSasl:
      if (element.ns() == kSaslNs) return OnSaslAnswer(element);
      return;
    case State::kDialback:
      if (element.ns() == kDialbackNs) return OnAnswer(element, now);
      return;
    case State::kManagement:
      if (element.ns() == kManagementNs) return OnManagement(element);
      return;
    case State::kReady:
      if (element.ns() == kManagementNs) return OnAcknowledgement(element);
      return;  // the stream is one-way: whatever else comes here has no meaning (XS-11)
    case State::kConnecting:
    case State::kHeader:
    case State::kTls:
    case State::kClosing:
    case State::kClosed:
      return;
  }
}

void OutboundStream::OnFeatures(const xml::Element& features) {
  if (rules_.look) TellOffers(features);
  if (secure_ || rules_.policy.tls == Need::kDisabled) return Authenticate(features);
  const bool offered = features.Child(kTlsNs, "starttls") != nullptr;
  if (!offered && rules_.policy.tls == Need::kOptional) return Authenticate(features);
  // Not offered but wanted: it may have been stripped, so it is tried all the same (TLS-4, T-2).
  state_ = State::kProceed;
  Emit(Send{"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"});
}

void OutboundStream::OnProceed(const xml::Element& element, Behind behind) {
  if (!element.Is(kTlsNs, "proceed")) {
    return Fail(OutboundFailure::kTlsRefused, "the server declines STARTTLS");
  }
  if (behind == Behind::kBytes) {
    return Fail(OutboundFailure::kBadStream, kPlainBehindProceed);
  }
  state_ = State::kTls;
  Emit(StartTls{});
}

// With bidi the partner's own stanzas come back on our stream: for this pair, the other way round,
// and for no other (XS-17).
void OutboundStream::OnStanza(xml::Element element) {
  if (state_ != State::kReady && state_ != State::kClosing) return;
  const Result<Jid, JidError> from = Jid::Parse(element.Attr("from"));
  const Result<Jid, JidError> to = Jid::Parse(element.Attr("to"));
  if (!from || !to) return Refuse(StreamError::kImproperAddressing, "address-malformed");
  if (from->ascii_domain() != AsciiDomain(rules_.remote)) {
    return Refuse(StreamError::kInvalidFrom, "sender-not-allowed");
  }
  if (to->ascii_domain() != AsciiDomain(rules_.local)) {
    return Refuse(StreamError::kHostUnknown, "domain-not-served");
  }
  if (acks_ != nullptr && acks_->full()) {
    return Refuse(StreamError::kResourceConstraint, "overloaded");
  }
  Emit(Stanza{std::move(element), acks_ != nullptr ? acks_->Take() : 0});
}

void OutboundStream::OnHandled() {
  if (acks_ != nullptr && state_ == State::kReady && acks_->TakeDue()) {
    Emit(Send{PrintAck(acks_->handled())});
  }
}

void OutboundStream::AskForAck() {
  if (acks_ != nullptr && state_ == State::kReady) Emit(Send{std::string(kAckRequest)});
}

void OutboundStream::Refuse(StreamError error, std::string_view text) {
  if (state_ != State::kClosing) Emit(Send{PrintStreamError(error, text)});
  Fail(OutboundFailure::kBadStream, "the peer breaks a rule: " + std::string(Name(error)));
}

void OutboundStream::Finish(TimePoint now) {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  if (state_ == State::kConnecting || state_ == State::kTls) {
    state_ = State::kClosed;
    deadline_ = TimePoint::max();
    return Emit(Close{});
  }
  Emit(Send{std::string(kStreamEnd)});
  state_ = State::kClosing;
  deadline_ = now + kStreamCloseMax;
}

void OutboundStream::Fail(OutboundFailure failure, std::string detail) {
  if (state_ == State::kClosed) return;
  const bool expected = state_ == State::kClosing;
  state_ = State::kClosed;
  deadline_ = TimePoint::max();
  if (!expected) Emit(Failed{failure, std::move(detail)});
  Emit(Close{});
}

void OutboundStream::Advance(TimePoint now) {
  if (now < deadline_) return;
  // A certificate that ran out ends the stream in order; the next one shows another (TLS-18).
  if (state_ == State::kReady) return Finish(now);
  Fail(OutboundFailure::kTimeout, "no answer in time");
}

std::optional<OutboundStream::Effect> OutboundStream::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

}  // namespace dragoman::xmpp
