#include "cli/translate/mapping.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "cli/print/json.h"
#include "cli/print/shown.h"
#include "cli/translate/reading.h"
#include "core/translate/address.h"
#include "core/translate/refusal.h"
#include "core/translate/sip_arrival.h"
#include "core/xmpp/stanza.h"

namespace dragoman::cli {
namespace {

using envelope::Side;
using translate::AddressError;

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

std::string FormOf(const envelope::Address& address, Side side, std::optional<AddressError>& none) {
  if (side == Side::kSip) {
    const auto jid = translate::ToJid(address);
    if (jid) return jid->ToString();
    none = jid.error();
  } else {
    const auto uri = translate::ToSipUri(address);
    if (uri) return uri->ToString();
    none = uri.error();
  }
  return {};
}

}  // namespace

Mapping MapAddress(std::string_view text) {
  Mapping mapping;
  mapping.address = text;
  Reading read = ReadAddress(text);
  mapping.side = read.side;
  mapping.why = std::move(read.why);
  if (!read.address) return Refused(std::move(mapping), read.address.error());
  std::optional<AddressError> none;
  mapping.form = FormOf(*read.address, read.side, none);
  return none ? Refused(std::move(mapping), *none) : mapping;
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
