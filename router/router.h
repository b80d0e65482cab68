// The process: messages from the bus to the machines of core/, records from the store to them,
// effects back to the bus.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "core/chat/first_receipts.h"
#include "core/chat/machine.h"
#include "core/chat/page_typing.h"
#include "core/chat/sending.h"
#include "core/presence/machine.h"
#include "core/routing/dispatch.h"
#include "core/routing/quota.h"
#include "presence-store/store.h"
#include "router/lanes.h"
#include "router/subscription_pages.h"
#include "router/upkeep.h"
#include "runtime/cluster/seat.h"
#include "runtime/service/service.h"

namespace dragoman::router {

using routing::PassOn;
using routing::Refuse;
using routing::ToConversation;
using routing::ToDomains;
using routing::ToPage;
using routing::ToPresence;
using routing::ToSending;

inline constexpr std::uint32_t kToXmppBudgetMs = 10'000;
inline constexpr std::uint32_t kToSipBudgetMs = 33'000;       // above timer F: its end is an answer
inline constexpr std::uint32_t kInvitationBudgetMs = 91'000;  // above sip::kInviteAnswerMax
inline constexpr Duration kStoreAwaitMax{2'000};              // then it joins without
inline constexpr int kConflictsMax = 5;                       // reloads of one record for one event

class Router {
 public:
  explicit Router(runtime::Service& service);

  // It joins the others once it has reached the store.
  Result<bool, std::string> Start();
  runtime::Service::Hooks hooks();

 private:
  // Of what follows from a message: commands to SIP, then payloads to XMPP.
  static constexpr std::size_t kToXmpp = std::variant_size_v<decltype(envelope::SipCommand::act)>;
  static constexpr std::size_t kKinds =
      kToXmpp + std::variant_size_v<decltype(envelope::ToXmpp::payload)>;
  // A message that was delivered, while it is being handled.
  struct Cause {
    envelope::Header header;
    TimePoint deadline;
    // Messages that followed from it so far, by kind: so another router, which begins where the
    // record stands by then, gives each the same id, and none that of another.
    std::array<std::uint16_t, kKinds> derived = {};
  };
  static envelope::MessageId NextId(Cause& cause, std::size_t kind);
  using CausePtr = std::shared_ptr<Cause>;
  using OnOutcome = std::function<void(envelope::Outcome)>;

  void OnDelivered(envelope::Message message);
  void OnFinished(const envelope::MessageId& id, envelope::Outcome outcome);
  void Handle(const ToPresence& to, const CausePtr& cause, const std::string& payload);
  void Handle(const ToConversation& to, const CausePtr& cause, std::string payload);
  void Handle(const ToSending& to, const CausePtr& cause, const std::string& payload);
  void Handle(const PassOn&, const CausePtr& cause, std::string payload);
  void Handle(const ToPage& to, const CausePtr& cause, const std::string& payload);
  void Handle(const ToDomains& to, const CausePtr& cause, const std::string&);
  void Handle(const Refuse& refuse, const CausePtr& cause, const std::string&);

  // done: once, what came of it; kNone: it is saved, or there was nothing to save.
  using OnPresenceDone = std::function<void(policy::Reason)>;
  void Presence(const store::RecordKey& key, presence::Event event, const CausePtr& cause,
                OnPresenceDone done = {});
  // An event that says what became of a command or a stanza of ours: it always finds room.
  void PresenceFollows(const store::RecordKey& key, presence::Event event);
  // One event on its way through the record of its pair.
  struct PresenceWork {
    store::RecordKey key;
    presence::Event event;
    CausePtr cause;
    OnPresenceDone done = {};
    Lanes::Release release = {};
    int conflicts = 0;                              // reloads so far
    std::optional<presence::SignOfLife> watcher{};  // looked up already
  };
  using PresenceWorkPtr = std::shared_ptr<PresenceWork>;
  using StepPtr = std::shared_ptr<const presence::Step>;
  Lanes::Work PresenceIn(const store::RecordKey& key, presence::Event event, const CausePtr& cause,
                         OnPresenceDone done);
  void PresenceStep(const PresenceWorkPtr& work);
  void OnPresenceSaved(const PresenceWorkPtr& work, const StepPtr& step,
                       const Result<store::Saved, store::StoreError>& saved);
  void EndPresence(const PresenceWork& work, policy::Reason reason);
  presence::Record RecordOf(const store::RecordKey& key, const store::Stored& stored);
  void SettlePresence(const PresenceWork& work, const presence::Record& record);
  void CarryOut(const PresenceWork& work, const StepPtr& step);
  void LookForWatcher(const PresenceWorkPtr& work);
  policy::Reason LimitOn(const PresenceWork& work, const presence::Record& before,
                         const store::Stored& stored);

  bool MayOpen(const envelope::Address& sender) const;
  void PageState(const store::RecordKey& key, const envelope::ChatState& state,
                 const CausePtr& cause, std::string payload);
  void OnTypingTimer();
  void Conversation(const store::RecordKey& key, chat::Event event, const CausePtr& cause,
                    const std::string& payload);
  void ConversationFollows(const store::RecordKey& key, chat::CommandDone done);
  Lanes::Work ConversationIn(const store::RecordKey& key, chat::Event event, const CausePtr& cause,
                             const std::string& payload);
  void ConversationStep(const store::RecordKey& key, const chat::Event& event,
                        const CausePtr& cause, const std::string& payload, int conflicts,
                        const Lanes::Release& release);
  struct SendingLanes {
    Lanes::Release release;       // of the direction: once, with the answer
    Lanes::Release leave_record;  // once, with the save
  };
  void SendingStep(const store::RecordKey& key, std::shared_ptr<chat::Sending> sending,
                   const std::optional<envelope::Outcome>& outcome, const CausePtr& cause,
                   const Lanes::Release& release);
  void SendingCycle(const store::RecordKey& key, std::shared_ptr<chat::Sending> sending,
                    const std::optional<envelope::Outcome>& outcome, const CausePtr& cause,
                    int conflicts, const SendingLanes& lanes);

  void CarryOut(const envelope::ToXmpp& effect, const CausePtr& cause, const OnOutcome& done);
  void CarryOut(const envelope::ToSip& effect, const CausePtr& cause, const OnOutcome& done);
  void CarryOut(const envelope::Farewell& farewell, const CausePtr& cause);
  void Send(envelope::Message message, routing::Target target, OnOutcome done);
  routing::Target XmppTarget(const envelope::Address& sip_user,
                             const envelope::Address& xmpp_user) const;

  void Answer(const Cause& cause, envelope::Outcome outcome);
  void AnswerReason(const Cause& cause, policy::Reason reason);
  void StoreFailed(const Cause& cause, store::StoreError error);
  CausePtr OwnCause();
  // Whoever asked does not wait for us any more: it must not arrive after all.
  bool IsLate(const Cause& cause);
  // For what is asked on behalf of `cause`: no longer than its sender waits.
  std::uint32_t BudgetFor(const Cause& cause, std::uint32_t budget_ms) const;

  void Join();
  void OnRedis(const runtime::RedisEvent& event);
  void LookAt(const store::DueEntry& entry);
  void VerifyAll(envelope::Role lost);
  SubscriptionPages::Powers Powers();
  admin::Path PathBetween(const envelope::Address& from, const envelope::Address& to) const;

  runtime::Service& service_;
  const policy::Settings& settings_;
  runtime::Seat seat_;
  store::Store store_;
  Lanes lanes_;
  chat::PageTyping page_typing_;
  routing::Quota conversations_;
  routing::Quota polls_;
  chat::FirstReceipts first_receipts_;
  runtime::Timer join_timer_;
  bool joined_ = false;
  runtime::Timer typing_timer_;
  std::unordered_map<envelope::MessageId, OnOutcome, envelope::MessageIdHash> finish_;
  Upkeep upkeep_;
  SubscriptionPages pages_;
};

}  // namespace dragoman::router
