#include "cli/translate/assumed.h"

#include <algorithm>

#include "core/base/digest.h"
#include "core/translate/address.h"
#include "core/translate/sip_dialog.h"
#include "core/xmpp/jid.h"

namespace dragoman::cli {
namespace {

using envelope::Address;
using envelope::SipDialog;
using presence::State;

using namespace std::chrono_literals;
constexpr Duration kSubscribedFor = 1h;

policy::Settings Serving(const std::string& sip_domain, const std::string& xmpp_domain) {
  policy::Settings settings;
  settings.sip.fqdn = "xmppgw." + (sip_domain.empty() ? "invalid" : sip_domain);
  if (!sip_domain.empty()) settings.sip.domains = {sip_domain};
  if (!xmpp_domain.empty() && xmpp_domain != sip_domain) {
    settings.partners.emplace_back().domains = {xmpp_domain};
  }
  return settings;
}

std::string DomainOfSip(std::string_view uri) {
  const auto parsed = sip::Uri::Parse(uri);
  if (!parsed) return {};
  const auto address = translate::FromSipUri(*parsed);
  return address ? address->domain : parsed->host;
}

std::string DomainOf(std::string_view jid) {
  jid = jid.substr(0, jid.find('/'));
  const auto parsed = xmpp::Jid::Parse(jid.substr(jid.find('@') + 1));
  return parsed ? parsed->ascii_domain() : std::string();
}

// A dialog with the SIP user that this very message could belong to.
SipDialog KnownDialog(const Address& sip_user, const Address& xmpp_user, std::string call_id) {
  SipDialog dialog;
  dialog.call_id = std::move(call_id);
  dialog.local_tag = "ours";
  dialog.remote_tag = "theirs";
  const auto local = translate::ToSipUri(xmpp_user.Bare());
  const auto remote = translate::ToSipUri(sip_user.Bare());
  if (local) dialog.local_uri = local->ToString();
  if (remote) dialog.remote_uri = dialog.remote_target = remote->ToString();
  dialog.local_cseq = 1;
  return dialog;
}

// As it was before the request came.
SipDialog AsItWas(SipDialog dialog) {
  if (dialog.remote_cseq > 0) --dialog.remote_cseq;
  return dialog;
}

std::optional<SipDialog> DialogOf(const presence::Event& event) {
  if (const auto* subscribe = std::get_if<envelope::Subscribe>(&event)) {
    return subscribe->in_dialog ? subscribe->dialog : std::nullopt;
  }
  if (const auto* ended = std::get_if<envelope::Unsubscribe>(&event)) return ended->dialog;
  if (const auto* update = std::get_if<envelope::PresenceUpdate>(&event)) return update->dialog;
  return std::nullopt;
}

// In which state the event says most: an approval, when it is waited for; presence, when somebody
// watches.
State LikelyState(const presence::Event& event, bool sip_watcher) {
  const bool subscribes = std::holds_alternative<envelope::Subscribe>(event);
  const bool decides = std::holds_alternative<envelope::Approve>(event) ||
                       std::holds_alternative<envelope::Deny>(event);
  const bool informs = std::holds_alternative<envelope::PresenceUpdate>(event);
  if (subscribes && !DialogOf(event)) return State::kNone;
  if (sip_watcher) return decides ? State::kPending : State::kActive;
  return informs ? State::kRequested : State::kActive;
}

// What it tells of was not so before: else it would be no news.
std::vector<envelope::ResourcePresence> KnownBefore(const presence::Event& event) {
  std::vector<envelope::ResourcePresence> known;
  const auto* update = std::get_if<envelope::PresenceUpdate>(&event);
  if (update == nullptr || update->dialog) return known;
  for (const envelope::ResourcePresence& one : update->resources) {
    if (one.available) continue;
    known.emplace_back().resource = one.resource;
    known.back().available = true;
  }
  return known;
}

}  // namespace

policy::Settings SettingsFor(const sip::Request& request) {
  const auto from = sip::NameAddr::Parse(request.Get("From"));
  const auto to = sip::NameAddr::Parse(request.Get("To"));
  const bool in_dialog = to && !to->tag().empty();
  return Serving(from ? DomainOfSip(from->uri) : std::string(),
                 DomainOfSip(in_dialog ? to->uri : request.uri()));
}

policy::Settings SettingsFor(const xml::Element& stanza) {
  return Serving(DomainOf(stanza.Attr("to")), DomainOf(stanza.Attr("from")));
}

void SeededRandom::Fill(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto block = Sha256(seed_ + '\n' + std::to_string(count_++));
    const std::size_t n = std::min(bytes.size(), block.size());
    std::copy_n(block.begin(), n, bytes.begin());
    bytes = bytes.subspan(n);
  }
}

chat::Record ChatBefore(const Address& sip_user, const Address& xmpp_user,
                        const std::optional<SipDialog>& dialog, const Situation& situation) {
  chat::Record record;
  record.sip_user = sip_user;
  record.xmpp_user = xmpp_user;
  if (situation.before == Before::kNothing) return record;
  const bool pages = situation.settings.sip.dialect == policy::Dialect::kStandard;
  if (dialog) {
    record.dialogs = {AsItWas(*dialog)};
  } else if (situation.before == Before::kOpen && !pages) {
    record.dialogs = {KnownDialog(sip_user, xmpp_user, "chat")};
  }
  if (!record.dialogs.empty()) record.mode = chat::Mode::kSession;
  return record;
}

presence::Record PresenceBefore(const Address& watcher, const Address& presentity,
                                const presence::Event& event, const Situation& situation) {
  presence::Record record;
  record.watcher = watcher;
  record.presentity = presentity;
  const bool sip_watcher = situation.settings.ServesSipDomain(watcher.domain);
  record.watcher_side = sip_watcher ? envelope::Side::kSip : envelope::Side::kXmpp;
  if (situation.before == Before::kNothing) return record;
  const bool open = situation.before == Before::kOpen;
  record.state = open ? State::kActive : LikelyState(event, sip_watcher);
  if (record.state == State::kNone) return record;
  const Address& sip_user = sip_watcher ? watcher : presentity;
  const Address& xmpp_user = sip_watcher ? presentity : watcher;
  const auto dialog = DialogOf(event);
  record.watches = {{dialog ? AsItWas(*dialog) : KnownDialog(sip_user, xmpp_user, "presence"),
                     situation.now + kSubscribedFor}};
  if (!sip_watcher) record.asked_at = situation.now;  // with a `subscribe`
  record.known = KnownBefore(event);
  return record;
}

}  // namespace dragoman::cli
