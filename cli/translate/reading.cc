#include "cli/translate/reading.h"

#include "core/base/ascii.h"

namespace dragoman::cli {
namespace {

using envelope::Side;

// The scheme that `text` begins with, lower case; empty: none, so it is a JID.
std::string SchemeOf(std::string_view text) {
  const std::size_t end = text.find_first_of(":/@[");
  if (end == std::string_view::npos || end == 0 || text[end] != ':') return {};
  return LowerCase(text.substr(0, end));
}

std::string_view Text(xmpp::JidError error) {
  switch (error) {
    case xmpp::JidError::kEmptyPart:
      return "a part is empty";
    case xmpp::JidError::kPartTooLong:
      return "a part is longer than 1023 bytes";
    case xmpp::JidError::kBadUtf8:
      return "not UTF-8";
    case xmpp::JidError::kBadLocal:
      return "the localpart holds what no JID may";
    case xmpp::JidError::kBadDomain:
      return "the domain is no domain name";
    case xmpp::JidError::kBadResource:
      return "the resource holds what no JID may";
  }
  return "";
}

// As logs write it: ToJid would escape the local part, so what it makes is normalised.
Result<envelope::Address, translate::AddressError> Unescaped(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return Fail(translate::AddressError::kNoOtherForm);
  const auto jid =
      translate::ToJid({std::string(text.substr(0, at)), LowerCase(text.substr(at + 1)), {}});
  if (!jid) return Fail(jid.error());
  return translate::FromJid(*jid);
}

}  // namespace

Reading ReadAddress(std::string_view text) {
  const std::string scheme = SchemeOf(text);
  if (scheme == "xmpp") return {Side::kXmpp, translate::ParseXmppUri(text), {}};
  if (!scheme.empty()) return {Side::kSip, translate::ParseSipAddress(text), {}};
  const auto jid = xmpp::Jid::Parse(text);
  if (jid) return {Side::kXmpp, translate::FromJid(*jid), {}};
  return {Side::kXmpp, Fail(translate::AddressError::kNoOtherForm), std::string(Text(jid.error()))};
}

Result<envelope::Address, std::string> ReadTyped(std::string_view text) {
  const Reading read = ReadAddress(Trim(text));
  if (read.address) return read.address->Bare();
  if (!read.why.empty()) {
    if (const auto unescaped = Unescaped(Trim(text))) return *unescaped;
    return Fail(read.why);
  }
  return Fail(std::string(translate::Text(read.address.error())));
}

}  // namespace dragoman::cli
