#include "core/translate/address.h"

#include <utility>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/translate/escape.h"
#include "core/xmpp/precis.h"

namespace dragoman::translate {
namespace {

using envelope::Address;

// U+FF3C is mapped to a backslash by width mapping, after escaping has looked at the backslashes.
constexpr std::string_view kWideBackslash = "\xEF\xBC\xBC";

bool IsAnonymous(std::string_view host) {
  return host == "anonymous.invalid" || host.ends_with(".anonymous.invalid");
}

// Decoded user part -> localpart as PRECIS leaves it (ADDR-7).
Result<std::string, AddressError> ToLocalpart(std::string_view user) {
  if (user.find(kWideBackslash) != std::string_view::npos) return Fail(AddressError::kNoOtherForm);
  const auto escaped = EscapeLocalpart(user);
  if (!escaped) return Fail(AddressError::kNoOtherForm);
  auto prepared = xmpp::PrepareLocal(*escaped);
  if (!prepared || prepared->size() > xmpp::kJidPartBytesMax) {
    return Fail(AddressError::kNoOtherForm);
  }
  return *std::move(prepared);
}

// The resource that a `gr` parameter names; empty if it is unusable (ADDR-19, ADDR-20).
std::string ResourceOf(const sip::Uri& uri) {
  const sip::Parameter* gr = sip::FindParameter(uri.parameters, "gr");
  if (gr == nullptr || !gr->has_value || gr->value.empty()) return {};
  const auto decoded = sip::PercentDecode(gr->value);
  if (!decoded) return {};
  auto prepared = xmpp::PrepareResource(*decoded);
  if (!prepared || prepared->size() > xmpp::kJidPartBytesMax) return {};
  return *std::move(prepared);
}

bool IsPresRaw(char c) {
  return IsAlpha(c) || IsDigit(c) ||
         std::string_view("-._~!$&'*+=/").find(c) != std::string_view::npos;
}

}  // namespace

std::string_view Text(AddressError error) {
  switch (error) {
    case AddressError::kScheme:
      return "the scheme is neither sip, sips, im nor pres";
    case AddressError::kBadEscape:
      return "a '%' without two hexadecimal digits";
    case AddressError::kBadText:
      return "not UTF-8, or a control character";
    case AddressError::kNoOtherForm:
      return "nothing on the other side could be led back to it";
    case AddressError::kBadDomain:
      return "no domain name that both sides can carry";
    case AddressError::kAnonymous:
      return "an anonymous sender";
  }
  return "";
}

Result<Address, AddressError> FromSipUri(const sip::Uri& uri) {
  if (IsAnonymous(uri.host)) return Fail(AddressError::kAnonymous);
  auto domain = xmpp::PrepareDomain(uri.host);
  if (!domain) return Fail(AddressError::kBadDomain);
  Address address;
  address.domain = std::move(domain->ascii);
  if (uri.user.empty()) return address;
  const auto localpart = ToLocalpart(uri.user);
  if (!localpart) return Fail(localpart.error());
  address.local = UnescapeLocalpart(*localpart);
  address.resource = ResourceOf(uri);
  return address;
}

Result<Address, AddressError> ParseSipAddress(std::string_view text) {
  const auto uri = sip::Uri::Parse(text);
  if (!uri) {
    switch (uri.error()) {
      case sip::UriError::kBadEscape:
        return Fail(AddressError::kBadEscape);
      case sip::UriError::kBadText:
        return Fail(AddressError::kBadText);
      case sip::UriError::kScheme:
        return Fail(AddressError::kScheme);
      case sip::UriError::kBadHost:
      case sip::UriError::kBadPort:
      case sip::UriError::kMalformed:
        return Fail(AddressError::kBadDomain);
    }
  }
  return FromSipUri(*uri);
}

Result<sip::Uri, AddressError> ToSipUri(const Address& address) {
  if (address.domain.empty()) return Fail(AddressError::kBadDomain);
  sip::Uri uri;
  uri.user = address.local;
  uri.host = address.domain;
  if (!address.resource.empty()) {
    uri.parameters.push_back(
        {"gr", sip::PercentEncode(address.resource, sip::IsParameterRaw), true});
  }
  return uri;
}

Result<Address, AddressError> FromJid(const xmpp::Jid& jid) {
  Address address{UnescapeLocalpart(jid.local()), jid.ascii_domain(), jid.resource()};
  if (EscapeLocalpart(address.local) != jid.local()) return Fail(AddressError::kNoOtherForm);
  return address;
}

Result<xmpp::Jid, AddressError> ToJid(const Address& address) {
  const auto escaped = EscapeLocalpart(address.local);
  if (!escaped) return Fail(AddressError::kNoOtherForm);
  auto jid = xmpp::Jid::FromParts(*escaped, address.domain, address.resource);
  if (jid) return *std::move(jid);
  const bool domain = jid.error() == xmpp::JidError::kBadDomain || address.domain.empty();
  return Fail(domain ? AddressError::kBadDomain : AddressError::kNoOtherForm);
}

Result<Address, AddressError> ParseXmppUri(std::string_view uri) {
  constexpr std::string_view kScheme = "xmpp:";
  if (!EqualsIgnoreCase(uri.substr(0, kScheme.size()), kScheme)) return Fail(AddressError::kScheme);
  uri.remove_prefix(kScheme.size());
  if (uri.starts_with("//")) {  // as whom to speak: nobody's business but the sender's
    const std::size_t path = uri.find('/', 2);
    uri = path == std::string_view::npos ? std::string_view() : uri.substr(path + 1);
  }
  uri = uri.substr(0, uri.find_first_of("?#"));
  const std::size_t slash = uri.find('/');
  const std::size_t at = uri.substr(0, slash).find('@');
  const bool has_local = at != std::string_view::npos;
  const std::string_view domain = uri.substr(0, slash).substr(has_local ? at + 1 : 0);
  if ((has_local && at == 0) || slash == uri.size() - 1) return Fail(AddressError::kNoOtherForm);
  const auto local = sip::PercentDecode(has_local ? uri.substr(0, at) : std::string_view());
  const auto resource = sip::PercentDecode(slash == std::string_view::npos ? std::string_view()
                                                                           : uri.substr(slash + 1));
  for (const auto& part : {local, resource}) {
    if (!part) {
      const bool escape = part.error() == sip::UriError::kBadEscape;
      return Fail(escape ? AddressError::kBadEscape : AddressError::kBadText);
    }
  }
  const auto jid = xmpp::Jid::FromParts(*local, domain, *resource);
  if (!jid) return Fail(AddressError::kBadDomain);
  return FromJid(*jid);
}

std::string PresUri(const Address& address) {
  return "pres:" + sip::PercentEncode(address.local, IsPresRaw) + "@" + address.domain;
}

}  // namespace dragoman::translate
