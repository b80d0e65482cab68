#include "core/xmpp/sasl.h"

#include <array>
#include <optional>

#include "core/base/ascii.h"
#include "core/base/digest.h"

namespace dragoman::xmpp {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kErrors = {  // in the order of the enumeration
    "aborted"sv,           "incorrect-encoding"sv, "invalid-authzid"sv,
    "invalid-mechanism"sv, "malformed-request"sv,  "not-authorized"sv};

}  // namespace

std::string_view Name(SaslError error) { return kErrors.at(static_cast<std::size_t>(error)); }

std::string PrintMechanisms() {
  xml::Element mechanisms(kSaslNs, "mechanisms");
  mechanisms.Add(std::move(xml::Element(kSaslNs, "mechanism").AddText("EXTERNAL")));
  return xml::Print(mechanisms);
}

std::string PrintExternal(std::string_view authzid) {
  xml::Element auth(kSaslNs, "auth");
  auth.SetAttr("mechanism", "EXTERNAL");
  return xml::Print(auth.AddText(authzid.empty() ? "=" : Base64Encode(authzid)));
}

std::string PrintChallenge() { return xml::Print(xml::Element(kSaslNs, "challenge")); }

std::string PrintSuccess() { return xml::Print(xml::Element(kSaslNs, "success")); }

std::string PrintFailure(SaslError error) {
  xml::Element failure(kSaslNs, "failure");
  return xml::Print(failure.Add(xml::Element(kSaslNs, Name(error))));
}

bool OffersExternal(const xml::Element& features) {
  const xml::Element* mechanisms = features.Child(kSaslNs, "mechanisms");
  if (mechanisms == nullptr) return false;
  for (const xml::Element* mechanism : mechanisms->Children(kSaslNs, "mechanism")) {
    if (Trim(mechanism->Text()) == "EXTERNAL") return true;
  }
  return false;
}

Result<std::string, SaslError> ReadAuthzid(const xml::Element& element) {
  const std::string text = element.Text();
  if (text.empty() || text == "=") return std::string();
  std::optional<std::string> decoded = Base64Decode(text);
  if (!decoded) return Fail(SaslError::kIncorrectEncoding);
  return *std::move(decoded);
}

}  // namespace dragoman::xmpp
