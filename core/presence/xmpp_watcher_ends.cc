// How a dialog of an X-watcher ends, and when the next one follows: at once where that may help,
// and never as fast as the peer can end them. Requirements §6, §8.1.
#include <algorithm>

#include "core/presence/backoff.h"
#include "core/presence/known.h"
#include "core/presence/watchers.h"

namespace dragoman::presence {

using namespace std::chrono_literals;
using policy::Reason;

namespace {

constexpr Duration kRequestMax = 24h;  // a request that nobody answers ends with an error
constexpr Duration kGiveUpRetry = 300s;
constexpr Duration kProbationRetry = 60s;
constexpr std::uint32_t kAtOnceMax = 5;  // dialogs in a row that did not last

Duration Seconds(std::uint32_t seconds) { return Duration(std::int64_t{seconds} * 1000); }

// How long `notify`, a dialog's last, wants nobody to ask again; 0: it does not say.
Duration WaitOf(const envelope::PresenceUpdate& notify) {
  const bool probation = notify.termination_reason == "probation";
  if (!probation && notify.termination_reason != "giveup") return Duration(0);
  if (notify.retry_after > 0) return Seconds(notify.retry_after);
  return probation ? kProbationRetry : kGiveUpRetry;
}

}  // namespace

void XmppWatcher::OnTerminated(const envelope::PresenceUpdate& notify) {
  record_.watches.clear();
  const std::string& reason = notify.termination_reason;
  if (reason == "rejected" || reason == "noresource") {
    if (!record_.known.empty()) Tell(Gone(record_.known));
    return EndAuthorization();
  }
  // Where nobody asks, at once only the first time.
  const std::uint32_t at_once_max = record_.state == State::kSuspended ? 1 : kAtOnceMax;
  if (record_.state == State::kActive) {
    record_.state = State::kSuspended;
    record_.known_until = context_.now + kAnotherDialog;
  }
  if (reason == "invariant") {  // it will never change again
    record_.known_until = {};
    record_.retry_at = {};
    return;
  }
  if (record_.state == State::kPending) {
    record_.state = State::kRequested;
    if (record_.failures == 0) record_.asked_at = context_.now;  // the presentity had heard of it
  }
  if (IsAskedInVain()) return EndRequest(Reason::kRemoteServerTimeout, 0);
  Duration wait = WaitOf(notify);
  if (wait == Duration(0)) {
    if (record_.failures >= at_once_max) return RetryLater();
    SubscribeAnew();
    ++record_.failures;
    return;
  }
  if (!record_.known.empty()) Tell(Gone(record_.known));
  record_.known.clear();
  wait = std::max(wait, Backoff(record_.failures - std::min(record_.failures, kAtOnceMax)));
  record_.retry_at = context_.now + wait;
  if (record_.state == State::kRequested)
    record_.retry_at = std::min(record_.retry_at, record_.asked_at + kRequestMax);
}

// What failed made no dialog.
void XmppWatcher::RetryLater() {
  std::erase_if(record_.watches, [](const Watch& one) { return one.dialog.remote_tag.empty(); });
  record_.retry_at = context_.now + Backoff(record_.failures);
  ++record_.failures;
}

// The failures are over with a dialog that lasts: one that ends as soon as it was made is another.
void XmppWatcher::Settle(Watch& watch) {
  const bool young = watch.notified_at != WallTime{} && watch.notified_at <= context_.now &&
                     watch.notified_at + kLasting > context_.now;
  if (young) return;
  watch.notified_at = {};
  record_.failures = 0;
}

bool XmppWatcher::IsAskedInVain() const {
  return record_.state == State::kRequested && record_.asked_at + kRequestMax <= context_.now;
}

}  // namespace dragoman::presence
