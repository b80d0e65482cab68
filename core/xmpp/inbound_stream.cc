#include "core/xmpp/inbound_stream.h"

#include <algorithm>

#include "core/xmpp/jid.h"
#include "core/xmpp/precis.h"

namespace dragoman::xmpp {
namespace {

std::string Ascii(std::string_view domain) {
  const std::optional<Domain> prepared = PrepareDomain(domain);
  return prepared ? prepared->ascii : std::string();
}

std::string Unicode(std::string_view domain) {
  const std::optional<Domain> prepared = PrepareDomain(domain);
  return prepared ? prepared->unicode : std::string(domain);
}

Condition ConditionOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return Condition::kUndefinedCondition;
    case Verdict::kInvalid:
      return Condition::kForbidden;
    case Verdict::kNotFound:
      return Condition::kRemoteServerNotFound;
    case Verdict::kConnectionFailed:
      return Condition::kRemoteServerNotFound;
    case Verdict::kTimeout:
      return Condition::kRemoteServerTimeout;
  }
  return Condition::kUndefinedCondition;
}

}  // namespace

InboundStream::InboundStream(InboundRules rules, RandomSource& random, TimePoint now)
    : rules_(std::move(rules)),
      random_(random),
      reader_(xml::kUnauthenticated),
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
      if (state_ != State::kClosing) Emit(Send{std::string(kStreamEnd)});
      End();
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

void InboundStream::OnOpen(const xml::Element& root, TimePoint now) {
  const PeerHeader header = ReadHeader(root);
  peer_ = header.from;
  lang_ = header.lang;
  const std::string to = Ascii(header.to);
  const bool hosted = !to.empty() && rules_.hosts(to);
  id_ = RandomToken(random_);
  // Errors during set-up are told behind our own header (XS-3).
  Emit(Send{Print(StreamHeader{hosted ? header.to : "", header.from, id_, header.has_version})});
  opened_ = true;
  state_ = State::kNegotiating;
  if (!header.good_namespace) return Fail(StreamError::kInvalidNamespace, "", now);
  if (!hosted) return Fail(StreamError::kHostUnknown, "domain-not-served", now);
  if (!header.from.empty() && rules_.hosts(Ascii(header.from))) {
    return Fail(StreamError::kInvalidFrom, "loop-detected",
                now);  // nobody outside is one of us (T-6)
  }
  if (!header.has_version) return Fail(StreamError::kUnsupportedVersion, "tls-required", now);
  Emit(Send{Features()});
}

// In clear only STARTTLS, and as required (XS-5), except to a partner that policy lets go without.
std::string InboundStream::Features() const {
  constexpr std::string_view kDialback =
      "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>";
  std::string features = "<stream:features>";
  if (secure_) {
    features += kDialback;
  } else if (rules_.requires_tls(Ascii(peer_))) {
    features += "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
  } else {
    features += "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    features += kDialback;
  }
  return features + "</stream:features>";
}

void InboundStream::OnElement(xml::Element element, Behind behind, TimePoint now) {
  if (state_ == State::kClosing) return;
  if (element.Is(kTlsNs, "starttls")) return OnStartTls(behind, now);
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
  if (IsStanza(element)) return OnStanza(std::move(element), now);
  Fail(StreamError::kUnsupportedStanzaType, "", now);
}

void InboundStream::OnStartTls(Behind behind, TimePoint now) {
  // Once, and before anything is proven: what was learned in clear would not outlive TLS (XS-4).
  if (secure_ || !asked_.empty() || !proven_.empty()) {
    return Fail(StreamError::kNotAuthorized, "", now);
  }
  if (behind == Behind::kBytes) {
    Emit(Refused{"plaintext-behind-starttls"});
    return End();
  }
  state_ = State::kTls;
  Emit(Send{"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"});
  Emit(StartTls{});
}

void InboundStream::OnTls(TimePoint) {
  if (state_ != State::kTls) return;
  // Everything learned before TLS is dropped (XS-4, T-8).
  secure_ = true;
  state_ = State::kHeader;
  opened_ = false;
  peer_.clear();
  lang_.clear();
  id_.clear();
  reader_ = xml::StreamReader(xml::kUnauthenticated);
}

void InboundStream::OnDialback(const DialbackElement& element, TimePoint now) {
  if (!element.type.empty()) {  // an answer to a question that cannot have been asked here (T-4)
    return Emit(Refused{"unsolicited-dialback"});
  }
  if (!secure_ && rules_.requires_tls(Ascii(element.from))) {
    RefuseKey(element, Condition::kPolicyViolation, "tls-required");
    return Fail(StreamError::kPolicyViolation, "tls-required", now);
  }
  element.name == "result" ? OnResult(element) : OnVerifyRequest(element);
}

// We are the receiving server: somebody claims to be `from`.
void InboundStream::OnResult(const DialbackElement& element) {
  const std::string from = Ascii(element.from);
  const std::string to = Ascii(element.to);
  if (to.empty() || !rules_.hosts(to)) {
    return RefuseKey(element, Condition::kItemNotFound, "domain-not-served");
  }
  if (from.empty() || rules_.hosts(from)) {
    return RefuseKey(element, Condition::kForbidden, "loop-detected");
  }
  if (!rules_.allows(from)) return RefuseKey(element, Condition::kForbidden, "domain-not-served");
  if (rules_.full && rules_.full(from)) {
    return RefuseKey(element, Condition::kResourceConstraint, "overloaded");
  }
  const Pair pair(from, to);
  if (asked_.contains(pair)) return;  // one question for each pair at a time
  if (asked_.size() >= kOpenKeysMax || proven_.size() + asked_.size() >= kProvenPairsMax) {
    return RefuseKey(element, Condition::kResourceConstraint, "overloaded");
  }
  asked_.emplace(pair, element);
  Emit(Verify{element.from, element.to, id_, element.key});
}

// We are the authoritative server: did `to`, one of ours, send this key to `from`?
void InboundStream::OnVerifyRequest(const DialbackElement& element) {
  DialbackElement answer{
      .name = "verify", .from = element.to, .to = element.from, .id = element.id};
  if (!rules_.hosts(Ascii(element.to))) {
    answer.type = "error";
    answer.error = Condition::kItemNotFound;
    return Emit(Send{Print(answer)});
  }
  const DialbackPair pair{Unicode(element.from), Unicode(element.to), element.id};
  answer.type = IsDialbackKey(rules_.dialback_secrets, pair, element.key) ? "valid" : "invalid";
  Emit(Send{Print(answer)});
}

void InboundStream::OnVerdict(const std::string& from, const std::string& to, Verdict verdict,
                              TimePoint now) {
  const Pair pair(Ascii(from), Ascii(to));
  const auto found = asked_.find(pair);
  if (found == asked_.end() || state_ != State::kNegotiating) return;  // the stream is over (DB-12)
  const DialbackElement asked = found->second;
  asked_.erase(found);
  if (verdict == Verdict::kValid) {
    proven_.insert(pair);
    reader_.SetLimits(xml::kAuthenticated);
    deadline_ = TimePoint::max();
    Emit(Send{Print(
        DialbackElement{.name = "result", .from = asked.to, .to = asked.from, .type = "valid"})});
    return Emit(Proven{pair.first, pair.second});
  }
  if (verdict == Verdict::kInvalid && proven_.empty() && asked_.empty()) {  // DB-13
    Emit(Refused{"dialback-invalid"});
    Emit(Send{Print(
        DialbackElement{.name = "result", .from = asked.to, .to = asked.from, .type = "invalid"})});
    return Shutdown(StreamError::kNotAuthorized, "remote-untrusted", now);
  }
  RefuseKey(asked, ConditionOf(verdict), "remote-untrusted");
}

void InboundStream::RefuseKey(const DialbackElement& element, Condition condition,
                              std::string_view text) {
  Emit(Refused{"dialback-" + std::string(text)});
  Emit(Send{Print(DialbackElement{.name = element.name,
                                  .from = element.to,
                                  .to = element.from,
                                  .id = element.id,
                                  .type = "error",
                                  .error = condition,
                                  .error_text = std::string(text)})});
}

void InboundStream::OnStanza(xml::Element element, TimePoint now) {
  const Result<Jid, JidError> from = Jid::Parse(element.Attr("from"));
  const Result<Jid, JidError> to = Jid::Parse(element.Attr("to"));
  if (proven_.empty()) return Fail(StreamError::kNotAuthorized, "remote-untrusted", now);  // T-10
  if (!from || !to) return Fail(StreamError::kImproperAddressing, "address-malformed", now);
  const std::string& sender = from->ascii_domain();
  const bool known = std::any_of(proven_.begin(), proven_.end(),
                                 [&](const Pair& pair) { return pair.first == sender; });
  if (!known) return Fail(StreamError::kInvalidFrom, "sender-not-allowed", now);  // XS-10, T-3
  if (!proven_.contains(Pair(sender, to->ascii_domain()))) {
    return Fail(StreamError::kHostUnknown, "domain-not-served", now);
  }
  Emit(Stanza{std::move(element)});
}

void InboundStream::Fail(StreamError error, std::string_view text, TimePoint now) {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  Emit(Refused{std::string(Name(error))});
  Shutdown(error, text, now);
}

void InboundStream::Shutdown(StreamError error, std::string_view text, TimePoint now) {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  if (state_ == State::kTls) return End();  // nothing can be said in the middle of a handshake
  if (!opened_) Emit(Send{Print(StreamHeader{"", "", RandomToken(random_)})});
  Emit(Send{PrintStreamError(error, text)});
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
  if (state_ == State::kClosing) return End();
  Fail(StreamError::kPolicyViolation, "deadline", now);
}

std::optional<InboundStream::Effect> InboundStream::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

}  // namespace dragoman::xmpp
