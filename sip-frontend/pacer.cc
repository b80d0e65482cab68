#include "sip-frontend/pacer.h"

#include <utility>

namespace dragoman::sip_frontend {

bool Pacer::Run(const std::string& peer, Duration patience, Work work) {
  if (per_second_ == 0) {
    work();
    return true;
  }
  std::unique_ptr<Lane>& lane = lanes_[peer];
  if (!lane) {
    lane = std::make_unique<Lane>(loop_, per_second_, [this, peer] { Turn(*lanes_.at(peer)); });
  }
  const Duration ahead{1000 * lane->queue.size() / per_second_};
  const TimePoint now = loop_.Now();
  if (lane->queue.size() >= kPacedMax || lane->pace.Earliest(now) + ahead > now + patience) {
    return false;
  }
  lane->queue.push_back(std::move(work));
  Turn(*lane);
  return true;
}

void Pacer::Turn(Lane& lane) {
  const TimePoint now = loop_.Now();
  while (!lane.queue.empty() && lane.pace.Earliest(now) <= now) {
    lane.pace.Take(now);
    const Work work = std::move(lane.queue.front());
    lane.queue.pop_front();
    work();
  }
  lane.timer.StartAt(lane.queue.empty() ? TimePoint::max() : lane.pace.Earliest(now));
}

}  // namespace dragoman::sip_frontend
