// The parts that bus messages and store records share, to and from protobuf. Only the two codecs
// include this.
#pragma once

#include <google/protobuf/unknown_field_set.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/envelope/address.h"
#include "core/envelope/payload.h"
#include "proto/bus.pb.h"

namespace dragoman::envelope {

// Each value has a pair: Write fills the protobuf value, Read takes it apart (false: a bad field).

inline constexpr int kListMax = 256;  // repeated fields of any payload

inline bool WithinList(int size) { return size <= kListMax; }

template <typename Enum>
bool ReadEnum(std::uint32_t value, Enum last, Enum& out) {
  if (value > static_cast<std::uint32_t>(last)) return false;
  out = static_cast<Enum>(value);
  return true;
}

// Fields that this version does not know, as they came, and back.
template <typename Proto>
std::string NewerOf(const Proto& from) {
  const auto& unknown = from.GetReflection()->GetUnknownFields(from);
  std::string newer;
  if (!unknown.empty()) unknown.SerializeToString(&newer);
  return newer;
}
template <typename Proto>
void AddNewer(const std::string& newer, Proto& to) {
  if (!newer.empty()) to.GetReflection()->MutableUnknownFields(&to)->ParseFromString(newer);
}

inline void Write(const Address& from, bus::Address& to) {
  to.set_local(from.local);
  to.set_domain(from.domain);
  to.set_resource(from.resource);
}
inline void Read(const bus::Address& from, Address& to) {
  to = {from.local(), from.domain(), from.resource()};
}

inline void Write(const SipDialog& from, bus::SipDialog& to) {
  to.set_call_id(from.call_id);
  to.set_local_tag(from.local_tag);
  to.set_remote_tag(from.remote_tag);
  to.set_local_uri(from.local_uri);
  to.set_remote_uri(from.remote_uri);
  to.set_remote_params(from.remote_params);
  to.set_remote_target(from.remote_target);
  for (const std::string& route : from.route_set) to.add_route_set(route);
  to.set_local_cseq(from.local_cseq);
  to.set_remote_cseq(from.remote_cseq);
  to.set_edge(from.edge);
  to.set_event_id(from.event_id);
  to.set_session_expires(from.session_expires);
  to.set_format(static_cast<std::uint32_t>(from.format));
  to.set_benotify(from.benotify);
  AddNewer(from.newer, to);
}
inline bool Read(const bus::SipDialog& from, SipDialog& to) {
  if (!WithinList(from.route_set_size())) return false;
  to.call_id = from.call_id();
  to.local_tag = from.local_tag();
  to.remote_tag = from.remote_tag();
  to.local_uri = from.local_uri();
  to.remote_uri = from.remote_uri();
  to.remote_params = from.remote_params();
  to.remote_target = from.remote_target();
  to.route_set.assign(from.route_set().begin(), from.route_set().end());
  to.local_cseq = from.local_cseq();
  to.remote_cseq = from.remote_cseq();
  to.edge = from.edge();
  to.event_id = from.event_id();
  to.session_expires = from.session_expires();
  to.benotify = from.benotify();
  to.newer = NewerOf(from);
  return ReadEnum(from.format(), PresenceFormat::kCategories, to.format);
}

template <typename Proto>
void WriteDialog(const std::optional<SipDialog>& from, Proto& to) {
  if (from) Write(*from, *to.mutable_dialog());
}
template <typename Proto>
bool ReadDialog(const Proto& from, std::optional<SipDialog>& to) {
  return !from.has_dialog() || Read(from.dialog(), to.emplace());
}

template <typename List>
void WriteTexts(const std::vector<Text>& from, List* to) {
  for (const Text& text : from) {
    auto* added = to->Add();
    added->set_lang(text.lang);
    added->set_text(text.text);
  }
}
template <typename List>
bool ReadTexts(const List& from, std::vector<Text>& to) {
  if (!WithinList(from.size())) return false;
  for (const bus::Text& text : from) to.push_back({text.lang(), text.text()});
  return true;
}

inline void Write(const ResourcePresence& from, bus::ResourcePresence& to) {
  to.set_resource(from.resource);
  to.set_available(from.available);
  to.set_show(static_cast<std::uint32_t>(from.show));
  if (from.priority) to.set_priority(*from.priority);
  WriteTexts(from.notes, to.mutable_notes());
  if (from.since) to.set_since_ms(from.since->time_since_epoch().count());
  if (from.idle_since) to.set_idle_since_ms(from.idle_since->time_since_epoch().count());
}
inline bool Read(const bus::ResourcePresence& from, ResourcePresence& to) {
  to.resource = from.resource();
  to.available = from.available();
  if (from.has_priority()) {
    if (from.priority() < -128 || from.priority() > 127) return false;
    to.priority = static_cast<std::int8_t>(from.priority());
  }
  if (from.has_since_ms()) to.since = WallTime(Duration(from.since_ms()));
  if (from.has_idle_since_ms()) to.idle_since = WallTime(Duration(from.idle_since_ms()));
  return ReadEnum(from.show(), Show::kDnd, to.show) && ReadTexts(from.notes(), to.notes);
}

}  // namespace dragoman::envelope
