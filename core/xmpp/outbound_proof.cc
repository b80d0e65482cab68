// How an outbound stream proves who we are, by SASL EXTERNAL or dialback, and agrees on
// acknowledgements behind it.
#include "core/xmpp/outbound_stream.h"
#include "core/xmpp/precis.h"

namespace dragoman::xmpp {
namespace {

// Partners write domains with capitals or as A-labels, too.
bool SameDomain(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const std::string ascii = AsciiDomain(a);
  return !ascii.empty() && ascii == AsciiDomain(b);
}

}  // namespace

// Older servers say that they know dialback only by the namespace on the stream's root.
void OutboundStream::TellOffers(const xml::Element& features) {
  const xml::Element* starttls = features.Child(kTlsNs, "starttls");
  Emit(Offers{
      .starttls = starttls != nullptr,
      .starttls_required = starttls != nullptr && starttls->Child(kTlsNs, "required") != nullptr,
      .external = OffersExternal(features),
      .dialback = declares_dialback_ || features.Child(kDialbackFeatureNs, "dialback") != nullptr});
}

void OutboundStream::Authenticate(const xml::Element& features) {
  if (rules_.look) return;
  can_manage_ = features.Child(kManagementNs, "sm") != nullptr;
  if (proven_) return Manage();
  if (question_) return Prove();  // who asks about a key needs no proof (DB-15)
  if (secure_ && features.Child(kBidiFeatureNs, "bidi") != nullptr) {
    bidi_ = true;
    Emit(Send{xml::Print(xml::Element(kBidiNs, "bidi"))});
  }
  if (secure_ && rules_.policy.may_use_certificate() && OffersExternal(features)) {
    state_ = State::kSasl;
    return Emit(Send{PrintExternal(rules_.local)});
  }
  if (rules_.policy.may_dial_back()) return Prove();
  Fail(secure_ ? OutboundFailure::kSaslRefused : OutboundFailure::kTlsRefused,
       "the partner offers no EXTERNAL: it does not trust our certificate for " + rules_.local);
}

void OutboundStream::OnSaslAnswer(const xml::Element& element) {
  if (element.name() == "challenge") {  // it asks again for what the first step said
    xml::Element response(kSaslNs, "response");
    return Emit(Send{xml::Print(response.AddText("="))});
  }
  if (element.name() == "success") {
    proven_ = true;
    return SendHeader();
  }
  const std::vector<const xml::Element*> children = element.Children();
  const std::string condition = children.empty() ? "failure" : children.front()->name();
  if (rules_.policy.may_dial_back()) return Prove();  // XS-8
  Emit(Send{std::string(kStreamEnd)});
  Fail(OutboundFailure::kSaslRefused, "EXTERNAL was refused: " + condition);
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
  if (!ours) return;
  if (question_) {
    Verdict verdict = Verdict::kNotFound;
    if (answer->type == "valid") verdict = Verdict::kValid;
    if (answer->type == "invalid") verdict = Verdict::kInvalid;
    Emit(Answered{verdict});
    return Finish(now);
  }
  if (answer->type == "valid") return Manage();
  const std::string_view condition = answer->error ? Name(*answer->error) : "";
  Emit(Send{std::string(kStreamEnd)});
  if (answer->type == "invalid") return Fail(OutboundFailure::kKeyRefused, "dialback: invalid");
  Fail(OutboundFailure::kDialbackError, "dialback: " + std::string(condition));
}

void OutboundStream::Manage() {
  if (!can_manage_)
    return BeReady({.proof = {}, .managed = false, .management_id = {}, .resumed = {}});
  state_ = State::kManagement;
  if (rules_.resume) {
    return Emit(Send{PrintResume(rules_.resume->id, rules_.resume->acks->handled())});
  }
  Emit(Send{PrintEnable()});
}

void OutboundStream::OnManagement(const xml::Element& element) {
  if (element.name() == "enabled") {
    acks_ = std::make_shared<Acknowledger>();
    return BeReady(
        {.proof = {}, .managed = true, .management_id = ReadEnabled(element).id, .resumed = {}});
  }
  const std::optional<std::uint32_t> handled = ReadHandled(element);
  if (element.name() == "resumed" && rules_.resume && handled) {
    acks_ = rules_.resume->acks;
    return BeReady(
        {.proof = {}, .managed = true, .management_id = rules_.resume->id, .resumed = handled});
  }
  if (element.name() != "failed") return;
  if (rules_.resume) {  // the partner knows nothing of the lost stream any more
    rules_.resume.reset();
    return Emit(Send{PrintEnable()});
  }
  BeReady({.proof = {}, .managed = false, .management_id = {}, .resumed = {}});
}

void OutboundStream::BeReady(Ready ready) {
  state_ = State::kReady;
  reader_.SetLimits(xml::kAuthenticated);
  deadline_ = expires_;
  ready.proof = proven_ ? Proof::kExternal : Proof::kDialback;
  Emit(std::move(ready));
}

void OutboundStream::OnAcknowledgement(const xml::Element& element) {
  if (acks_ == nullptr) return;
  if (element.name() == "r") {
    acks_->Ask();
    acks_->TakeDue();
    return Emit(Send{PrintAck(acks_->handled())});
  }
  if (element.name() != "a") return;
  const std::optional<std::uint32_t> handled = ReadHandled(element);
  if (!handled) return Refuse(StreamError::kBadFormat, "malformed");
  Emit(Acked{*handled});
}

}  // namespace dragoman::xmpp
