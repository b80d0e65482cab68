// One process on the bus, as a machine: who is alive, which request is open, what was handled
// already.
//
// The same in every process. A front-end has one link to each router; a router has one link for
// each process that greeted it. Frames go in and come out; what they mean to SIP or XMPP is not
// known here.
//
// - Membership: Hello when a link opens (both ways), Beat every kBeatInterval, Goodbye on drain. A
// member
//   without a sign of life for kSilenceMax, or whose link is unreachable, is lost.
// - Requests: each Request ends in exactly one Finish: the Outcome of its receiver, or one made
// here when the
//   deadline passes (kDeadline, or kNoFrontend if it never left). The receiver is chosen by
//   rendezvous hashing of Target.key among live members of Target.role; while there is none, the
//   request waits. If the receiver is lost before its Outcome, the request is sent to the next
//   choice with the same id and attempt + 1, at most kAttemptsMax times in all ("a message may not
//   kill twice", security.md §2).
// - Deliveries: each Deliver is to be answered by Reply once. An id that was handled is not
// delivered again: its
//   remembered Outcome is sent again (bounded memory: kRememberedMax).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/envelope/message.h"

namespace dragoman::routing {

using namespace std::chrono_literals;

inline constexpr Duration kBeatInterval = 500ms;
inline constexpr Duration kSilenceMax = 2000ms;
inline constexpr std::uint8_t kAttemptsMax = 2;
inline constexpr std::size_t kRememberedMax = 65536;    // outcomes kept to answer repetitions
inline constexpr std::size_t kOpenRequestsMax = 10000;  // L-9; above: Finish{kOverloaded} at once
inline constexpr std::size_t kOpenRequestBytesMax = 64u << 20;

using LinkId =
    std::string;  // front-end: endpoint of the router; router: ZeroMQ identity of the peer

struct Target {
  envelope::Role role;
  std::uint64_t key = 0;
};

class Node {
 public:
  struct Send {
    LinkId link;
    std::string header;
    std::string payload;
  };
  struct Deliver {
    envelope::Message message;
  };  // answer with Reply unless budget_ms is 0
  struct Finish {
    envelope::MessageId id;
    envelope::Outcome outcome;
  };
  struct MemberUp {
    envelope::Role role;
    std::string instance;
    bool unwatched = false;
  };  // unwatched: both are fresh, so nobody has seen what was lost before
  struct MemberLost {
    envelope::Role role;
    std::string instance;
    bool planned = false;
  };  // planned: said Goodbye
  using Effect = std::variant<Send, Deliver, Finish, MemberUp, MemberLost>;

  // `links`: the routers' endpoints for a front-end; empty for a router.
  Node(envelope::Hello self, std::vector<LinkId> links, TimePoint now);

  void OnFrames(const LinkId& link, std::string_view header, std::string payload, TimePoint now);
  void OnUnreachable(const LinkId& link, TimePoint now);  // the bus could not send to it

  // header.budget_ms must be > 0. Its id must be new, or the id of the delivery that it passes on.
  void Request(envelope::Message message, Target target, TimePoint now);
  void Reply(const envelope::MessageId& id, envelope::Outcome outcome, TimePoint now);
  void Drain(
      TimePoint now);  // Goodbye to all; deliveries that still come are refused with kShuttingDown

  void Advance(TimePoint now);
  TimePoint Deadline() const;
  std::optional<Effect> Poll();

  std::size_t open_requests() const;
  std::size_t members(envelope::Role role) const;  // live ones
  // The instance that Request would pick now; empty if none.
  std::string Choose(Target target) const;

 private:
  struct Member {
    envelope::Role role;
    LinkId link;
    TimePoint seen;
    bool draining = false;
  };
  struct Open {
    envelope::Message message;
    Target target;
    TimePoint deadline;
    std::uint64_t order = 0;  // of arrival: what is sent again keeps its place
    std::uint8_t sent = 0;    // times it went to a live member
    std::string instance;     // that has it now; empty: it waits
  };
  struct Delivery {
    LinkId link;
    TimePoint deadline;
  };

  void OnHello(const LinkId& link, const envelope::Hello& hello, TimePoint now);
  void OnOutcome(const envelope::MessageId& id, std::string_view payload);
  void OnRequest(const LinkId& link, envelope::Header header, std::string payload, TimePoint now);
  void Lose(const std::string& instance, TimePoint now);
  void Dispatch(Open& open, TimePoint now);
  void DispatchWaiting(envelope::Role role, TimePoint now);
  void FinishOpen(const envelope::MessageId& id, envelope::Outcome outcome);
  void Remember(const envelope::MessageId& id, std::string outcome);
  void SendOutcome(const LinkId& link, const envelope::MessageId& id, std::string payload);
  void SendHello(const LinkId& link);
  void SendToAll(envelope::Kind kind, const std::string& payload);
  void Emit(Effect effect) { effects_.push_back(std::move(effect)); }

  envelope::Hello self_;
  std::vector<LinkId> links_;                          // front-end: the routers' endpoints
  std::map<std::string, Member> members_;              // by instance
  std::set<envelope::Role> met_;                       // whose members there were
  std::unordered_map<LinkId, std::string> instances_;  // link -> instance
  std::unordered_map<envelope::MessageId, Open, envelope::MessageIdHash> open_;
  std::multimap<TimePoint, envelope::MessageId> deadlines_;  // hints: a finished id is skipped
  std::unordered_map<envelope::MessageId, Delivery, envelope::MessageIdHash> deliveries_;
  std::multimap<TimePoint, envelope::MessageId> delivery_deadlines_;
  std::unordered_map<envelope::MessageId, std::string, envelope::MessageIdHash> remembered_;
  std::deque<envelope::MessageId> remembered_order_;
  std::deque<Effect> effects_;
  std::uint64_t next_order_ = 0;
  std::size_t open_bytes_ = 0;
  TimePoint next_beat_;
  TimePoint last_advance_;
  bool draining_ = false;
};

}  // namespace dragoman::routing
