// The process: messages from the bus to the machines of core/, records from the store to them,
// effects back to the bus.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "core/chat/first_receipts.h"
#include "core/chat/machine.h"
#include "core/chat/page_typing.h"
#include "core/chat/sending.h"
#include "core/presence/machine.h"
#include "core/routing/dispatch.h"
#include "core/routing/node.h"
#include "core/routing/quota.h"
#include "presence-store/store.h"
#include "router/lanes.h"
#include "runtime/bus/port.h"
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
inline constexpr int kConflictsMax = 5;                       // reloads of one record for one event
inline constexpr Duration kDueInterval{500};
inline constexpr std::size_t kDueClaimMax = 512;  // records looked at in one interval
inline constexpr Duration kVerifyAfter{300};      // a lost front-end's successor greets within this
inline constexpr Duration kVerifySpread{1000};    // jitter over the records of a lost front-end

class Router {
 public:
  explicit Router(runtime::Service& service);

  Result<bool, std::string> Start();
  runtime::Service::Hooks hooks();

  // Effects of the node
  void operator()(routing::Node::Deliver deliver);
  void operator()(routing::Node::Finish finish);
  void operator()(const routing::Node::MemberUp& up);
  void operator()(const routing::Node::MemberLost& lost);

 private:
  // A message that was delivered, while it is being handled.
  struct Cause {
    envelope::Header header;
    TimePoint deadline;
    std::uint32_t derived = 0;  // messages that followed from it so far
  };
  using CausePtr = std::shared_ptr<Cause>;
  using OnOutcome = std::function<void(envelope::Outcome)>;

  void Handle(const ToPresence& to, const CausePtr& cause, const std::string& payload);
  void Handle(const ToConversation& to, const CausePtr& cause, std::string payload);
  void Handle(const ToSending& to, const CausePtr& cause, const std::string& payload);
  void Handle(const PassOn&, const CausePtr& cause, std::string payload);
  void Handle(const ToPage& to, const CausePtr& cause, const std::string& payload);
  void Handle(const ToDomains& to, const CausePtr& cause, const std::string&);
  void Handle(const Refuse& refuse, const CausePtr& cause, const std::string&);

  void Presence(const store::RecordKey& key, presence::Event event, const CausePtr& cause);
  void PresenceStep(const store::RecordKey& key, const presence::Event& event,
                    const CausePtr& cause, int conflicts, const Lanes::Release& release);
  bool MayOpen(const envelope::Address& sender) const;
  void PageState(const store::RecordKey& key, const envelope::ChatState& state,
                 const CausePtr& cause, std::string payload);
  void OnTypingTimer();
  void Conversation(const store::RecordKey& key, chat::Event event, const CausePtr& cause,
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
  // Its sender was told that it failed: it must not arrive after all.
  bool IsLate(const Cause& cause) const;

  void OnDueTimer();
  void LookAt(const store::DueEntry& entry);
  void VerifyAll(envelope::Role lost);
  void VerifyEach(std::function<bool(const store::RecordKey&)> concerned,
                  std::function<void()> failed);

  runtime::Service& service_;
  const policy::Settings& settings_;
  routing::Node node_;
  runtime::Port<routing::Node, Router> port_;
  store::Store store_;
  Lanes lanes_;
  chat::PageTyping page_typing_;
  routing::Quota conversations_;
  chat::FirstReceipts first_receipts_;
  runtime::Timer typing_timer_;
  std::unordered_map<envelope::MessageId, OnOutcome, envelope::MessageIdHash> finish_;
  runtime::Timer due_timer_;
  std::set<envelope::Role> unverified_;  // lost, but the store could not tell the records yet
  std::uint64_t store_connections_ = 1;  // seen: the first one brings no news
};

}  // namespace dragoman::router
