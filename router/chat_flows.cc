// The two flows over conversations: load, transition, save if the version is unchanged, effects. On
// a conflict: again.
#include <utility>

#include "core/envelope/one_of.h"
#include "presence-store/records.h"
#include "router/router.h"

namespace dragoman::router {

using envelope::Kind;
using envelope::Outcome;
using policy::Reason;
using store::StoreError;

namespace {

template <typename Chatting>  // ToConversation, ToSending, ToPage
store::RecordKey KeyOf(const Chatting& to) {
  return {store::RecordKind::kChat, to.sip_user, to.xmpp_user};
}

chat::Record ChatRecord(const store::RecordKey& key, const store::Stored& stored) {
  std::optional<chat::Record> record;
  if (!stored.bytes.empty()) record = store::DecodeChat(stored.bytes, key);
  if (record) return *std::move(record);
  chat::Record fresh;
  fresh.sip_user = key.first;
  fresh.xmpp_user = key.second;
  return fresh;
}

store::Change ChangeTo(const chat::Record& record, std::uint32_t version) {
  return {.bytes = record.IsEmpty() ? std::string() : store::Encode(record),
          .version = version,
          .due = chat::DueAt(record),
          .records_max = chat::RecordsMax(record)};
}

// Page mode needs no record: it goes on while the store is away, or takes nothing (ARCH-15).
bool IsPage(const chat::Event& event) {
  const auto* chat = std::get_if<envelope::Chat>(&event);
  return chat != nullptr && !chat->dialog;
}

}  // namespace

void Router::Handle(const ToConversation& to, const CausePtr& cause, std::string payload) {
  using namespace envelope;
  auto event = DecodeOneOf<chat::Event, Chat, ChatState, SessionOpen, SessionClose>(
      cause->header.kind, payload);
  if (!event) return AnswerReason(*cause, Reason::kMalformed);
  const bool page = IsPage(*event);
  if (page) page_typing_.OnText({to.sip_user, to.xmpp_user});
  const auto* state = std::get_if<ChatState>(&*event);
  if (state != nullptr && !state->dialog) return PageState(KeyOf(to), *state, cause, payload);
  if (page && (settings_.sip.dialect == policy::Dialect::kStandard || !store_.available())) {
    return Handle(PassOn{}, cause, std::move(payload));
  }
  const auto* open = std::get_if<SessionOpen>(&*event);
  if (open != nullptr && !open->in_dialog) {
    if (!MayOpen(cause->header.from)) return AnswerReason(*cause, Reason::kTooManyConversations);
    conversations_.Take(ToString(cause->header.from.Bare()), service_.loop().Now());
  }
  Conversation(KeyOf(to), *std::move(event), cause, payload);
}

bool Router::MayOpen(const envelope::Address& sender) const {
  return settings_.conversations_per_minute == 0 ||
         conversations_.Allows(ToString(sender.Bare()), settings_.conversations_per_minute,
                               service_.loop().Now());
}

// isComposing outside of sessions: XMPP is told what is new (COMP-3, COMP-4).
void Router::PageState(const store::RecordKey& key, const envelope::ChatState& state,
                       const CausePtr& cause, std::string payload) {
  const bool composing = state.state == envelope::ChatStateKind::kComposing;
  const bool news = page_typing_.OnState({key.first, key.second}, composing, state.refresh,
                                         service_.loop().Now());
  typing_timer_.StartAt(page_typing_.Deadline());
  if (news) return Handle(PassOn{}, cause, std::move(payload));
  Answer(*cause, {});
}

void Router::OnTypingTimer() {
  page_typing_.Advance(service_.loop().Now());
  while (const auto pair = page_typing_.Poll()) {
    const envelope::ChatState stopped;  // active again
    CarryOut(envelope::ToXmpp{pair->sip_user, pair->xmpp_user, stopped}, OwnCause(),
             [](const Outcome&) {});
  }
  typing_timer_.StartAt(page_typing_.Deadline());
}

void Router::Conversation(const store::RecordKey& key, chat::Event event, const CausePtr& cause,
                          const std::string& payload) {
  const bool entered =
      lanes_.Enter(ToString(key), ConversationIn(key, std::move(event), cause, payload));
  if (!entered) AnswerReason(*cause, Reason::kOverloaded);
}

// What became of a command of ours.
void Router::ConversationFollows(const store::RecordKey& key, chat::CommandDone done) {
  lanes_.Follow(ToString(key), ConversationIn(key, std::move(done), OwnCause(), {}));
}

Lanes::Work Router::ConversationIn(const store::RecordKey& key, chat::Event event,
                                   const CausePtr& cause, const std::string& payload) {
  return [this, key, event = std::move(event), cause, payload](const Lanes::Release& release) {
    ConversationStep(key, event, cause, payload, 0, release);
  };
}

void Router::ConversationStep(const store::RecordKey& key, const chat::Event& event,
                              const CausePtr& cause, const std::string& payload, int conflicts,
                              const Lanes::Release& release) {
  const auto fail = [=, this](StoreError error) {
    IsPage(event) ? Handle(PassOn{}, cause, payload) : StoreFailed(*cause, error);
    release();
  };
  store_.Load(key, [=, this](Result<store::Stored, StoreError> stored) {
    if (!stored) return fail(stored.error());
    const chat::Record before = ChatRecord(key, *stored);
    chat::Step step = chat::Advance(before, event, service_.loop().Wall());
    if (step.record == before && stored->kept) {
      store_.Forget(key);
      return ConversationStep(key, event, cause, payload, conflicts, release);
    }
    const auto carry_out = [this, key, event, cause, payload, step] {
      for (const envelope::Effect& effect : step.effects) {
        if (const auto* to_sip = std::get_if<envelope::ToSip>(&effect)) {
          CarryOut(*to_sip, cause, [this, key, command = to_sip->command](Outcome outcome) {
            ConversationFollows(key, {command, std::move(outcome)});
          });
        } else if (const auto* to_xmpp = std::get_if<envelope::ToXmpp>(&effect)) {
          CarryOut(*to_xmpp, cause, [](const Outcome&) {});
        } else if (const auto* answer = std::get_if<envelope::Answer>(&effect)) {
          Answer(*cause, answer->outcome);
        }
      }
      if (!step.forward) return;
      auto addressed = std::make_shared<Cause>(*cause);
      if (addressed->header.to.resource.empty()) addressed->header.to = *step.forward;
      if (std::holds_alternative<envelope::ChatState>(event)) {
        Answer(*cause, {});  // it has its place; whether it arrives is nobody's concern
        addressed->header.budget_ms = 0;
      }
      Handle(PassOn{}, addressed, payload);
    };
    if (step.record == before) {
      if (std::holds_alternative<chat::Due>(event)) {
        const std::optional<WallTime> due = chat::DueAt(step.record);
        const store::DueEntry entry{key, store::Purpose::kDue};
        due ? store_.due().Schedule(entry, *due) : store_.due().Settle(entry);
      }
      carry_out();
      return release();
    }
    store_.Save(
        key, ChangeTo(step.record, stored->version),
        [=, this](Result<store::Saved, StoreError> saved) {
          if (!saved && saved.error() == StoreError::kConflict && conflicts < kConflictsMax) {
            return ConversationStep(key, event, cause, payload, conflicts + 1, release);
          }
          if (!saved) return fail(saved.error());
          carry_out();
          release();
        });
  });
}

void Router::Handle(const ToSending& to, const CausePtr& cause, const std::string& payload) {
  auto content =
      envelope::DecodeOneOf<std::variant<envelope::Chat, envelope::ChatState>, envelope::Chat,
                            envelope::ChatState>(cause->header.kind, payload);
  if (!content) return AnswerReason(*cause, Reason::kMalformed);
  if (!store_.available() && settings_.sip.dialect != policy::Dialect::kStandard) {
    return AnswerReason(*cause, Reason::kStoreUnavailable);
  }
  auto sending = std::make_shared<chat::Sending>(cause->header.from, *std::move(content));
  const store::RecordKey key = KeyOf(to);
  const bool entered =
      lanes_.Enter(ToString(key) + " out", [=, this](const Lanes::Release& release) {
        if (IsLate(*cause)) return release();
        // What comes behind it says more (COMP-7).
        if (sending->is_state() && lanes_.AnyBehind(ToString(key) + " out")) {
          Answer(*cause, {});
          return release();
        }
        SendingStep(key, sending, std::nullopt, cause, release);
      });
  if (!entered) AnswerReason(*cause, Reason::kOverloaded);
}

// At most one unanswered MESSAGE from one user to another (IM-11).
void Router::Handle(const ToPage& to, const CausePtr& cause, const std::string& payload) {
  auto receipt = envelope::Decode<envelope::Receipt>(payload);
  if (!receipt) return AnswerReason(*cause, Reason::kMalformed);
  if (!first_receipts_.Take(receipt->message_id)) return Answer(*cause, {});
  const auto& header = cause->header;
  const envelope::ToSip page{header.from, header.to, {.dialog = {}, .act = *std::move(receipt)}};
  const bool entered =
      lanes_.Enter(ToString(KeyOf(to)) + " out", [=, this](const Lanes::Release& release) {
        CarryOut(page, cause, [=, this](Outcome outcome) {
          Answer(*cause, std::move(outcome));
          release();
        });
      });
  if (!entered) AnswerReason(*cause, Reason::kOverloaded);
}

// The message keeps its direction's lane until its answer; the record's own lane is held for one
// load and save, so that what comes the other way meanwhile is not held up. There is always room in
// it for the message that was let in: SIP's answer must not become `overloaded`.
void Router::SendingStep(const store::RecordKey& key, std::shared_ptr<chat::Sending> sending,
                         const std::optional<Outcome>& outcome, const CausePtr& cause,
                         const Lanes::Release& release) {
  lanes_.Follow(ToString(key), [=, this](const Lanes::Release& leave) {
    SendingCycle(key, sending, outcome, cause, 0, {release, leave});
  });
}

void Router::SendingCycle(const store::RecordKey& key, std::shared_ptr<chat::Sending> sending,
                          const std::optional<Outcome>& outcome, const CausePtr& cause,
                          int conflicts, const SendingLanes& lanes) {
  const auto fail = [=, this](StoreError error) {
    const auto read = outcome ? sending->Read(*outcome) : std::nullopt;
    read ? Answer(*cause, *read) : StoreFailed(*cause, error);
    if (const auto bye = outcome ? sending->TakeBack(key.first, *outcome) : std::nullopt)
      CarryOut(*bye, cause, [](const Outcome&) {});
    lanes.leave_record();
    lanes.release();
  };
  const auto work = [=, this](Result<store::Stored, StoreError> stored) {
    if (!stored) return fail(stored.error());
    const chat::Record before = ChatRecord(key, *stored);
    const chat::SendContext context{service_.loop().Wall(), service_.random(),
                                    settings_.sip.dialect, MayOpen(cause->header.from),
                                    page_typing_.MayTell({key.first, key.second})};
    // A copy goes ahead: on a conflict this step is taken again from where it was.
    auto next = std::make_shared<chat::Sending>(*sending);
    chat::Step step =
        outcome ? next->OnOutcome(before, *outcome, context) : next->Start(before, context);
    // That there is no session must be true: nothing would be written that could conflict.
    if (stored->kept && step.record.IsEmpty()) {
      store_.Forget(key);
      return SendingCycle(key, sending, outcome, cause, conflicts, lanes);
    }
    const auto carry_out = [=, this, effects = step.effects] {
      lanes.leave_record();
      for (const envelope::Effect& effect : effects) {
        if (const auto* to_sip = std::get_if<envelope::ToSip>(&effect)) {
          if (IsLate(*cause)) return lanes.release();
          if (std::holds_alternative<envelope::SessionOpen>(to_sip->command.act))
            conversations_.Take(ToString(cause->header.from.Bare()), service_.loop().Now());
          CarryOut(*to_sip, cause, [=, this](const Outcome& done) {
            if (done.sip_status == 415 && next->is_state())
              page_typing_.OnRefused({key.first, key.second});
            SendingStep(key, next, done, cause, lanes.release);
          });
        } else if (const auto* answer = std::get_if<envelope::Answer>(&effect)) {
          Answer(*cause, answer->outcome);
          lanes.release();
        }
      }
    };
    if (step.record == before || step.record.IsEmpty()) return carry_out();
    store_.Save(
        key, ChangeTo(step.record, stored->version),
        [=, this](Result<store::Saved, StoreError> saved) {
          if (!saved && saved.error() == StoreError::kConflict && conflicts < kConflictsMax) {
            return SendingCycle(key, sending, outcome, cause, conflicts + 1, lanes);
          }
          saved ? carry_out() : fail(saved.error());
        });
  };
  // Pages need no record (ARCH-15).
  if (settings_.sip.dialect == policy::Dialect::kStandard) return work(store::Stored{});
  store_.Load(key, work);
}

}  // namespace dragoman::router
