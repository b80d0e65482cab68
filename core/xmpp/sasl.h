// SASL EXTERNAL between servers: the TLS certificate is the credential. RFC 6120 §6, XEP-0178;
// XS-6..8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/xml/element.h"

namespace dragoman::xmpp {

inline constexpr std::string_view kSaslNs = "urn:ietf:params:xml:ns:xmpp-sasl";
inline constexpr int kSaslFailuresMax = 3;  // L-18

// RFC 6120 §6.5, those that we send.
enum class SaslError : std::uint8_t {
  kAborted,
  kIncorrectEncoding,
  kInvalidAuthzid,
  kInvalidMechanism,
  kMalformedRequest,
  kNotAuthorized,
};
std::string_view Name(SaslError error);

std::string PrintMechanisms();                        // the feature, with EXTERNAL alone
std::string PrintExternal(std::string_view authzid);  // <auth/> with an initial response
std::string PrintChallenge();                         // empty
std::string PrintSuccess();
std::string PrintFailure(SaslError error);

bool OffersExternal(const xml::Element& features);
// The authorization identity in an <auth/> or <response/>; empty for "" and "=": the stream's
// `from` (DEC-17). Errors: kIncorrectEncoding.
Result<std::string, SaslError> ReadAuthzid(const xml::Element& element);

}  // namespace dragoman::xmpp
