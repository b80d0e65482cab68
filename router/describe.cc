#include "router/describe.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>

#include "core/base/timestamp.h"
#include "core/base/utf8.h"

namespace dragoman::router {
namespace {

using presence::State;

struct StateRow {
  State state;
  std::string_view name;
};
constexpr auto kStates = std::to_array<StateRow>({{State::kNone, "none"},
                                                  {State::kRequested, "requested"},
                                                  {State::kPending, "pending"},
                                                  {State::kActive, "active"},
                                                  {State::kSuspended, "suspended"}});

std::string_view Name(envelope::PresenceFormat format) {
  switch (format) {
    case envelope::PresenceFormat::kPidf:
      return "pidf";
    case envelope::PresenceFormat::kMsrtc:
      return "msrtc";
    case envelope::PresenceFormat::kXpidf:
      return "xpidf";
    case envelope::PresenceFormat::kCategories:
      return "categories";
  }
  return "";
}

std::string_view Name(envelope::Show show) {
  switch (show) {
    case envelope::Show::kNone:
      return "";
    case envelope::Show::kChat:
      return "chat";
    case envelope::Show::kAway:
      return "away";
    case envelope::Show::kXa:
      return "xa";
    case envelope::Show::kDnd:
      return "dnd";
  }
  return "";
}

// What a SIP peer wrote need not be UTF-8, and JSON must be.
std::string Text(std::string bytes) {
  if (IsUtf8(bytes)) return bytes;
  std::ranges::replace_if(
      bytes, [](char c) { return (c & 0x80) != 0; }, '?');
  return bytes;
}

void Describe(const presence::Watch& watch, admin::Dialog& dialog) {
  dialog.set_call_id(Text(watch.dialog.call_id));
  dialog.set_edge(Text(watch.dialog.edge));
  dialog.set_expires(TimeText(watch.expires));
  dialog.set_local_cseq(watch.dialog.local_cseq);
  dialog.set_remote_cseq(watch.dialog.remote_cseq);
  dialog.set_format(std::string(Name(watch.dialog.format)));
  dialog.set_poll(watch.fetch);
  dialog.set_established(!watch.dialog.local_tag.empty() && !watch.dialog.remote_tag.empty());
}

void Describe(const envelope::ResourcePresence& presence, admin::Resource& resource) {
  resource.set_name(Text(presence.resource));
  resource.set_show(std::string(Name(presence.show)));
  resource.set_priority(presence.priority.value_or(0));
  if (!presence.notes.empty()) resource.set_note(Text(presence.notes.front().text));
  if (presence.since) resource.set_since(TimeText(*presence.since));
}

}  // namespace

admin::Subscription Describe(const presence::Record& record, std::uint32_t version) {
  admin::Subscription told;
  told.set_watcher(ToString(record.watcher));
  told.set_presentity(ToString(record.presentity));
  told.set_watcher_side(record.watcher_side == envelope::Side::kXmpp ? "xmpp" : "sip");
  told.set_state(std::string(Name(record.state)));
  for (const presence::Watch& watch : record.watches) Describe(watch, *told.add_dialogs());
  for (const envelope::ResourcePresence& one : record.known) Describe(one, *told.add_resources());
  told.set_heard(TimeText(record.known_at));
  told.set_valid_until(TimeText(record.known_until));
  if (const auto due = presence::DueAt(record)) told.set_next(TimeText(*due));
  told.set_failures(record.failures);
  told.set_asked(TimeText(record.asked_at));
  told.set_version(version);
  return told;
}

std::string_view Name(State state) {
  const auto row = std::ranges::find(kStates, state, &StateRow::state);
  return row != kStates.end() ? row->name : "";
}

std::optional<State> StateFromName(std::string_view name) {
  const auto row = std::ranges::find(kStates, name, &StateRow::name);
  return row != kStates.end() ? std::optional(row->state) : std::nullopt;
}

std::string TimeText(WallTime when) { return when == WallTime{} ? "" : PrintTimestamp(when); }

std::optional<envelope::Address> ParseAddress(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return std::nullopt;
  return envelope::Address{std::string(text.substr(0, at)), std::string(text.substr(at + 1)), {}};
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  // It fails only for bytes that are no UTF-8, and there are none.
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "{}\n";
  return json + "\n";
}

}  // namespace dragoman::router
