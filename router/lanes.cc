#include "router/lanes.h"

#include <memory>
#include <utility>

namespace dragoman::router {

bool Lanes::Enter(const std::string& name, Work work) {
  if (waiting_ >= kAllLanesMax) return false;
  Lane& lane = lanes_[name];
  if (lane.queue.size() >= kLaneMax) return false;
  Add(name, lane, std::move(work));
  return true;
}

void Lanes::Follow(const std::string& name, Work work) { Add(name, lanes_[name], std::move(work)); }

void Lanes::Add(const std::string& name, Lane& lane, Work work) {
  lane.queue.push_back(std::move(work));
  ++waiting_;
  if (lane.queue.size() == 1 && !lane.turning) Run(name);
}

// Starts work after work until one of them does not end at once.
void Lanes::Run(const std::string& name) {
  lanes_.at(name).turning = true;
  while (!lanes_.at(name).queue.empty()) {
    const auto ended = std::make_shared<bool>(false);
    const Work work = std::move(lanes_.at(name).queue.front());
    work([this, name, ended] {
      *ended = true;
      End(name);
    });
    if (!*ended) {
      lanes_.at(name).turning = false;
      return;
    }
  }
  lanes_.erase(name);
}

bool Lanes::AnyBehind(const std::string& name) const {
  const auto lane = lanes_.find(name);
  return lane != lanes_.end() && lane->second.queue.size() > 1;
}

void Lanes::End(const std::string& name) {
  Lane& lane = lanes_.at(name);
  lane.queue.pop_front();
  --waiting_;
  if (lane.turning) return;
  Run(name);
}

}  // namespace dragoman::router
