// What is said of the processes on the bus: who came, who went and why, and what was not believed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/envelope/message.h"

namespace dragoman::routing {

// One connection: a front-end's is named by the router's endpoint, a router's by what the bus calls
// the peer there.
using LinkId = std::string;

enum class Loss : std::uint8_t {
  kClosed,     // its link ended: it has died, or was done
  kSilent,     // no sign of life for kSilenceMax
  kDeaf,       // it lives, but has not heard us for as long: the network is cut one way (F-11)
  kRestarted,  // it began anew on the link: it had given us up
  kAway,       // we were away ourselves, stopped or starved, and it has given us up (F-5)
};

struct MemberUp {
  envelope::Role role;
  std::string instance;
  bool unwatched = false;  // both are fresh, so nobody has seen what was lost before
};
struct MemberLost {
  envelope::Role role;
  std::string instance;
  Loss how = Loss::kClosed;
  bool planned = false;  // it had said that it drains
};

enum class Objection : std::uint8_t {
  kVersion,    // another major version (T-52)
  kRole,       // a role that has no business here, or not the one that the link began with
  kDuplicate,  // an instance that is here already, by another link that lives (F-21)
  kSender,     // a kind of message, or a side, that this role may not speak for (T-50)
  kUnasked,    // an Outcome from a process that was not asked
  kStranger,   // a request from a link that is not greeted: it is from before a loss, or of nobody
  kUnknown,    // a kind of message that this version does not know (T-52)
  kMalformed,
  kTooMany,  // more links than kLinksMax
};

// Something that was not acted upon. Of Hellos only the first of each link is told.
struct Refused {
  LinkId link;
  std::string instance;  // empty: nobody has said Hello there
  envelope::Kind kind;
  Objection why;
  std::string detail;  // for people: "version 2.0.1"
};

struct Woke {  // nobody turned this process's loop for so long
  Duration away;
};

std::string_view Name(Loss how);       // "closed", … : for logs and metrics
std::string_view Name(Objection why);  // "version", …

}  // namespace dragoman::routing
