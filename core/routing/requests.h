// What this process has asked others: each request ends in exactly one Finish.
//
// - The receiver is chosen by rendezvous hashing of Target.key among the live members of
//   Target.role; while there is none, the request waits.
// - Order (ARCH-6, ARCH-7): requests of one target leave in the order in which they came. When the
//   choice for a target has changed (a member came, or drains), what is under way at the old one
//   ends there first, and what came later waits for that; so two members never act for one target
//   out of order. No request waits longer than its deadline.
// - A lost receiver's requests go to the next choice, with the same id, before what came later. A
//   message may not kill twice (security.md §2): where kLivesMax receivers ended with it, it is
//   refused.
// - An acceptance counts whoever of those asked gives it: it is a fact. A refusal counts only from
//   the one that has the request now: an earlier one may have dropped it because it was given up.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/envelope/message.h"
#include "core/routing/membership.h"

namespace dragoman::routing {

inline constexpr std::uint8_t kLivesMax = 2;
inline constexpr std::size_t kAsksMax = 16;             // times that one request is sent at most
inline constexpr std::size_t kOpenRequestsMax = 10000;  // L-9; above: Finish{kOverloaded} at once
inline constexpr std::size_t kOpenRequestBytesMax = 64u << 20;

class Requests {
 public:
  struct Send {
    std::string instance;
    std::string header;
    std::string payload;
  };
  struct Finish {
    envelope::MessageId id;
    envelope::Outcome outcome;
  };
  using Effect = std::variant<Send, Finish>;

  explicit Requests(const Membership& members) : members_(members) {}

  // header.budget_ms must be > 0. An id that is open already is not asked again.
  void Add(envelope::Message message, Target target, TimePoint now);
  // False: nobody at `instance` was asked this.
  bool OnOutcome(const std::string& instance, const envelope::MessageId& id,
                 std::string_view payload, TimePoint now);
  void OnUnsent(const std::string& instance, const envelope::MessageId& id, policy::Reason reason,
                TimePoint now);
  // `instance` ended before it had it.
  void OnUnreached(const std::string& instance, const envelope::MessageId& id);
  void GiveUp(TimePoint now);                          // all of it is refused with kShuttingDown
  void OnMembers(envelope::Role role, TimePoint now);  // somebody came, or drains
  void OnLost(const std::string& instance, Loss how, TimePoint now);

  void Advance(TimePoint now);
  TimePoint Deadline() const;
  std::optional<Effect> Poll();
  std::size_t size() const { return open_.size(); }

 private:
  using Key = std::pair<envelope::Role, std::uint64_t>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return key.second ^ static_cast<std::size_t>(key.first);
    }
  };
  using Deadlines = std::multimap<TimePoint, envelope::MessageId>;
  struct Open {
    envelope::Message message;
    Target target;
    Deadlines::iterator deadline;  // goes with it
    std::uint64_t order = 0;       // of arrival
    std::uint8_t lives = 0;        // receivers that ended with it
    bool out = false;              // the last one asked has it now
    bool reached = false;          // for all that is known
    std::vector<std::string> asked;
  };
  // The requests of one target, as long as there are any.
  struct Queue {
    std::string instance;  // that has those under way
    std::size_t under_way = 0;
    std::deque<envelope::MessageId> waiting;
  };

  void Turn(const Key& key, TimePoint now);
  void SendOut(Open& open, const std::string& instance, TimePoint now);
  void End(const envelope::MessageId& id, envelope::Outcome outcome, TimePoint now);
  void EndAll(std::vector<std::pair<envelope::MessageId, envelope::Outcome>> ended, TimePoint now);
  Key Close(const envelope::MessageId& id, envelope::Outcome outcome);

  const Membership& members_;
  std::unordered_map<envelope::MessageId, Open, envelope::MessageIdHash> open_;
  std::unordered_map<Key, Queue, KeyHash> queues_;
  Deadlines deadlines_;  // one for each that is open
  std::deque<Effect> effects_;
  std::uint64_t next_order_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace dragoman::routing
