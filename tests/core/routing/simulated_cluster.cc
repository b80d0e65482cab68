#include "tests/core/routing/simulated_cluster.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dragoman::routing {

using namespace envelope;
using policy::Reason;

namespace {

constexpr Duration kStep = 10ms;
constexpr std::uint64_t kPairs = 6;
constexpr std::uint64_t kStreams = 3;
constexpr Duration kDelayMax = 40ms;
constexpr Duration kWorkMax = 150ms;
constexpr Duration kHeartbeatMax = 5000ms;  // then a connection that is cut is given up

const std::array kRoles = {Role::kSipFrontend, Role::kXmppFrontend, Role::kRouter};
const std::array kNames = {"sip", "xmpp", "router"};

std::uint64_t PairOf(const Message& message) { return message.header.pair_hash; }

}  // namespace

std::uint64_t Dice::Roll() {  // SplitMix64
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

SimulatedCluster::SimulatedCluster(std::uint64_t seed, Faults faults)
    : dice_(seed), faults_(faults) {
  for (const Role role : kRoles) {
    Begin(role);
    Begin(role);
  }
}

std::size_t SimulatedCluster::Begin(Role role) {
  const std::size_t index = processes_.size();
  const std::string instance =
      kNames[static_cast<std::size_t>(role)] + std::to_string(dice_.Below(1u << 30));
  processes_.push_back({.role = role,
                        .instance = instance,
                        .node = std::make_unique<Node>(Hello{role, instance, "test"}, now_),
                        .lanes = {}});
  for (std::size_t other = 0; other < index; ++other) {
    if (processes_[other].gone) continue;
    if (role == Role::kRouter && processes_[other].role != Role::kRouter) Link(other, index);
    if (role != Role::kRouter && processes_[other].role == Role::kRouter) Link(index, other);
  }
  return index;
}

void SimulatedCluster::Link(std::size_t front, std::size_t router) {
  Connection connection;
  connection.number = ++last_number_;
  connection.front = front;
  connection.router = router;
  connections_.emplace(connection.number, std::move(connection));
  const LinkId link = processes_[router].instance;
  processes_[front].node->AddLink(link, now_);
  processes_[front].node->OnLinkUp(link, now_);
  Drive(front);
}

void SimulatedCluster::Break(Connection& connection) {
  connection.broken = true;
  connection.up.on_the_way.clear();
  connection.down.on_the_way.clear();
}

// Its sockets close. Whoever ends in order has written what it had to say.
void SimulatedCluster::End(std::size_t process, bool killed) {
  processes_[process].gone = true;
  processes_[process].killed = killed;
  for (auto& [number, connection] : connections_) {
    if (connection.front != process && connection.router != process) continue;
    if (killed) Break(connection);
    connection.broken = true;
  }
}

std::size_t SimulatedCluster::Pick(Role role) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    if (!processes_[i].gone && !processes_[i].draining && processes_[i].role == role)
      all.push_back(i);
  }
  return all.empty() ? kNobody : all[dice_.Below(all.size())];
}

void SimulatedCluster::Run(Duration busy, Duration quiet) {
  const TimePoint busy_until = now_ + busy;
  const TimePoint end = busy_until + quiet;
  while (now_ < end) {
    now_ += kStep;
    if (now_ < busy_until) {
      Trouble();
      Talk();
    }
    Step();
  }
}

void SimulatedCluster::Trouble() {
  if (!dice_.OneIn(60)) return;
  const Role role = kRoles[dice_.Below(kRoles.size())];
  const std::size_t process = Pick(role);
  const auto others = std::count_if(processes_.begin(), processes_.end(), [&](const Process& one) {
    return !one.gone && one.role == role;
  });
  switch (dice_.Below(6)) {
    case 0:
      if (faults_.restarts && process != kNobody && others < 4) {
        Begin(role);
        processes_[process].draining = true;
        processes_[process].node->Drain(now_);
        Drive(process);
      }
      return;
    case 1:
      if (faults_.joins && others < 4) Begin(role);
      return;
    case 2:
      if (faults_.kills && process != kNobody) {
        End(process, true);
        Begin(role);
      }
      return;
    case 3:
      if (faults_.pauses && process != kNobody)
        processes_[process].paused_until = now_ + dice_.Within(10s);
      return;
    case 4:
      if (faults_.cuts) {
        auto at = connections_.begin();
        std::advance(at, static_cast<long>(dice_.Below(connections_.size())));
        const std::uint64_t ways = dice_.Below(3);
        const TimePoint until = now_ + dice_.Within(8s);
        if (ways != 0) at->second.up.cut_until = until;
        if (ways != 1) at->second.down.cut_until = until;
      }
      return;
    default:
      if (faults_.resets) {
        auto at = connections_.begin();
        std::advance(at, static_cast<long>(dice_.Below(connections_.size())));
        Break(at->second);
      }
  }
}

// Each pair's messages come in by one sip-frontend as long as that lives.
void SimulatedCluster::Talk() {
  if (!dice_.OneIn(5)) return;
  const std::uint64_t pair = dice_.Below(kPairs);
  std::vector<std::size_t> alive;
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    if (!processes_[i].gone && !processes_[i].draining && processes_[i].role == Role::kSipFrontend)
      alive.push_back(i);
  }
  if (alive.empty()) return;
  const std::size_t front = alive[pair % alive.size()];
  if (!Runs(front)) return;
  Message message;
  ++last_id_;
  for (std::size_t i = 0; i < 8; ++i)
    message.header.id[i] = static_cast<std::uint8_t>(last_id_ >> (8 * i));
  message.header.kind = Kind::kChat;
  message.header.from_side = Side::kSip;
  message.header.pair_hash = pair;
  message.header.budget_ms = 10'000;
  // A pair's numbers go on when it moves to another front-end; there its order begins anew.
  const std::uint64_t number = next_of_pair_[pair]++;
  message.payload = std::to_string(number);
  asked_[message.header.id] = {pair * 1000 + front, number, front, {}};
  processes_[front].node->Request(std::move(message), {Role::kRouter, pair}, now_);
  Drive(front);
}

void SimulatedCluster::Step() {
  Travel();
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    if (Runs(i)) TurnProcess(i);
  }
}

// Frames arrive in their order; a way that is cut holds them back, as TCP does, until the
// connection is given up: so is one whose other end does not read. Then it is made again.
void SimulatedCluster::Travel() {
  std::vector<std::pair<std::size_t, std::size_t>> again;
  for (auto& [number, connection] : connections_) {
    for (Connection::Way* way : {&connection.up, &connection.down}) {
      while (way->cut_until <= now_ && !way->on_the_way.empty() &&
             way->on_the_way.front().at <= now_) {
        way->arrived.push_back(std::move(way->on_the_way.front()));
        way->on_the_way.pop_front();
      }
      for (const auto* frames : {&way->on_the_way, &way->arrived}) {
        const bool stuck = !frames->empty() && frames->front().at + kHeartbeatMax < now_;
        if (stuck && !connection.broken) Break(connection);
      }
    }
    const bool cut = connection.up.cut_until > now_ || connection.down.cut_until > now_;
    if (!connection.front_told || cut || connection.remade) continue;
    if (processes_[connection.front].gone || processes_[connection.router].gone) continue;
    connection.remade = true;
    again.emplace_back(connection.front, connection.router);
  }
  for (const auto& [front, router] : again) Link(front, router);
  std::erase_if(connections_, [this](const auto& entry) {
    const Connection& one = entry.second;
    const bool front_done = processes_[one.front].gone || one.front_told;
    const bool router_done = processes_[one.router].gone || one.router_told;
    const bool last = processes_[one.front].gone || processes_[one.router].gone || one.remade;
    return one.broken && front_done && router_done && last;
  });
}

void SimulatedCluster::TurnProcess(std::size_t process) {
  Process& self = processes_[process];
  if (self.node->Deadline() <= now_) {  // timers run before sockets, as in libuv
    self.node->Advance(now_);
    Drive(process);
  }
  Receive(process);
  DoWork(process);
  const bool working = std::any_of(self.lanes.begin(), self.lanes.end(),
                                   [](const auto& lane) { return !lane.second.empty(); });
  if (self.draining && self.node->Idle() && !working) End(process, false);
}

void SimulatedCluster::Receive(std::size_t process) {
  const bool router = processes_[process].role == Role::kRouter;
  for (auto& [number, connection] : connections_) {
    if ((router ? connection.router : connection.front) != process) continue;
    const LinkId link = router ? std::to_string(number) : processes_[connection.router].instance;
    for (auto& frames : std::exchange((router ? connection.up : connection.down).arrived, {})) {
      processes_[process].node->OnFrames(link, frames.header, std::move(frames.payload), now_);
      Drive(process);
    }
    // Its end comes behind what was said on it. A router notices when it sends.
    bool& told = router ? connection.router_told : connection.front_told;
    const bool ended = (router ? connection.up : connection.down).on_the_way.empty();
    if (!connection.broken || told || !ended || (router && !connection.sent_in_vain)) continue;
    told = true;
    processes_[process].node->OnLinkDown(link, now_);
    if (!router && processes_[connection.router].gone)
      processes_[process].node->RemoveLink(link, now_);
    Drive(process);
  }
}

Connection* SimulatedCluster::Find(std::size_t process, const LinkId& link) {
  for (auto& [number, connection] : connections_) {
    const bool router = connection.router == process && std::to_string(number) == link;
    const bool front = connection.front == process && !connection.front_told &&
                       processes_[connection.router].instance == link;
    if (router || front) return &connection;
  }
  return nullptr;
}

void SimulatedCluster::Drive(std::size_t process) {
  while (auto effect = processes_[process].node->Poll()) {
    if (auto* send = std::get_if<Node::Send>(&*effect)) {
      Connection* connection = Find(process, send->link);
      const bool router = processes_[process].role == Role::kRouter;
      if (connection != nullptr && !connection->broken) {
        auto& way = (router ? connection->down : connection->up).on_the_way;
        const TimePoint at = now_ + dice_.Within(kDelayMax);
        way.push_back({way.empty() ? at : std::max(at, way.back().at), std::move(send->header),
                       std::move(send->payload)});
      } else if (connection != nullptr) {
        connection->sent_in_vain = true;
      } else if (router) {
        processes_[process].node->OnLinkDown(send->link, now_);
      }
    } else if (auto* deliver = std::get_if<Node::Deliver>(&*effect)) {
      OnDeliver(process, std::move(deliver->message));
    } else if (auto* finish = std::get_if<Node::Finish>(&*effect)) {
      if (processes_[process].role == Role::kRouter) {
        if (!finish->outcome.accepted()) asked_.at(finish->id).refused_on_the_way = true;
        processes_[process].node->Reply(finish->id, finish->outcome, now_);
      } else {
        asked_.at(finish->id).ends.push_back(std::move(finish->outcome));
      }
    }
  }
}

void SimulatedCluster::OnDeliver(std::size_t process, Message message) {
  Process& self = processes_[process];
  const bool router = self.role == Role::kRouter;
  const std::uint64_t lane = router ? PairOf(message) : PairOf(message) % kStreams;
  const Duration work = dice_.OneIn(50) ? 20 * dice_.Within(kWorkMax) : dice_.Within(kWorkMax);
  self.lanes[lane].push_back({now_ + work, std::move(message)});
}

void SimulatedCluster::DoWork(std::size_t process) {
  Process& self = processes_[process];
  for (auto& [lane, queue] : self.lanes) {
    while (!queue.empty() && queue.front().at <= now_) {
      Message message = std::move(queue.front().message);
      queue.pop_front();
      const MessageId id = message.header.id;
      if (!self.node->Begin(message.header)) continue;
      if (self.role == Role::kRouter) {
        const std::uint64_t stream = PairOf(message) % kStreams;
        self.node->Request(std::move(message), {Role::kXmppFrontend, stream}, now_);
      } else {
        written_.push_back({PairOf(message), std::stoull(message.payload), id});
        self.node->Reply(id, {}, now_);
      }
      Drive(process);
    }
  }
}

std::vector<std::string> SimulatedCluster::Violations() const {
  std::vector<std::string> wrong;
  const auto say = [&](const MessageId& id, const char* what) {
    const Asked& asked = asked_.at(id);
    wrong.push_back("message " + std::to_string(asked.number) + " of pair " +
                    std::to_string(asked.pair / 1000) + what);
  };
  std::set<MessageId> arrived;
  std::map<std::uint64_t, std::uint64_t> last;  // accepted, by pair and front-end
  for (const Written& one : written_) {
    const Asked& asked = asked_.at(one.id);
    if (!arrived.insert(one.id).second) continue;
    const bool accepted = !asked.ends.empty() && asked.ends.front().accepted();
    // A refusal that was lost was final where it was made: others went on without it.
    if (!accepted || asked.refused_on_the_way) continue;
    const auto [before, first] = last.emplace(asked.pair, asked.number);
    if (!first && before->second > asked.number) say(one.id, " was overtaken");
    before->second = std::max(before->second, asked.number);
  }
  for (const auto& [id, asked] : asked_) {
    if (processes_[asked.process].killed && asked.ends.empty()) continue;  // its peer sees that
    if (asked.ends.size() != 1) say(id, " has not exactly one end");
    if (!asked.ends.empty() && asked.ends.front().accepted() && !arrived.contains(id))
      say(id, " was accepted and did not arrive");
  }
  return wrong;
}

std::vector<std::string> SimulatedCluster::Losses() const {
  std::vector<std::string> wrong;
  for (const auto& [id, asked] : asked_) {
    if (asked.ends.size() == 1 && asked.ends.front().accepted()) continue;
    wrong.push_back("message " + std::to_string(asked.number) + " was refused: " +
                    (asked.ends.empty() ? "no end" : std::string(Name(asked.ends[0].reason))));
  }
  if (repeated() > 0) wrong.push_back(std::to_string(repeated()) + " arrived twice");
  return wrong;
}

bool SimulatedCluster::idle() const {
  return std::all_of(processes_.begin(), processes_.end(), [](const Process& process) {
    return process.gone ||
           (process.node->open_requests() == 0 && process.node->open_deliveries() == 0);
  });
}

std::size_t SimulatedCluster::refused() const {
  return static_cast<std::size_t>(
      std::count_if(asked_.begin(), asked_.end(), [](const auto& entry) {
        return !entry.second.ends.empty() && !entry.second.ends.front().accepted();
      }));
}

std::size_t SimulatedCluster::repeated() const {
  std::map<MessageId, std::size_t> times;
  for (const Written& one : written_) ++times[one.id];
  return static_cast<std::size_t>(std::count_if(
      times.begin(), times.end(), [](const auto& entry) { return entry.second > 1; }));
}

}  // namespace dragoman::routing
