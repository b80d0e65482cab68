// How an inbound stream learns who speaks: SASL EXTERNAL and server dialback.
#include <utility>

#include "core/xmpp/inbound_stream.h"
#include "core/xmpp/precis.h"

namespace dragoman::xmpp {
namespace {

Condition ConditionOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return Condition::kUndefinedCondition;
    case Verdict::kInvalid:
      return Condition::kForbidden;
    case Verdict::kNotFound:
    case Verdict::kConnectionFailed:
      return Condition::kRemoteServerNotFound;
    case Verdict::kTimeout:
      return Condition::kRemoteServerTimeout;
    case Verdict::kOverloaded:
      return Condition::kResourceConstraint;
  }
  return Condition::kUndefinedCondition;
}

}  // namespace

void InboundStream::OnSasl(const xml::Element& element, Behind behind, TimePoint now) {
  if (!secure_ || established() || !asked_.empty()) {  // out of turn (T-9)
    return Fail(StreamError::kNotAuthorized, "tls-required", now);
  }
  if (element.name() == "abort") return RefuseSasl(SaslError::kAborted, now);
  if (element.name() == "response") {
    if (!std::exchange(challenged_, false)) return RefuseSasl(SaslError::kMalformedRequest, now);
    return Authenticate(element, behind, now);
  }
  if (element.name() != "auth") return Fail(StreamError::kUnsupportedStanzaType, "", now);
  if (element.Attr("mechanism") != "EXTERNAL") {
    return RefuseSasl(SaslError::kInvalidMechanism, now);
  }
  if (element.Text().empty()) {  // no initial response: who it wants to be is asked for
    challenged_ = true;
    return Emit(Send{PrintChallenge()});
  }
  Authenticate(element, behind, now);
}

void InboundStream::Authenticate(const xml::Element& element, Behind behind, TimePoint now) {
  if (behind == Behind::kBytes) {  // nothing may come before <success/> (T-10)
    return Fail(StreamError::kNotAuthorized, "remote-untrusted", now);
  }
  const Result<std::string, SaslError> authzid = ReadAuthzid(element);
  if (!authzid) return RefuseSasl(authzid.error(), now);
  if (!OffersExternal()) return RefuseSasl(SaslError::kNotAuthorized, now);
  const std::string domain = AsciiDomain(authzid->empty() ? peer_ : *authzid);
  // Another name than the header's is as good if the certificate and policy have it too (DEC-17).
  const std::optional<PeerPolicy> policy = rules_.policy(domain);
  if (domain.empty() || rules_.hosts(domain) || !policy || !policy->may_use_certificate() ||
      !proof_.Covers(domain)) {
    return RefuseSasl(SaslError::kInvalidAuthzid, now);
  }
  if (rules_.full && rules_.full(domain)) {
    return Fail(StreamError::kResourceConstraint, "overloaded", now);
  }
  identity_ = domain;
  Emit(Send{PrintSuccess()});
  Emit(Proven{identity_, {}, Proof::kExternal});
  Restart();
  Establish(identity_);
}

// The stream goes on: dialback may do (XS-8).
void InboundStream::RefuseSasl(SaslError error, TimePoint now) {
  challenged_ = false;
  Emit(Refused{"sasl-" + std::string(Name(error))});
  Emit(Send{PrintFailure(error)});
  if (++sasl_failures_ >= kSaslFailuresMax) {
    Fail(StreamError::kPolicyViolation, "remote-untrusted", now);
  }
}

void InboundStream::OnDialback(const DialbackElement& element, TimePoint now) {
  if (!element.type.empty()) {  // an answer to a question that cannot have been asked here (T-4)
    return Emit(Refused{"unsolicited-dialback"});
  }
  if (!secure_ && RequiresTls(AsciiDomain(element.from))) {
    RefuseKey(element, Condition::kPolicyViolation, "tls-required");
    return Fail(StreamError::kPolicyViolation, "tls-required", now);
  }
  element.name == "result" ? OnResult(element, now) : OnVerifyRequest(element);
}

// We are the receiving server: somebody claims to be `from`.
void InboundStream::OnResult(const DialbackElement& element, TimePoint) {
  const std::string from = AsciiDomain(element.from);
  const std::string to = AsciiDomain(element.to);
  if (to.empty() || !rules_.hosts(to)) {
    return RefuseKey(element, Condition::kItemNotFound, "domain-not-served");
  }
  if (from.empty() || rules_.hosts(from)) {
    return RefuseKey(element, Condition::kForbidden, "loop-detected");
  }
  const std::optional<PeerPolicy> policy = rules_.policy(from);
  if (!policy) return RefuseKey(element, Condition::kForbidden, "domain-not-served");
  if (rules_.full && rules_.full(from)) {
    return RefuseKey(element, Condition::kResourceConstraint, "overloaded");
  }
  const Pair pair(from, to);
  if (asked_.contains(pair)) return;  // one question for each pair at a time
  if (asked_.size() >= kOpenKeysMax || proven_.size() + asked_.size() >= kProvenPairsMax) {
    return RefuseKey(element, Condition::kResourceConstraint, "overloaded");
  }
  // The certificate says it already: nobody needs to be asked (DB-19).
  if (secure_ && policy->may_use_certificate() && proof_.Covers(from)) {
    return AddPair(pair, element, Proof::kCertificate);
  }
  if (!policy->may_dial_back()) {
    return RefuseKey(element, Condition::kNotAuthorized, "remote-untrusted");
  }
  asked_.emplace(pair, element);
  Emit(Verify{element.from, element.to, id_, element.key});
}

void InboundStream::AddPair(const Pair& pair, const DialbackElement& asked, Proof proof) {
  proven_.insert(pair);
  Establish(pair.first);
  Emit(Send{Print(
      DialbackElement{.name = "result", .from = asked.to, .to = asked.from, .type = "valid"})});
  Emit(Proven{pair.first, pair.second, proof});
}

// We are the authoritative server: did `to`, one of ours, send this key to `from`?
void InboundStream::OnVerifyRequest(const DialbackElement& element) {
  DialbackElement answer{
      .name = "verify", .from = element.to, .to = element.from, .id = element.id};
  if (!rules_.hosts(AsciiDomain(element.to))) {
    answer.type = "error";
    answer.error = Condition::kItemNotFound;
    return Emit(Send{Print(answer)});
  }
  const DialbackPair pair{UnicodeDomain(element.from), UnicodeDomain(element.to), element.id};
  answer.type = IsDialbackKey(rules_.dialback_secrets, pair, element.key) ? "valid" : "invalid";
  Emit(Send{Print(answer)});
}

void InboundStream::OnVerdict(const std::string& from, const std::string& to, Verdict verdict,
                              TimePoint now) {
  const Pair pair(AsciiDomain(from), AsciiDomain(to));
  const auto found = asked_.find(pair);
  if (found == asked_.end() || state_ != State::kNegotiating) return;  // the stream is over (DB-12)
  const DialbackElement asked = found->second;
  asked_.erase(found);
  if (verdict == Verdict::kValid) return AddPair(pair, asked, Proof::kDialback);
  if (verdict == Verdict::kInvalid && !established() && asked_.empty()) {  // DB-13
    Emit(Refused{"dialback-invalid"});
    Emit(Send{Print(
        DialbackElement{.name = "result", .from = asked.to, .to = asked.from, .type = "invalid"})});
    return Shutdown(StreamError::kNotAuthorized, "remote-untrusted", now);
  }
  RefuseKey(asked, ConditionOf(verdict),
            verdict == Verdict::kOverloaded ? "overloaded" : "remote-untrusted");
  // Each key makes us connect to somebody: who has none that is good may not go on for ever.
  if (!established() && ++key_failures_ >= kKeyFailuresMax)
    Shutdown(StreamError::kPolicyViolation, "remote-untrusted", now);
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

}  // namespace dragoman::xmpp
