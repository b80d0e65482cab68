// A whole cluster of nodes in one test process: time is a number, the network is a list, and every
// fault comes from one seed. security.md §6.4.
//
// Messages take the way of a chat from SIP to XMPP: a sip-frontend asks the pair's router, which
// after some work asks the xmpp-frontend that owns the stream, which after some more writes it. The
// way back, and presence, use the same machine.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/routing/node.h"

namespace dragoman::routing {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Roll();
  std::uint64_t Below(std::uint64_t bound) { return Roll() % bound; }
  bool OneIn(std::uint64_t n) { return Below(n) == 0; }
  Duration Within(Duration most) {
    return Duration(
        static_cast<Duration::rep>(Below(static_cast<std::uint64_t>(most.count()) + 1)));
  }

 private:
  std::uint64_t state_;
};

struct Process {
  envelope::Role role;
  std::string instance;
  std::unique_ptr<Node> node;
  TimePoint paused_until{};
  bool draining = false;
  bool gone = false;
  bool killed = false;
  struct Work {
    TimePoint at;
    envelope::Message message;
  };
  std::map<std::uint64_t, std::deque<Work>> lanes;  // in order, by pair or stream
};

// One connection between a front-end and a router, in both directions first in, first out. Its
// number is the router's name for it.
struct Connection {
  struct Frames {
    TimePoint at;
    std::string header;
    std::string payload;
  };
  struct Way {
    std::deque<Frames> on_the_way;
    std::deque<Frames> arrived;  // in the receiver's socket
    TimePoint cut_until{};
  };
  std::uint64_t number = 0;
  std::size_t front = 0;  // processes by index
  std::size_t router = 0;
  Way up;  // to the router
  Way down;
  bool broken = false;
  bool sent_in_vain = false;  // something, since it is broken
  bool front_told = false;    // of its end
  bool router_told = false;
  bool remade = false;  // another one is in its place
};

struct Written {
  std::uint64_t pair;
  std::uint64_t number;
  envelope::MessageId id;
};

class SimulatedCluster {
 public:
  struct Faults {
    bool restarts = false;  // planned: drained, ended, and another one begun
    bool joins = false;
    bool kills = false;
    bool pauses = false;
    bool cuts = false;    // in one direction or both, for a while
    bool resets = false;  // connections end, and what is on them is lost
  };
  SimulatedCluster(std::uint64_t seed, Faults faults);

  // Traffic and faults for `busy`, then neither for `quiet`.
  void Run(Duration busy, Duration quiet);

  // What is wrong with the run; empty: nothing.
  std::vector<std::string> Violations() const;
  // Nothing was lost to faults: each message was accepted, and written once.
  std::vector<std::string> Losses() const;
  bool idle() const;  // nothing is open anywhere
  std::size_t sent() const { return asked_.size(); }
  std::size_t refused() const;
  std::size_t repeated() const;

 private:
  struct Asked {
    std::uint64_t pair;
    std::uint64_t number;
    std::size_t process;
    std::vector<envelope::Outcome> ends;
    bool refused_on_the_way = false;  // by a router
  };

  std::size_t Begin(envelope::Role role);
  void End(std::size_t process, bool killed);
  void Link(std::size_t front, std::size_t router);
  void Break(Connection& connection);
  void Step();
  void Trouble();
  void Talk();
  void Travel();
  void TurnProcess(std::size_t process);
  void Receive(std::size_t process);
  void Drive(std::size_t process);
  void DoWork(std::size_t process);
  void OnDeliver(std::size_t process, envelope::Message message);
  bool Runs(std::size_t process) const {
    return !processes_[process].gone && processes_[process].paused_until <= now_;
  }
  Connection* Find(std::size_t process, const LinkId& link);
  std::size_t Pick(envelope::Role role);  // any that is there and takes work; kNobody
  static constexpr std::size_t kNobody = SIZE_MAX;

  Dice dice_;
  Faults faults_;
  TimePoint now_{Duration(1'000'000)};
  std::vector<Process> processes_;
  std::map<std::uint64_t, Connection> connections_;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::uint64_t> next_of_pair_;
  std::map<envelope::MessageId, Asked> asked_;
  std::vector<Written> written_;
};

}  // namespace dragoman::routing
