#include "core/xmpp/outbound_stream.h"

#include <optional>

#include "core/xmpp/precis.h"

namespace dragoman::xmpp {
namespace {

constexpr const char* kPlainBehindProceed = "plain text behind <proceed/>";

// Partners write domains with capitals or as A-labels, too.
bool SameDomain(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const std::optional<Domain> left = PrepareDomain(a), right = PrepareDomain(b);
  return left && right && left->ascii == right->ascii;
}

}  // namespace

OutboundStream::OutboundStream(OutboundRules rules, std::optional<VerifyQuestion> question,
                               TimePoint now)
    : rules_(std::move(rules)),
      question_(std::move(question)),
      reader_(xml::kUnauthenticated),
      deadline_(now + rules_.establish_max) {}

void OutboundStream::OnOpen(TimePoint) { SendHeader(); }

void OutboundStream::SendHeader() {
  state_ = State::kHeader;
  Emit(Send{Print(StreamHeader{rules_.local, rules_.remote, ""})});
}

void OutboundStream::OnTls(TimePoint) {
  if (state_ != State::kTls) return;
  secure_ = true;
  id_.clear();
  reader_ = xml::StreamReader(xml::kUnauthenticated);
  SendHeader();
}

void OutboundStream::OnBytes(std::string_view bytes, TimePoint now) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kTls) return Fail(OutboundFailure::kBadStream, kPlainBehindProceed);
  const std::vector<xml::StreamReader::Event> events = reader_.Feed(bytes);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (state_ == State::kClosed) return;
    if (const auto* open = std::get_if<xml::StreamReader::Open>(&events[i])) {
      OnHeader(open->root, now);
    } else if (const auto* element = std::get_if<xml::StreamReader::Stanza>(&events[i])) {
      const bool more = i + 1 < events.size() || reader_.has_trailing_bytes();
      OnElement(element->element, more ? Behind::kBytes : Behind::kNothing, now);
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
  state_ = State::kFeatures;
  if (header.has_version) return;  // features follow
  if (!secure_ && rules_.requires_tls) {
    return Fail(OutboundFailure::kTlsRefused, "the server is too old for STARTTLS");
  }
  Prove();
}

void OutboundStream::OnElement(const xml::Element& element, Behind behind, TimePoint now) {
  if (state_ == State::kClosing) return;
  if (element.Is(kStreamNs, "error")) {
    const std::vector<const xml::Element*> children = element.Children();
    Emit(Send{std::string(kStreamEnd)});
    return Fail(OutboundFailure::kStreamError,
                children.empty() ? "stream error" : "stream error " + children.front()->name());
  }
  switch (state_) {
    case State::kFeatures:
      if (element.Is(kStreamNs, "features")) return OnFeatures(element, now);
      return;
    case State::kProceed:
      return OnProceed(element, behind);
    case State::kDialback:
    case State::kReady:
      if (element.ns() == kDialbackNs) return OnAnswer(element, now);
      return;  // the stream is one-way: whatever else comes here has no meaning (XS-11)
    case State::kConnecting:
    case State::kHeader:
    case State::kTls:
    case State::kClosing:
    case State::kClosed:
      return;
  }
}

void OutboundStream::OnFeatures(const xml::Element& features, TimePoint) {
  if (secure_) return Prove();
  const bool offered = features.Child(kTlsNs, "starttls") != nullptr;
  if (!offered && !rules_.requires_tls) return Prove();
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

void OutboundStream::Prove() {
  state_ = State::kDialback;
  DialbackElement element{.from = rules_.local, .to = rules_.remote};
  if (question_) {
    element.name = "verify";
    element.id = question_->id;
    element.key = question_->key;
  } else {
    element.name = "result";
    element.key = DialbackKey(rules_.dialback_secrets.front(), {rules_.remote, rules_.local, id_});
  }
  Emit(Send{Print(element)});
}

void OutboundStream::OnAnswer(const xml::Element& element, TimePoint now) {
  const std::optional<DialbackElement> answer = ParseDialback(element);
  // Only what answers our own question, on this stream, counts (DB-11).
  const bool ours = answer && SameDomain(answer->from, rules_.remote) &&
                    SameDomain(answer->to, rules_.local) &&
                    answer->name == (question_ ? "verify" : "result") &&
                    (!question_ || answer->id == question_->id) && !answer->type.empty();
  if (!ours || state_ != State::kDialback) return;
  if (question_) {
    Verdict verdict = Verdict::kNotFound;
    if (answer->type == "valid") verdict = Verdict::kValid;
    if (answer->type == "invalid") verdict = Verdict::kInvalid;
    Emit(Answered{verdict});
    return Finish(now);
  }
  if (answer->type == "valid") {
    state_ = State::kReady;
    deadline_ = TimePoint::max();
    return Emit(Ready{});
  }
  const std::string_view condition = answer->error ? Name(*answer->error) : "";
  Emit(Send{std::string(kStreamEnd)});
  if (answer->type == "invalid") return Fail(OutboundFailure::kKeyRefused, "dialback: invalid");
  Fail(OutboundFailure::kDialbackError, "dialback: " + std::string(condition));
}

void OutboundStream::Finish(TimePoint now) {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  if (state_ == State::kConnecting || state_ == State::kTls) {
    state_ = State::kClosed;
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
  Fail(OutboundFailure::kTimeout, "no answer in time");
}

std::optional<OutboundStream::Effect> OutboundStream::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

}  // namespace dragoman::xmpp
