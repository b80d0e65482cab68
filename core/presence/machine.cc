#include "core/presence/machine.h"

#include "core/presence/watchers.h"

namespace dragoman::presence {

SignOfLife SignOf(const Record& reverse, WallTime now) {
  if (reverse.state != State::kActive) return {};  // what it says is not told here
  if (!reverse.known.empty()) return {now};
  return {reverse.known_at, reverse.known_at != WallTime{}};
}

bool IsNews(const envelope::SipCommand& command, const envelope::Outcome& outcome) {
  return !outcome.accepted() || !std::holds_alternative<envelope::PresenceUpdate>(command.act);
}

bool IsPoll(const Record& record, const Event& event) {
  if (std::holds_alternative<envelope::Probe>(event))
    return record.state == State::kNone && record.watches.empty();
  const auto* subscribe = std::get_if<envelope::Subscribe>(&event);
  return subscribe != nullptr && subscribe->dialog && !subscribe->in_dialog &&
         subscribe->expires == 0 && record.state != State::kActive;
}

std::optional<Duration> AgeOf(const Record& record, const Event& event, WallTime now) {
  if (!std::holds_alternative<envelope::PresenceUpdate>(event)) return std::nullopt;
  if (record.known_at == WallTime{}) return std::nullopt;
  return now - record.known_at;
}

bool NeedsSignOfLife(const Record& record, WallTime now) {
  return record.watcher_side == envelope::Side::kXmpp && record.state == State::kActive &&
         record.retry_at != WallTime{} && record.retry_at <= now;
}

Step Advance(Record record, const Event& event, const Context& context) {
  if (record.watcher_side == envelope::Side::kXmpp) {
    return XmppWatcher(std::move(record), context).Handle(event);
  }
  return SipWatcher(std::move(record), context).Handle(event);
}

}  // namespace dragoman::presence
