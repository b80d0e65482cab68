// Lets nobody on a port of ZeroMQ's have one of the process's last descriptors (L-28): ZeroMQ knows
// no bound on connections, and its thread spins once accept finds no descriptor. Who gets one is
// turned away, and of those who have not said a word yet the one that has waited longest goes too:
// so that a front-end finds room when it comes again, however many strangers there are.
//
// All that is heard of connections is late: a descriptor's number may be another connection's by
// now. So each is known by what the kernel calls it, too, and looked at before it is shut. What may
// happen at worst is that a connection is taken for one that has spoken, or that a new one is shut
// and made again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace dragoman::runtime {

class Doorkeeper {
 public:
  // `dropped`: the connection of `address`, "10.0.0.7:40412", was shut.
  using Dropped = std::function<void(const std::string& address)>;
  // `port`: ours, over TCP.
  Doorkeeper(int port, Dropped dropped) : port_(port), dropped_(std::move(dropped)) {}

  // In the order in which ZeroMQ tells it. True: MakeRoom has something to do.
  bool OnAccepted(int descriptor);
  void OnEnded(int descriptor) { Forget(descriptor); }
  // Something came over it: whoever sent it is no stranger, and stays.
  void OnSpoken(int descriptor) { Forget(descriptor); }
  // One goes for each that was turned away. To be called once what they have said already is read.
  void MakeRoom();

  // There are never more than descriptors.
  bool knows_strangers() const { return !strangers_.empty(); }

 private:
  struct Stranger {
    int descriptor;
    std::uint64_t cookie;
  };

  // The kernel's name of a connection of our port, which is never given again; none: it is none.
  std::optional<std::uint64_t> CookieOf(int descriptor) const;
  void Forget(int descriptor);
  bool Shut(const Stranger& stranger);  // false: it was gone already

  int port_;
  Dropped dropped_;
  std::size_t turned_away_ = 0;    // since room was made
  std::list<Stranger> strangers_;  // the oldest first
  std::unordered_map<int, std::list<Stranger>::iterator> by_descriptor_;
};

}  // namespace dragoman::runtime
