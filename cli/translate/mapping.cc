#include "cli/translate/mapping.h"

#include <algorithm>

#include "cli/translate/json.h"
#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/translate/address.h"
#include "core/translate/refusal.h"
#include "core/translate/sip_arrival.h"
#include "core/translate/text.h"
#include "core/xmpp/stanza.h"

namespace dragoman::cli {
namespace {

using envelope::Side;
using translate::AddressError;
using AddressResult = Result<envelope::Address, AddressError>;

// What no terminal should be sent is left out.
std::string Shown(std::string_view text) {
  return translate::SingleLine(IsUtf8(text) ? std::string(text) : "(not UTF-8)");
}

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

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

Mapping Refused(Mapping mapping, AddressError error) {
  if (mapping.side == Side::kSip) {
    const translate::SipRefusal refusal = translate::TargetRefusal(error);
    mapping.reason = refusal.reason;
    mapping.refused_with = std::to_string(refusal.status);
  } else {
    mapping.reason = policy::Reason::kAddressMalformed;
    mapping.refused_with = xmpp::Name(translate::RefusalOf(mapping.reason).condition);
  }
  if (mapping.why.empty()) mapping.why = translate::Text(error);
  return mapping;
}

Mapping FromSip(Mapping mapping) {
  mapping.side = Side::kSip;
  const AddressResult address = translate::ParseSipAddress(mapping.address);
  if (!address) return Refused(std::move(mapping), address.error());
  const auto jid = translate::ToJid(*address);
  if (!jid) return Refused(std::move(mapping), jid.error());
  mapping.form = jid->ToString();
  return mapping;
}

AddressResult ReadJid(Mapping& mapping) {
  const auto jid = xmpp::Jid::Parse(mapping.address);
  if (jid) return translate::FromJid(*jid);
  mapping.why = Text(jid.error());
  return Fail(AddressError::kNoOtherForm);
}

}  // namespace

Mapping MapAddress(std::string_view text) {
  Mapping mapping;
  mapping.address = text;
  const std::string scheme = SchemeOf(text);
  if (!scheme.empty() && scheme != "xmpp") return FromSip(std::move(mapping));
  const AddressResult address = scheme.empty() ? ReadJid(mapping) : translate::ParseXmppUri(text);
  if (!address) return Refused(std::move(mapping), address.error());
  const auto uri = translate::ToSipUri(*address);
  if (!uri) return Refused(std::move(mapping), uri.error());
  mapping.form = uri->ToString();
  return mapping;
}

std::string PrintMappings(const std::vector<Mapping>& mappings) {
  std::size_t width = 0;
  for (const Mapping& mapping : mappings) width = std::max(width, Width(Shown(mapping.address)));
  std::string text;
  for (const Mapping& mapping : mappings) {
    const std::string left = Shown(mapping.address);
    text += left + std::string(width - Width(left), ' ') + "  ->  ";
    if (mapping.found()) {
      text += Shown(mapping.form);
    } else {
      text += "none: " + std::string(policy::Name(mapping.reason)) + " (" + mapping.refused_with +
              "): " + mapping.why;
    }
    text += '\n';
  }
  return text;
}

std::string PrintMappingJson(const Mapping& mapping) {
  JsonObject object;
  object.Add("address", mapping.address).Add("side", mapping.side == Side::kSip ? "sip" : "xmpp");
  if (mapping.found()) {
    object.Add("form", mapping.form);
  } else {
    object.Add("reason", policy::Name(mapping.reason))
        .AddNumber("code", static_cast<std::uint32_t>(mapping.reason))
        .Add("refused_with", mapping.refused_with)
        .Add("text", mapping.why);
  }
  return object.ToString() + "\n";
}

}  // namespace dragoman::cli
