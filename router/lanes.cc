#include "router/lanes.h"

#include <utility>

namespace dragoman::router {

bool Lanes::Enter(const std::string& lane, Work work) {
  std::deque<Work>& queue = lanes_[lane];
  if (queue.size() >= kLaneMax || waiting_ >= kAllLanesMax) return false;
  queue.push_back(std::move(work));
  ++waiting_;
  if (queue.size() == 1) RunNext(lane);
  return true;
}

void Lanes::RunNext(const std::string& lane) {
  // A copy: the work may enter more into its own lane while it runs.
  const Work work = lanes_.at(lane).front();
  work([this, lane] {
    const auto found = lanes_.find(lane);
    found->second.pop_front();
    --waiting_;
    if (found->second.empty()) {
      lanes_.erase(found);
    } else {
      RunNext(lane);
    }
  });
}

}  // namespace dragoman::router
