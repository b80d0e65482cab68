#include "core/chat/sending.h"

#include <algorithm>

namespace dragoman::chat {
namespace {

using envelope::Answer;
using envelope::ChatStateKind;
using envelope::Outcome;
using envelope::SipDialog;
using envelope::ToSip;

// The peer knows no sessions: it is spoken to in pages.
bool KnowsNoSessions(const Outcome& outcome) {
  return outcome.sip_status == 405 || outcome.sip_status == 415 || outcome.sip_status == 488 ||
         outcome.sip_status == 501;
}

bool IsSame(const SipDialog& a, const SipDialog& b) {
  return a.call_id == b.call_id && a.local_tag == b.local_tag;
}

}  // namespace

Step Sending::Start(Record record, const SendContext& context) {
  record.xmpp_resource = from_.resource;
  return Next(std::move(record), context);
}

Step Sending::Next(Record record, const SendContext& context) {
  record.last_activity = context.now;
  const bool page = context.dialect == policy::Dialect::kStandard ||
                    (context.dialect == policy::Dialect::kAuto && record.mode == Mode::kPage);
  if (!record.dialogs.empty()) return InSession(std::move(record));
  if (const auto* state = std::get_if<envelope::ChatState>(&payload_)) {
    // It opens no session; and a page has no word for the end of one (COMP-1).
    const bool carried = page && context.tell_typing && state->state != ChatStateKind::kGone;
    return carried ? Page(std::move(record)) : End(std::move(record), {});
  }
  return page ? Page(std::move(record)) : Invite(std::move(record), context);
}

Step Sending::Invite(Record record, const SendContext& context) {
  if (!context.may_open) {
    Outcome refused;
    refused.reason = policy::Reason::kTooManyConversations;
    return End(std::move(record), std::move(refused));
  }
  sent_ = Sent::kInvite;
  dialog_ = {};
  dialog_.call_id = RandomToken(context.random);
  dialog_.local_tag = RandomToken(context.random, 8);
  dialog_.local_cseq = 1;
  envelope::SessionOpen open;
  open.dialog = dialog_;
  open.subject = std::get<envelope::Chat>(payload_).subject;
  Step step{std::move(record), {}, {}};
  step.effects.push_back(ToSip{from_.Bare(), step.record.sip_user, {dialog_, std::move(open)}});
  return step;
}

Step Sending::InSession(Record record) {
  sent_ = Sent::kInSession;
  SipDialog& dialog = record.dialogs.front();
  ++dialog.local_cseq;  // saved before it is sent (ARCH-4)
  dialog_ = dialog;
  Step step{std::move(record), {}, {}};
  step.effects.push_back(ToSip{from_, step.record.sip_user, Command(dialog_)});
  return step;
}

Step Sending::Page(Record record) {
  sent_ = Sent::kPage;
  dialog_ = {};
  Step step{std::move(record), {}, {}};
  step.effects.push_back(ToSip{from_, step.record.sip_user, Command({})});
  return step;
}

envelope::SipCommand Sending::Command(SipDialog dialog) const {
  envelope::SipCommand command;
  command.dialog = std::move(dialog);
  std::visit([&](const auto& payload) { command.act = payload; }, payload_);
  return command;
}

Step Sending::OnOutcome(Record record, const Outcome& outcome, const SendContext& context) {
  if (sent_ == Sent::kInvite) {
    if (outcome.accepted() && outcome.dialog) {
      record.mode = Mode::kSession;
      record.dialogs.insert(record.dialogs.begin(), *outcome.dialog);
      if (record.dialogs.size() > kDialogsMax) record.dialogs.pop_back();
      PlanRefresh(record, context.now);
      return InSession(std::move(record));
    }
    if (context.dialect == policy::Dialect::kAuto && KnowsNoSessions(outcome)) {
      record.mode = Mode::kPage;
      return Page(std::move(record));
    }
    return End(std::move(record), outcome);
  }
  if (sent_ == Sent::kInSession && !outcome.accepted() && IsDangling(outcome)) {
    std::erase_if(record.dialogs, [&](const SipDialog& one) { return IsSame(one, dialog_); });
    PlanRefresh(record, context.now);
    // What got no answer may have been read; saying it twice is worse than telling so.
    const bool unread =
        outcome.sip_status != 0 || outcome.reason == policy::Reason::kEdgeUnreachable;
    const bool again = unread && !reinvited_ && !is_state();
    reinvited_ = true;
    if (again) return Next(std::move(record), context);
  }
  return End(std::move(record), outcome);
}

std::optional<ToSip> Sending::TakeBack(const envelope::Address& sip_user,
                                       const Outcome& outcome) const {
  if (sent_ != Sent::kInvite || !outcome.accepted() || !outcome.dialog) return std::nullopt;
  SipDialog dialog = *outcome.dialog;
  ++dialog.local_cseq;
  return ToSip{from_.Bare(), sip_user, {dialog, envelope::SessionClose{dialog}}};
}

std::optional<Outcome> Sending::Read(const Outcome& outcome) const {
  if (!outcome.accepted() || (sent_ != Sent::kInSession && sent_ != Sent::kPage))
    return std::nullopt;
  Outcome told = outcome;
  told.dialog.reset();
  return told;
}

Step Sending::End(Record record, Outcome outcome) {
  outcome.dialog.reset();
  Step step{std::move(record), {}, {}};
  step.effects.push_back(Answer{std::move(outcome)});
  return step;
}

}  // namespace dragoman::chat
