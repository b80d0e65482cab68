#include "presence-store/records.h"

#include "core/envelope/message.h"
#include "core/envelope/wire.h"
#include "presence-store/pack.h"
#include "presence-store/squeeze.h"
#include "proto/store.pb.h"

namespace dragoman::store {
namespace {

std::int64_t Milliseconds(WallTime when) { return when.time_since_epoch().count(); }
WallTime At(std::int64_t milliseconds) { return WallTime(Duration(milliseconds)); }

template <typename Proto>
bool Parse(std::string_view bytes, Proto& value) {
  return value.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// Of a record under a foreign key it is another one (T-55).
std::uint32_t MarkOf(const envelope::Address& first, const envelope::Address& second) {
  return static_cast<std::uint32_t>(envelope::PairHash(first, second));
}

// A record that is too large is worse than notes that are missing: the ones go that had no news for
// the longest.
void DropNotesAbove(std::size_t bytes_max, PresenceRecord& value) {
  for (bus::ResourcePresence& one : *value.mutable_known()) {
    if (value.ByteSizeLong() <= bytes_max) return;
    one.clear_notes();
  }
}

}  // namespace

std::string Encode(const presence::Record& record) {
  PresenceRecord value;
  value.set_watcher_side(static_cast<std::uint32_t>(record.watcher_side));
  value.set_pair(MarkOf(record.watcher, record.presentity));
  value.set_state(static_cast<std::uint32_t>(record.state));
  for (const presence::Watch& watch : record.watches) {
    Watch* added = value.add_watches();
    envelope::Write(watch.dialog, *added->mutable_dialog());
    const bool sip_watches = record.watcher_side == envelope::Side::kSip;
    Squeeze(*added->mutable_dialog(), sip_watches ? record.presentity : record.watcher,
            sip_watches ? record.watcher : record.presentity);
    added->set_expires_ms(Milliseconds(watch.expires));
    added->set_fetch(watch.fetch);
    added->set_notified_at_ms(Milliseconds(watch.notified_at));
    added->set_owed_at_ms(Milliseconds(watch.owed_at));
  }
  for (const envelope::ResourcePresence& one : record.known)
    envelope::Write(one, *value.add_known());
  value.set_request_id(record.request_id);
  value.set_retry_at_ms(Milliseconds(record.retry_at));
  value.set_failures(record.failures);
  value.set_asked_at_ms(Milliseconds(record.asked_at));
  value.set_known_until_ms(Milliseconds(record.known_until));
  value.set_known_at_ms(Milliseconds(record.known_at));
  value.set_tell_at_ms(Milliseconds(record.tell_at));
  value.set_seen_at_ms(Milliseconds(record.seen_at));
  value.set_tell_whole(record.tell_whole);
  value.set_probed_at_ms(Milliseconds(record.probed_at));
  for (const std::string& resource : record.unheard) value.add_unheard(resource);
  value.set_sweep_at_ms(Milliseconds(record.sweep_at));
  for (const std::string& resource : record.untold) value.add_untold(resource);
  value.set_owes_approval(record.owes_approval);
  DropNotesAbove(kRecordBytesMax, value);
  return value.SerializeAsString();
}

std::optional<presence::Record> DecodePresence(std::string_view bytes, const RecordKey& key) {
  PresenceRecord value;
  if (!Parse(bytes, value) || value.pair() != MarkOf(key.first, key.second)) return std::nullopt;
  presence::Record record;
  const bool good =
      envelope::ReadEnum(value.watcher_side(), envelope::Side::kXmpp, record.watcher_side) &&
      envelope::ReadEnum(value.state(), presence::State::kSuspended, record.state) &&
      value.watches_size() <= static_cast<int>(presence::kWatchesMax) &&
      value.known_size() <= static_cast<int>(presence::kResourcesMax) &&
      value.unheard_size() <= static_cast<int>(presence::kResourcesMax) &&
      value.untold_size() <= static_cast<int>(presence::kResourcesMax);
  if (!good) return std::nullopt;
  record.watcher = key.first;
  record.presentity = key.second;
  const bool sip_watches = record.watcher_side == envelope::Side::kSip;
  for (Watch& watch : *value.mutable_watches()) {
    Expand(*watch.mutable_dialog(), sip_watches ? record.presentity : record.watcher,
           sip_watches ? record.watcher : record.presentity);
    presence::Watch& added = record.watches.emplace_back();
    if (!envelope::Read(watch.dialog(), added.dialog)) return std::nullopt;
    added.expires = At(watch.expires_ms());
    added.fetch = watch.fetch();
    added.notified_at = At(watch.notified_at_ms());
    added.owed_at = At(watch.owed_at_ms());
  }
  for (const bus::ResourcePresence& one : value.known()) {
    if (!envelope::Read(one, record.known.emplace_back())) return std::nullopt;
  }
  record.request_id = value.request_id();
  record.retry_at = At(value.retry_at_ms());
  record.failures = value.failures();
  record.asked_at = At(value.asked_at_ms());
  record.known_until = At(value.known_until_ms());
  record.known_at = At(value.known_at_ms());
  record.tell_at = At(value.tell_at_ms());
  record.seen_at = At(value.seen_at_ms());
  record.tell_whole = value.tell_whole();
  record.probed_at = At(value.probed_at_ms());
  record.unheard.assign(value.unheard().begin(), value.unheard().end());
  record.sweep_at = At(value.sweep_at_ms());
  record.untold.assign(value.untold().begin(), value.untold().end());
  record.owes_approval = value.owes_approval();
  return record;
}

std::string Encode(const chat::Record& record) {
  ChatRecord value;
  value.set_pair(MarkOf(record.sip_user, record.xmpp_user));
  value.set_mode(static_cast<std::uint32_t>(record.mode));
  for (const envelope::SipDialog& dialog : record.dialogs) {
    bus::SipDialog* added = value.add_dialogs();
    envelope::Write(dialog, *added);
    Squeeze(*added, record.xmpp_user, record.sip_user);
  }
  value.set_xmpp_resource(record.xmpp_resource);
  value.set_last_activity_ms(Milliseconds(record.last_activity));
  value.set_refresh_at_ms(Milliseconds(record.refresh_at));
  return value.SerializeAsString();
}

std::optional<chat::Record> DecodeChat(std::string_view bytes, const RecordKey& key) {
  ChatRecord value;
  if (!Parse(bytes, value) || value.dialogs_size() > static_cast<int>(chat::kDialogsMax) ||
      value.pair() != MarkOf(key.first, key.second))
    return std::nullopt;
  chat::Record record;
  if (!envelope::ReadEnum(value.mode(), chat::Mode::kSession, record.mode)) return std::nullopt;
  record.sip_user = key.first;
  record.xmpp_user = key.second;
  for (bus::SipDialog& dialog : *value.mutable_dialogs()) {
    Expand(dialog, record.xmpp_user, record.sip_user);
    if (!envelope::Read(dialog, record.dialogs.emplace_back())) return std::nullopt;
  }
  record.xmpp_resource = value.xmpp_resource();
  record.last_activity = At(value.last_activity_ms());
  record.refresh_at = At(value.refresh_at_ms());
  return record;
}

}  // namespace dragoman::store
