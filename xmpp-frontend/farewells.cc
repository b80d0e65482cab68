// The end of a process that was told to end: streams are closed in order, once what they carry is
// handled, and not all of them at once. ARCH-16; XS-14.
#include "xmpp-frontend/frontend.h"

namespace dragoman::xmpp_frontend {

void Frontend::Drain() {
  for (const auto& listener : listeners_) listener->Stop();
  seat_.Drain();
  for (const auto& [stream, incoming] : incoming_) leaving_.push_back(stream);
  farewell_interval_ = runtime::FarewellInterval(leaving_.size());
  FinishNext();
}

void Frontend::FinishNext() {
  while (!leaving_.empty()) {
    const auto next = incoming_.find(leaving_.back());
    leaving_.pop_back();
    if (next == incoming_.end()) continue;  // it has ended meanwhile
    next->second->Finish();
    return farewells_.StartAt(service_.loop().Now() + farewell_interval_);
  }
}

// Our own streams go last: they carry what is still to be said.
bool Frontend::IsIdle() {
  if (!seat_.idle() || !deliveries_.empty() || !asked_.empty() || !incoming_.empty()) return false;
  bool closed = true;
  for (const auto& [key, lane] : lanes_) {
    if (lane->idle()) lane->Finish();
    closed = closed && lane->idle() && lane->closed();
  }
  return closed;
}

void Frontend::GiveUp() {
  seat_.GiveUp();
  for (const auto& [stream, incoming] : incoming_) incoming->Shutdown();
  for (const auto& [key, lane] : lanes_) {
    // What waits for a partner that is not there is lost now, and that is told.
    lane->connected() ? lane->Finish() : lane->Abandon(policy::Reason::kShuttingDown);
  }
}

}  // namespace dragoman::xmpp_frontend
