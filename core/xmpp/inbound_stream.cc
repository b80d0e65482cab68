#include "core/xmpp/inbound_stream.h"

#include <algorithm>
#include <utility>

#include "core/xmpp/jid.h"
#include "core/xmpp/precis.h"

namespace dragoman::xmpp {

std::string_view Name(Proof proof) {
  switch (proof) {
    case Proof::kExternal:
      return "external";
    case Proof::kCertificate:
      return "certificate";
    case Proof::kDialback:
      return "dialback";
  }
  return "";
}

InboundStream::InboundStream(InboundRules rules, RandomSource& random, TimePoint now)
    : rules_(std::move(rules)),
      random_(random),
      reader_(xml::kUnauthenticated),
      state_(rules_.direct_tls ? State::kTls : State::kHeader),
      deadline_(now + rules_.establish_max) {}

void InboundStream::OnBytes(std::string_view bytes, TimePoint now) {
  if (state_ == State::kTls) {  // plain text behind <starttls/> (T-1)
    Emit(Refused{"plaintext-behind-starttls"});
    return End();
  }
  if (state_ == State::kClosed) return;
  std::vector<xml::StreamReader::Event> events = reader_.Feed(bytes);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (state_ == State::kClosed) return;
    if (auto* open = std::get_if<xml::StreamReader::Open>(&events[i])) {
      OnOpen(open->root, now);
    } else if (auto* stanza = std::get_if<xml::StreamReader::Stanza>(&events[i])) {
      const bool more = i + 1 < events.size() || reader_.has_trailing_bytes();
      OnElement(std::move(stanza->element), more ? Behind::kBytes : Behind::kNothing, now);
    } else if (std::holds_alternative<xml::StreamReader::Close>(events[i])) {
      OnPeerEnd(now);
    } else {
      const StreamError error = FromXml(std::get<xml::StreamReader::Failed>(events[i]).error);
      Fail(error, error == StreamError::kPolicyViolation ? "stanza-too-big" : "", now);
    }
  }
}

void InboundStream::End() {
  state_ = State::kClosed;
  deadline_ = TimePoint::max();
  Emit(Close{});
}

// After TLS and after SASL: a new stream with a new id, nothing of the old one counts (XS-4, T-8).
void InboundStream::Restart() {
  state_ = State::kHeader;
  opened_ = challenged_ = false;
  peer_.clear();
  lang_.clear();
  id_.clear();
  reader_ = xml::StreamReader(identity_.empty() ? xml::kUnauthenticated : xml::kAuthenticated);
}

void InboundStream::OnTls(TimePoint, PeerProof proof) {
  if (state_ != State::kTls) return;
  secure_ = true;
  proof_ = std::move(proof);
  Restart();
}

void InboundStream::OnOpen(const xml::Element& root, TimePoint now) {
  const PeerHeader header = ReadHeader(root);
  peer_ = header.from;
  lang_ = header.lang;
  const std::string to = AsciiDomain(header.to);
  const bool hosted = !to.empty() && rules_.hosts(to);
  id_ = RandomToken(random_);
  // Errors during set-up are told behind our own header (XS-3).
  Emit(Send{Print(StreamHeader{hosted ? header.to : "", header.from, id_, header.has_version})});
  opened_ = true;
  state_ = State::kNegotiating;
  if (!header.good_namespace) return Fail(StreamError::kInvalidNamespace, "", now);
  if (!hosted) return Fail(StreamError::kHostUnknown, "domain-not-served", now);
  if (!header.from.empty() && rules_.hosts(AsciiDomain(header.from))) {
    return Fail(StreamError::kInvalidFrom, "loop-detected",
                now);  // nobody outside is one of us (T-6)
  }
  if (!identity_.empty() && !header.from.empty() && AsciiDomain(header.from) != identity_) {
    return Fail(StreamError::kInvalidFrom, "sender-not-allowed", now);
  }
  if (!header.has_version) return Fail(StreamError::kUnsupportedVersion, "tls-required", now);
  Emit(Send{Features()});
}

bool InboundStream::RequiresTls(std::string_view domain) const {
  const std::optional<PeerPolicy> policy = rules_.policy(domain);
  return !policy || policy->tls == Need::kRequired;
}

bool InboundStream::OffersExternal() const {
  const std::string domain = AsciiDomain(peer_);
  const std::optional<PeerPolicy> policy = rules_.policy(domain);
  return secure_ && identity_.empty() && policy && policy->may_use_certificate() &&
         proof_.Covers(domain);
}

// In clear only STARTTLS, and as required (XS-5), except to a partner that policy lets go without.
std::string InboundStream::Features() const {
  constexpr std::string_view kDialback =
      "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>";
  const std::optional<PeerPolicy> policy = rules_.policy(AsciiDomain(peer_));
  const bool dialback = !policy || policy->may_dial_back();
  std::string features = "<stream:features>";
  if (secure_) {
    if (OffersExternal()) features += PrintMechanisms();
    if (dialback) features += kDialback;
    if (!identity_.empty()) features += kManagementFeature;
    return features + "</stream:features>";
  }
  if (!policy || policy->tls == Need::kRequired) {
    features += "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
    return features + "</stream:features>";
  }
  if (policy->tls == Need::kOptional) {
    features += "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
  }
  if (dialback) features += kDialback;
  return features + "</stream:features>";
}

void InboundStream::OnElement(xml::Element element, Behind behind, TimePoint now) {
  if (state_ == State::kClosing) return;
  if (state_ == State::kEnding && !IsStanza(element)) return;  // it cannot be answered any more
  if (IsStanza(element)) return OnStanza(std::move(element), now);
  if (element.ns() == kManagementNs) return OnManagement(element, now);
  if (element.Is(kTlsNs, "starttls")) return OnStartTls(behind, now);
  if (element.ns() == kSaslNs) return OnSasl(element, behind, now);
  if (element.Is(kStreamNs, "error")) {
    Emit(Refused{"stream-error-received"});
    Emit(Send{std::string(kStreamEnd)});
    return End();
  }
  if (element.ns() == kDialbackNs) {
    const std::optional<DialbackElement> dialback = ParseDialback(element);
    if (!dialback) return Fail(StreamError::kImproperAddressing, "", now);
    return OnDialback(*dialback, now);
  }
  Fail(StreamError::kUnsupportedStanzaType, "", now);
}

void InboundStream::OnStartTls(Behind behind, TimePoint now) {
  // Once, and before anything is proven: what was learned in clear would not outlive TLS (XS-4).
  if (secure_ || !asked_.empty() || established()) {
    return Fail(StreamError::kNotAuthorized, "", now);
  }
  const std::optional<PeerPolicy> policy = rules_.policy(AsciiDomain(peer_));
  if (policy && policy->tls == Need::kDisabled) {
    Emit(Refused{"starttls-disabled"});
    Emit(Send{"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" + std::string(kStreamEnd)});
    return End();
  }
  if (behind == Behind::kBytes) {
    Emit(Refused{"plaintext-behind-starttls"});
    return End();
  }
  state_ = State::kTls;
  Emit(Send{"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"});
  Emit(StartTls{});
}

void InboundStream::Establish(const std::string& domain) {
  if (partner_.empty()) partner_ = domain;
  reader_.SetLimits(xml::kAuthenticated);
  deadline_ = proof_.expires;
}

void InboundStream::OnManagement(const xml::Element& element, TimePoint now) {
  if (!established()) return Fail(StreamError::kNotAuthorized, "remote-untrusted", now);
  if (element.name() == "enable") {
    if (acks_ != nullptr) return Emit(Send{PrintFailed("unexpected-request")});
    acks_ = std::make_shared<Acknowledger>();
    if (WantsResume(element)) management_id_ = RandomToken(random_);
    Emit(Send{PrintEnabled(management_id_)});
    return Emit(Managed{management_id_});
  }
  if (element.name() == "resume") {
    const std::string previous(element.Attr("previd"));
    if (acks_ != nullptr) return Emit(Send{PrintFailed("unexpected-request")});
    if (rules_.resume) acks_ = rules_.resume(previous, partner_);
    if (acks_ == nullptr) return Emit(Send{PrintFailed("item-not-found")});  // SM-3
    management_id_ = previous;
    Emit(Send{PrintResumed(previous, acks_->handled())});
    return Emit(Managed{management_id_});
  }
  if (acks_ == nullptr) return Fail(StreamError::kUnsupportedStanzaType, "", now);
  if (element.name() == "r") {
    acks_->Ask();
    acks_->TakeDue();
    return Emit(Send{PrintAck(acks_->handled())});
  }
  // Nothing of ours went over this stream: no number but 0 can be right (SM-5).
  if (element.name() == "a" && ReadHandled(element) == 0u) return;
  Fail(StreamError::kUndefinedCondition, "handled-count-too-high", now);
}

void InboundStream::OnHandled(TimePoint now) {
  if (acks_ == nullptr || state_ != State::kNegotiating) return;
  if (finishing_ && acks_->settled()) return SayEnd(now);
  if (acks_->TakeDue()) Emit(Send{PrintAck(acks_->handled())});
}

void InboundStream::Finish(TimePoint now) {
  if (!established()) return Shutdown(StreamError::kSystemShutdown, "shutting-down", now);
  if (state_ != State::kNegotiating || std::exchange(finishing_, true)) return;
  management_id_.clear();  // an orderly end is never taken up again
  if (acks_ == nullptr || acks_->settled()) SayEnd(now);
}

// The last acknowledgement covers what the peer said before, or it would say that again
// (XEP-0198 §4).
void InboundStream::OnPeerEnd(TimePoint now) {
  management_id_.clear();  // an orderly end is never taken up again
  peer_ended_ = true;
  if (state_ == State::kClosing || state_ == State::kEnding) return End();
  if (acks_ == nullptr || acks_->settled()) return SayEnd(now);
  finishing_ = true;
  deadline_ = now + kStreamCloseMax;
}

void InboundStream::SayEnd(TimePoint now) {
  if (acks_ != nullptr) Emit(Send{PrintAck(acks_->handled())});
  Emit(Send{std::string(kStreamEnd)});
  if (peer_ended_) return End();
  state_ = State::kEnding;
  deadline_ = now + kStreamCloseMax;
}

void InboundStream::OnStanza(xml::Element element, TimePoint now) {
  if (finishing_ && acks_ != nullptr) return;
  const Result<Jid, JidError> from = Jid::Parse(element.Attr("from"));
  const Result<Jid, JidError> to = Jid::Parse(element.Attr("to"));
  if (!established()) return Fail(StreamError::kNotAuthorized, "remote-untrusted", now);  // T-10
  if (!from || !to) return Fail(StreamError::kImproperAddressing, "address-malformed", now);
  const std::string& sender = from->ascii_domain();
  const bool by_name = sender == identity_;
  if (!Proves(sender))
    return Fail(StreamError::kInvalidFrom, "sender-not-allowed", now);  // XS-10, T-3
  const bool served = by_name ? rules_.hosts(to->ascii_domain())
                              : proven_.contains(Pair(sender, to->ascii_domain()));
  if (!served) return Fail(StreamError::kHostUnknown, "domain-not-served", now);
  if (acks_ != nullptr && acks_->full()) {
    return Fail(StreamError::kResourceConstraint, "overloaded", now);
  }
  Emit(Stanza{std::move(element), acks_ != nullptr ? acks_->Take() : 0});
}

void InboundStream::Fail(StreamError error, std::string_view text, TimePoint now) {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  Emit(Refused{std::string(Name(error))});
  Shutdown(error, text, now);
}

void InboundStream::Shutdown(StreamError error, std::string_view text, TimePoint now) {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  // Nothing can be said in the middle of a handshake, or behind our closing tag.
  if (state_ == State::kTls || state_ == State::kEnding) return End();
  if (!opened_) Emit(Send{Print(StreamHeader{"", "", RandomToken(random_)})});
  Emit(Send{PrintStreamError(error, text)});
  management_id_.clear();
  if (error == StreamError::kSystemShutdown) {  // the peer may finish what it is saying
    state_ = State::kClosing;
    deadline_ = now + kStreamCloseMax;
    return;
  }
  End();
}

void InboundStream::Advance(TimePoint now) {
  if (now < deadline_ || state_ == State::kClosed) return;
  deadline_ = TimePoint::max();
  if (state_ == State::kClosing || state_ == State::kEnding) return End();
  if (peer_ended_) return SayEnd(now);
  // What proved the partner has run out (TLS-18).
  if (established()) return Shutdown(StreamError::kReset, "remote-untrusted", now);
  Fail(StreamError::kPolicyViolation, "deadline", now);
}

bool InboundStream::Proves(std::string_view domain) const {
  if (domain.empty()) return false;
  return domain == identity_ || std::any_of(proven_.begin(), proven_.end(),
                                            [&](const Pair& pair) { return pair.first == domain; });
}

std::set<std::string> InboundStream::proven() const {
  std::set<std::string> domains;
  if (!identity_.empty()) domains.insert(identity_);
  for (const Pair& pair : proven_) domains.insert(pair.first);
  return domains;
}

std::optional<InboundStream::Effect> InboundStream::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

}  // namespace dragoman::xmpp
