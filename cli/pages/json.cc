// The values of the pages as JSON.
#include "cli/print/json.h"

#include "cli/pages/print.h"
#include "core/base/timestamp.h"

namespace dragoman::pages {
namespace {

using cli::JsonArray;
using cli::JsonObject;

std::string Object(const Subscription& one);

std::string Stamp(const Time& time) { return time ? PrintTimestamp(*time) : std::string(); }

std::string Object(const Dialog& dialog) {
  return JsonObject()
      .Add("call_id", dialog.call_id)
      .Add("edge", dialog.edge)
      .Add("expires", Stamp(dialog.expires))
      .AddNumber("local_cseq", dialog.local_cseq)
      .AddNumber("remote_cseq", dialog.remote_cseq)
      .Add("format", dialog.format)
      .AddFlag("poll", dialog.poll)
      .AddFlag("established", dialog.established)
      .ToString();
}

std::string Object(const Resource& resource) {
  return JsonObject()
      .Add("name", resource.name)
      .Add("show", resource.show)
      .AddNumber("priority", resource.priority)
      .Add("note", resource.note)
      .Add("since", Stamp(resource.since))
      .ToString();
}

template <typename Value>  // Dialog, Resource, Subscription
std::string Array(const std::vector<Value>& values) {
  std::vector<std::string> objects;
  for (const Value& value : values) objects.push_back(Object(value));
  return JsonArray(objects);
}

std::string Object(const Subscription& one) {
  return JsonObject()
      .Add("watcher", one.watcher)
      .Add("presentity", one.presentity)
      .Add("watcher_side", one.watcher_side)
      .Add("state", one.state)
      .AddValue("dialogs", Array(one.dialogs))
      .AddValue("resources", Array(one.resources))
      .Add("heard", Stamp(one.heard))
      .Add("valid_until", Stamp(one.valid_until))
      .Add("next", Stamp(one.next))
      .AddNumber("failures", one.failures)
      .Add("asked", Stamp(one.asked))
      .AddNumber("version", one.version)
      .ToString();
}

std::string Object(const Room& room) {
  return JsonObject()
      .AddNumber("watches", room.watches)
      .AddNumber("watches_max", room.watches_max)
      .AddNumber("pending", room.pending)
      .AddNumber("pending_max", room.pending_max)
      .AddNumber("partner_watches", room.partner_watches)
      .AddNumber("partner_watches_max", room.partner_watches_max)
      .ToString();
}

template <typename Value>  // Subscription, Room
std::string Object(const std::optional<Value>& one) {
  return one ? Object(*one) : "null";
}

}  // namespace

std::string JsonOf(const Subscriptions& list) {
  return JsonObject()
             .AddValue("subscriptions", Array(list.subscriptions))
             .AddFlag("more", list.more)
             .AddNumber("seen", list.seen)
             .ToString() +
         "\n";
}

std::string JsonOf(const Path& path) {
  return JsonObject()
             .Add("router", path.router)
             .Add("sip_frontend", path.sip_frontend)
             .Add("xmpp_frontend", path.xmpp_frontend)
             .AddFlag("store_up", path.store_up)
             .Add("refused", path.refused)
             .AddValue("sees", Object(path.sees))
             .AddValue("is_seen_by", Object(path.is_seen_by))
             .Add("session", path.session)
             .Add("session_edge", path.session_edge)
             .Add("last_message", Stamp(path.last_message))
             .AddValue("room", Object(path.room))
             .ToString() +
         "\n";
}

}  // namespace dragoman::pages
