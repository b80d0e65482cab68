#include "cli/check/ports.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace dragoman::check {
namespace {

bool IsAny(const std::string& address) {
  return address.find_first_not_of('0') == std::string::npos;
}

}  // namespace

Findings JudgePort(const Port& port) {
  Verdict verdict(Area::kPorts, port.address);
  const auto starts = [&](const std::string& holder) { return holder.starts_with(port.program); };
  switch (port.state) {
    case Port::State::kFree:
      verdict.Ok("listen", {"free; for " + port.key});
      break;
    case Port::State::kHeld:
      if (!port.holders.empty() && std::all_of(port.holders.begin(), port.holders.end(), starts)) {
        verdict.Ok("listen", {"held by the running gateway: " + Join(port.holders)});
      } else if (!port.holders.empty()) {
        verdict.Error("listen",
                      {"held by " + Join(port.holders), "free, or held by " + port.program,
                       "stop that program, or choose another port in " + port.key});
      } else if (port.gateway_answers) {
        verdict.Ok("listen", {"held; a running " + port.program + " answers on its admin page"});
      } else {
        verdict.Warn(
            "listen",
            {"held by a program that this user may not see", "free, or a running gateway",
             "as root: ss -ltnp; stop that program, or choose another port in " + port.key});
      }
      break;
    case Port::State::kForbidden:
      verdict.Error("listen", {"this user may not listen there", "a port that it may use",
                               "choose one of 1024 or more in " + port.key +
                                   ", or give CAP_NET_BIND_SERVICE"});
      break;
    case Port::State::kNotOurs:
      verdict.Error("listen", {"no address of this machine", "one of this machine's, or 0.0.0.0",
                               "correct " + port.key});
      break;
    case Port::State::kOther:
      verdict.Error("listen", {port.problem, "a port to listen on", "correct " + port.key});
      break;
  }
  return verdict.Take();
}

Findings JudgeDoor(const Door& door) {
  Verdict verdict(Area::kPorts, door.name);
  const std::string found = door.address + ": " + door.trouble;
  if (door.address.empty()) {
    verdict.Error("reach", {"the name has no address", "an A or AAAA record that leads here",
                            "add the record"});
  } else if (door.opened && (door.running || !door.ours)) {
    verdict.Ok("reach", {door.address + " takes connections"});
  } else if (door.opened) {
    verdict.Warn("reach", {door.address + " takes connections, but the gateway does not run",
                           "nobody else on its port", "see what listens there: ss -ltnp"});
  } else if (!door.running) {
    verdict.Info("reach", {"not to be told while no gateway runs", {}, "check again once it does"});
  } else if (door.ours) {
    verdict.Error("reach", {found, "the gateway, which runs",
                            "let it listen on this address too, and look at the firewall of this "
                            "machine"});
  } else {
    verdict.Warn("reach", {found, "a connection through what stands in front of the gateway",
                           "try from outside: a firewall need not let us in from here"});
  }
  return verdict.Take();
}

// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …; addresses and ports
// in hexadecimal; state 0A listens (proc(5)).
std::vector<std::string> ListeningInodes(const std::string& table, const std::string& address,
                                         int port) {
  std::vector<std::string> inodes;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    std::string number, local, remote, state, queues, timer, retries, uid, timeout, inode;
    in >> number >> local >> remote >> state >> queues >> timer >> retries >> uid >> timeout >>
        inode;
    const std::size_t colon = local.find(':');
    if (!in || state != "0A" || colon == std::string::npos) continue;
    const std::string there = local.substr(0, colon);
    const bool collides = there == address || IsAny(there) || IsAny(address);
    int their_port = 0;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), their_port, 16);
    if (collides && their_port == port) inodes.push_back(inode);
  }
  return inodes;
}

}  // namespace dragoman::check
