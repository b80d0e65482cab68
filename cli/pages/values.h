// What a router tells of subscriptions, as values: proto/admin.proto without its encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace dragoman::pages {

using Time = std::optional<WallTime>;  // nullopt: not known

struct Dialog {
  std::string call_id = {};
  std::string edge = {};  // "host:port" it is pinned to; empty: none yet
  Time expires = {};
  std::uint32_t local_cseq = 0, remote_cseq = 0;
  std::string format = {};   // of our NOTIFYs
  bool poll = false;         // asked once
  bool established = false;  // both tags are known
  friend bool operator==(const Dialog&, const Dialog&) = default;
};

// One available resource of a presentity.
struct Resource {
  std::string name = {};
  std::string show = {};  // chat, away, xa, dnd; empty: available
  std::int32_t priority = 0;
  std::string note = {};
  Time since = {};
  friend bool operator==(const Resource&, const Resource&) = default;
};

struct Subscription {
  std::string watcher = {}, presentity = {};
  std::string watcher_side = {};  // xmpp, sip
  std::string state = {};         // none, requested, pending, active, suspended
  std::vector<Dialog> dialogs = {};
  std::vector<Resource> resources = {};
  Time heard = {};  // when the presentity's side last said something
  Time valid_until = {};
  Time next = {};  // when the router looks at it again
  std::uint32_t failures = 0;
  Time asked = {};  // when the presentity was asked for its approval
  std::uint32_t version = 0;
  friend bool operator==(const Subscription&, const Subscription&) = default;
};

struct Subscriptions {
  std::vector<Subscription> subscriptions = {};
  bool more = false;       // the limit ended the list
  std::uint32_t seen = 0;  // records looked at
};

struct Done {
  std::string reason = {};  // a reason code's name; empty: done
  std::string text = {};
};

// How many presence subscriptions there are and may be; a maximum of 0: no limit.
struct Room {
  std::uint32_t watches = 0, watches_max = 0;                  // of `from`, as the watcher
  std::uint32_t pending = 0, pending_max = 0;                  // of these, not decided upon
  std::uint32_t partner_watches = 0, partner_watches_max = 0;  // of all users of the partner
};

struct Path {
  std::string router = {};
  std::string sip_frontend = {}, xmpp_frontend = {};  // that would carry it; empty: none is live
  bool store_up = false;
  std::string refused = {};  // by policy: a reason code's name; empty: it is not
  std::optional<Subscription> sees = {}, is_seen_by = {};
  std::string session = {};  // open, none
  std::string session_edge = {};
  Time last_message = {};
  std::optional<Room> room = {};  // nullopt: not known
};

}  // namespace dragoman::pages
