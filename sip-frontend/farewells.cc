// The end of a process that was told to end: its peers go elsewhere, none of them with a request
// that was lost, and not all of them at once. ARCH-16.
#include <unordered_set>

#include "runtime/service/service.h"
#include "sip-frontend/frontend.h"

namespace dragoman::sip_frontend {

namespace {

constexpr Duration kRetiredLook{20};  // whether a retired connection has become idle
// A peer in the middle of its requests is refused the next and goes elsewhere: what it sends until
// it knows that comes within this time.
constexpr Duration kRetiredQuiet{250};

}  // namespace

void Frontend::Drain() {
  draining_ = true;
  for (const auto& listener : listeners_) listener->Stop();
  seat_.Drain();
  farewell_interval_ = runtime::FarewellInterval(channels_.size());
  next_farewell_ = loop_.Now();
  RetireNext();
}

// One more at its time; those that have retired are closed as soon as they can be. Connections that
// were made meanwhile, for what is still to be sent, come last.
void Frontend::RetireNext() {
  for (const auto& [id, channel] : channels_) {
    if (channel->retired() || loop_.Now() < next_farewell_) continue;
    if (channel->outgoing() && !channel->authorised()) continue;  // being made
    channel->Retire();
    next_farewell_ += farewell_interval_;
  }
  CloseRetired();
  farewells_.StartAt(loop_.Now() + kRetiredLook);
}

void Frontend::CloseRetired() {
  std::unordered_set<sip::ConnectionId> busy;  // an answer is to come over it
  for (const auto& [id, sent] : sent_) busy.insert(sent.connection);
  for (const auto& [id, channel] : channels_) {
    const bool quiet = channel->heard_at() + kRetiredQuiet <= loop_.Now();
    if (channel->retired() && quiet && !busy.contains(id) && transactions_.unanswered(id) == 0)
      channel->Close();
  }
}

void Frontend::GiveUp() {
  seat_.GiveUp();
  for (const auto& [id, channel] : channels_) channel->Close();
}

bool Frontend::idle() const {
  return asked_.empty() && sent_.empty() && seat_.idle() && channels_.empty();
}

}  // namespace dragoman::sip_frontend
