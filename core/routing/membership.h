// Who is on the bus: the links, who stands at their other ends, and who of them is alive.
//
// A link is greeted both ways before anything else counts on it: each end says Hello with a session
// number of its own, and believes the other once that Hello answers its own. When an end has reason
// to doubt the other (silence, deafness, its own absence) it takes a new number, and whatever was
// sent before the other has answered that one is stale. Links are first in, first out, so this is
// exact.
//
// A Beat goes over each link every kBeatInterval with a mark, and with the last mark heard there:
// so each end knows that it is heard, too, and a cut in one direction is seen from both ends.
//
// Versions from before sessions and marks (0.1) are believed at their first Hello.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/envelope/message.h"
#include "core/routing/member.h"

namespace dragoman::routing {

using namespace std::chrono_literals;

inline constexpr Duration kBeatInterval = 500ms;
inline constexpr Duration kSilenceMax = 2000ms;
// A loop that stood still for so long may have been given up by others.
inline constexpr Duration kAwayMin = 1000ms;
inline constexpr Duration kForgetAfter = 10'000ms;  // a link that nobody speaks on
inline constexpr std::size_t kLinksMax = 4096;      // of a router
inline constexpr std::size_t kSiblingsMax =
    256;  // told to a front-end; below envelope's list bound

struct Target {
  envelope::Role role;
  std::uint64_t key = 0;
};

class Membership {
 public:
  struct Send {
    LinkId link;
    envelope::Kind kind;
    std::string payload;
  };
  using Effect = std::variant<Send, MemberUp, MemberLost, Refused, Woke>;

  Membership(envelope::Hello self, TimePoint now) : self_(std::move(self)), next_beat_(now) {
    self_.fresh = true;
  }

  // A front-end's links are the endpoints of routers; a router's come by themselves.
  void AddLink(const LinkId& link, TimePoint now);
  void RemoveLink(const LinkId& link, TimePoint now);
  void OnLinkUp(const LinkId& link, TimePoint now);    // the bus has a connection
  void OnLinkDown(const LinkId& link, TimePoint now);  // it has none any more

  void OnHello(const LinkId& link, const envelope::Hello& hello, TimePoint now);
  void OnBeat(const LinkId& link, const envelope::Beat& beat, TimePoint now);
  void OnGoodbye(const LinkId& link);
  void OnSign(const LinkId& link, TimePoint now);  // anything else came
  // Says Hello again, unless it was said just now.
  void Remind(const LinkId& link, TimePoint now);

  void Drain(TimePoint now);
  bool Drained() const;  // everybody knows that we drain: nothing new is on its way to us

  void Advance(TimePoint now, std::size_t open_requests);
  TimePoint Deadline() const { return next_beat_; }
  std::optional<Effect> Poll();

  bool IsUp(const LinkId& link) const;
  std::optional<envelope::Role> RoleAt(const LinkId& link) const;  // of whoever is up there
  std::string InstanceAt(const LinkId& link) const;  // the last one there, up or not; may be empty
  const LinkId* LinkOf(const std::string& instance) const;  // nullptr: it is not up
  std::size_t count(envelope::Role role) const;
  // Front-end: whether a router chooses us for `key` among our siblings, as far as we were told.
  bool IsChosen(std::uint64_t key) const;
  // The instance for `target` among those that are up and do not drain; empty: there is none.
  const std::string& Choose(const Target& target) const;

 private:
  struct Peer {
    bool configured = false;  // an endpoint of ours: greeted again and again
    std::string instance;     // empty: nobody has said Hello yet
    envelope::Role role{};
    std::uint64_t ours = 0;    // our session
    std::uint64_t theirs = 0;  // its session
    bool fresh = false;        // nobody had greeted it when it first spoke here
    bool up = false;
    bool draining = false;
    std::uint64_t mark = 0;             // its last one
    std::uint64_t told = 0;             // our last one that it has told us of
    std::vector<std::string> siblings;  // of ours, as it told last
    TimePoint heard{};                  // its last sign of life
    TimePoint beat{};                   // when its last Beat came
    TimePoint hears_us{};               // when we sent what that told us of
    TimePoint greeted{};
    std::optional<Objection> objected;  // to its last Hello
    std::uint32_t objections = 0;       // in a row, for that reason
  };

  bool IsOurs(const LinkId& link) const;
  std::optional<Objection> Judge(const LinkId& link, const envelope::Hello& hello) const;
  void Object(const LinkId& link, const envelope::Hello& hello, Objection why, TimePoint now);
  Peer* Find(const LinkId& link);
  const Peer* Find(const LinkId& link) const;
  void Greet(const LinkId& link, Peer& peer, TimePoint now);
  void SendBeat(const LinkId& link, const Peer& peer);
  void Raise(const LinkId& link, Peer& peer, TimePoint now);
  void Lose(Peer& peer, Loss how);
  void ComeBack(Duration away, TimePoint now);
  void SetDraining(Peer& peer);
  void Count();
  void Emit(Effect effect) { effects_.push_back(std::move(effect)); }

  envelope::Hello self_;
  std::unordered_map<LinkId, Peer> peers_;
  std::map<std::string, LinkId> members_;               // the instances that are up
  std::array<std::vector<std::string>, 3> candidates_;  // by role: up and not draining
  std::set<envelope::Role> met_;                        // whose members there were
  std::deque<Effect> effects_;
  std::uint64_t last_session_ = 0;
  std::uint64_t last_mark_ = 0;
  std::uint64_t drain_mark_ = 0;
  std::size_t open_requests_ = 0;  // as the last Advance was told
  TimePoint next_beat_;
  bool draining_ = false;
};

}  // namespace dragoman::routing
