#include "core/chat/record.h"

#include <algorithm>

namespace dragoman::chat {
namespace {

constexpr std::chrono::seconds kSessionMin{90};  // RFC 4028 §5

}  // namespace

std::optional<WallTime> DueAt(const Record& record) {
  if (record.IsEmpty()) return std::nullopt;
  if (record.dialogs.empty()) return record.last_activity + kForgottenAfter;
  const WallTime idle = record.last_activity + kIdleMax;
  return record.refresh_at == WallTime{} ? idle : std::min(idle, record.refresh_at);
}

std::uint32_t RecordsMax(const Record& record) {
  return record.dialogs.empty() && record.xmpp_resource.empty() ? kRecordsMax : 0;
}

void PlanRefresh(Record& record, WallTime now) {
  record.refresh_at = {};
  for (const envelope::SipDialog& dialog : record.dialogs) {
    if (dialog.session_expires == 0) continue;
    // Half of the interval (RFC 4028 §10), which a record from before may hold shorter than it is.
    const auto interval = std::max(std::chrono::seconds(dialog.session_expires), kSessionMin);
    const WallTime when = now + interval / 2;
    if (record.refresh_at == WallTime{} || when < record.refresh_at) record.refresh_at = when;
  }
}

}  // namespace dragoman::chat
