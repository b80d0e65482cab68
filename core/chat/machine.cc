#include "core/chat/machine.h"

#include <algorithm>

namespace dragoman::chat {
namespace {

using envelope::Answer;
using envelope::SipDialog;
using policy::Reason;

bool IsSame(const SipDialog& a, const SipDialog& b) {
  return a.call_id == b.call_id && a.local_tag == b.local_tag && a.remote_tag == b.remote_tag;
}

auto Find(std::vector<SipDialog>& dialogs, const SipDialog& dialog) {
  return std::find_if(dialogs.begin(), dialogs.end(),
                      [&](const SipDialog& one) { return IsSame(one, dialog); });
}

Step Refuse(Step step, Reason reason) {
  envelope::Outcome outcome;
  outcome.reason = reason;
  step.effects.push_back(Answer{std::move(outcome)});
  return step;
}

// A request inside a session: kNone if it belongs there and is in order.
Reason Continue(Record& record, const SipDialog& dialog, WallTime now) {
  const auto found = Find(record.dialogs, dialog);
  if (found == record.dialogs.end()) return Reason::kNoSuchDialog;
  if (dialog.remote_cseq < found->remote_cseq) return Reason::kOutOfOrder;
  found->remote_cseq = dialog.remote_cseq;
  std::rotate(record.dialogs.begin(), found, found + 1);  // the one used last is where answers go
  record.last_activity = now;
  return Reason::kNone;
}

struct Handler {
  Step step;
  WallTime now;

  template <typename Payload>
  Step Carry(const Payload& payload) {
    if (payload.dialog) {
      const Reason reason = Continue(step.record, *payload.dialog, now);
      if (reason != Reason::kNone) return Refuse(std::move(step), reason);
    }
    step.forward = XmppTarget(step.record, now);
    return std::move(step);
  }

  // It keeps the record, and makes no resource fresh that was not.
  void KeepPage(Record& record) const {
    record.mode = Mode::kPage;
    if (record.last_activity + kPageStep > now) return;
    record.last_activity = now;
    record.xmpp_resource.clear();
  }

  Step operator()(const envelope::Chat& chat) {
    Step carried = Carry(chat);
    if (!chat.dialog) KeepPage(carried.record);
    return carried;
  }
  Step operator()(const envelope::ChatState& state) { return Carry(state); }

  Step operator()(const envelope::SessionOpen& open) {
    if (open.in_dialog) return Refresh(open.dialog);
    std::vector<SipDialog>& dialogs = step.record.dialogs;
    if (Find(dialogs, open.dialog) == dialogs.end()) {
      // The newer one is where messages go; older ones stay until their BYE (glare, endpoints).
      dialogs.insert(dialogs.begin(), open.dialog);
      if (dialogs.size() > kDialogsMax) dialogs.pop_back();
    }
    step.record.mode = Mode::kSession;
    step.record.last_activity = now;
    PlanRefresh(step.record, now);
    return Accept(open.dialog);
  }

  // The peer refreshes its session, perhaps from a new address (SIP-31; RFC 4028 §9).
  Step Refresh(const SipDialog& dialog) {
    const WallTime active = step.record.last_activity;  // nobody spoke: the session still idles
    const Reason reason = Continue(step.record, dialog, now);
    if (reason != Reason::kNone) return Refuse(std::move(step), reason);
    step.record.last_activity = active;
    SipDialog& known = step.record.dialogs.front();
    if (!dialog.remote_target.empty()) known.remote_target = dialog.remote_target;
    known.session_expires = dialog.session_expires;
    PlanRefresh(step.record, now);
    return Accept(known);
  }

  Step Accept(const SipDialog& dialog) {
    envelope::Outcome outcome;
    outcome.dialog = dialog;
    step.effects.push_back(Answer{std::move(outcome)});
    return std::move(step);
  }

  Step operator()(const envelope::SessionClose& close) {
    std::vector<SipDialog>& dialogs = step.record.dialogs;
    const auto found = Find(dialogs, close.dialog);
    if (found != dialogs.end()) {
      dialogs.erase(found);
      if (dialogs.empty()) {
        step.effects.push_back(
            envelope::ToXmpp{step.record.sip_user, XmppTarget(step.record, now),
                             envelope::ChatState{envelope::ChatStateKind::kGone, {}, {}}});
      }
    }
    step.effects.push_back(Answer{});  // BYE is always welcome (ocs-dialect §3.11)
    return std::move(step);
  }

  Step operator()(const Due&) {
    if (step.record.last_activity + kIdleMax > now) return RefreshDue();
    for (SipDialog& dialog : step.record.dialogs) {
      ++dialog.local_cseq;
      step.effects.push_back(envelope::ToSip{
          step.record.xmpp_user, step.record.sip_user, {dialog, envelope::SessionClose{dialog}}});
    }
    step.record.dialogs.clear();
    step.record.refresh_at = {};
    if (step.record.last_activity + kForgottenAfter <= now) step.record.mode = Mode::kUnknown;
    return std::move(step);
  }

  Step RefreshDue() {
    if (step.record.refresh_at == WallTime{} || step.record.refresh_at > now)
      return std::move(step);
    for (SipDialog& dialog : step.record.dialogs) {
      if (dialog.session_expires == 0) continue;
      ++dialog.local_cseq;
      const envelope::SessionOpen refresh{.dialog = dialog, .subject = {}, .in_dialog = true};
      step.effects.push_back(
          envelope::ToSip{step.record.xmpp_user, step.record.sip_user, {dialog, refresh}});
    }
    PlanRefresh(step.record, now);
    return std::move(step);
  }

  // Of a refresh. A peer that does not know the session any more has none (SIP-32).
  Step operator()(const CommandDone& done) {
    std::vector<SipDialog>& dialogs = step.record.dialogs;
    const auto found = Find(dialogs, done.command.dialog);
    const bool refresh = std::holds_alternative<envelope::SessionOpen>(done.command.act);
    if (!refresh || found == dialogs.end()) return std::move(step);
    if (IsDangling(done.outcome)) {
      dialogs.erase(found);
    } else if (done.outcome.accepted() && done.outcome.dialog) {
      found->remote_target = done.outcome.dialog->remote_target;
      found->session_expires = done.outcome.dialog->session_expires;
    }
    PlanRefresh(step.record, now);
    return std::move(step);
  }
};

}  // namespace

bool IsDangling(const envelope::Outcome& outcome) {
  return outcome.sip_status == 408 || outcome.sip_status == 480 || outcome.sip_status == 481 ||
         outcome.reason == Reason::kRemoteServerTimeout ||
         outcome.reason == Reason::kEdgeUnreachable;
}

envelope::Address XmppTarget(const Record& record, WallTime now) {
  envelope::Address target = record.xmpp_user;
  if (record.last_activity + kResourceMax > now) target.resource = record.xmpp_resource;
  return target;
}

Step Advance(Record record, const Event& event, WallTime now) {
  return std::visit(Handler{{std::move(record), {}, {}}, now}, event);
}

}  // namespace dragoman::chat
