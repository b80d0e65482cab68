#include "cli/explain/facts.h"

#include <utility>

#include "cli/translate/reading.h"
#include "core/translate/address.h"

namespace dragoman::explain {

using envelope::Side;

Party ReadParty(const std::string& typed, const policy::Settings& settings) {
  Party party;
  party.typed = typed;
  const auto address = cli::ReadTyped(typed);
  if (!address) {
    party.problem = address.error();
    return party;
  }
  party.address = *address;
  if (settings.ServesSipDomain(address->domain)) {
    party.side = Side::kSip;
    const auto jid = translate::ToJid(*address);
    jid ? party.other_form = jid->ToString() : party.problem = translate::Text(jid.error());
  } else {
    const auto uri = translate::ToSipUri(*address);
    uri ? party.other_form = uri->ToString() : party.problem = translate::Text(uri.error());
  }
  return party;
}

Facts FactsOf(const std::string& from, const std::string& to, const policy::Settings& settings) {
  Facts facts;
  facts.from = ReadParty(from, settings);
  facts.to = ReadParty(to, settings);
  facts.dialect = settings.sip.dialect;
  const Party* remote = XmppParty(facts);
  const policy::Partner* partner =
      remote != nullptr ? settings.FindPartner(remote->address.domain) : nullptr;
  if (partner == nullptr) return facts;
  facts.partner = *partner;
  facts.entry = "partners[" + std::to_string(partner - settings.partners.data()) + "], " +
                check::Join(partner->domains);
  return facts;
}

const Party* SipParty(const Facts& facts) {
  if (facts.from.side == Side::kSip) return &facts.from;
  return facts.to.side == Side::kSip ? &facts.to : nullptr;
}

const Party* XmppParty(const Facts& facts) {
  if (facts.from.side == Side::kXmpp) return &facts.from;
  return facts.to.side == Side::kXmpp ? &facts.to : nullptr;
}

policy::Settings NarrowedTo(const Facts& facts, policy::Settings settings) {
  if (const Party* local = SipParty(facts)) settings.sip.domains = {local->address.domain};
  settings.partners.clear();
  const Party* remote = XmppParty(facts);
  if (remote == nullptr || facts.entry.empty()) return settings;
  settings.partners.push_back(facts.partner);
  settings.partners.front().domains = {remote->address.domain};
  return settings;
}

}  // namespace dragoman::explain
