// The ports that others connect to: free, or held by a running gateway; and reachable by name.
#pragma once

#include <string>
#include <vector>

#include "cli/check/finding.h"

namespace dragoman::check {

struct Port {
  enum class State { kFree, kHeld, kForbidden, kNotOurs, kOther };
  std::string key = {};      // "sip.listen"
  std::string address = {};  // "ip:port"
  std::string program = {};  // that is to hold it: "sip-frontend"
  State state = State::kFree;
  std::vector<std::string> holders = {};  // of kHeld, "name (pid 4711)"; empty: not ours to see
  bool gateway_answers = false;           // of kHeld: an admin page of that program answers
  std::string problem = {};               // of kOther
};
Findings JudgePort(const Port& port);

// A connection to the name and port that others are told.
struct Door {
  std::string name = {};     // "xmppgw.contoso.com:5061"
  std::string address = {};  // "ip:port"; empty: the name has no address
  bool ours = false;         // an address of this machine
  bool opened = false;
  bool running = false;  // something holds the port here
  std::string trouble = {};
};
Findings JudgeDoor(const Door& door);

// The inodes of sockets that listen on `port` where `address` would collide with them: at the same
// one, or where either is for every address. `table`: of /proc/net/tcp or tcp6; `address`: as
// there, "0100007F".
std::vector<std::string> ListeningInodes(const std::string& table, const std::string& address,
                                         int port);

}  // namespace dragoman::check
