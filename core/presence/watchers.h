// The two state machines behind Advance: one object lives for one event.
#pragma once

#include <string>
#include <utility>

#include "core/presence/known.h"
#include "core/presence/machine.h"

namespace dragoman::presence {

// What both do: collect effects around a record.
class Watcher {
 public:
  Watcher(Record record, const Context& context) : context_(context), record_(std::move(record)) {}

 protected:
  void Accept(envelope::Outcome outcome = {}) {
    effects_.push_back(envelope::Answer{std::move(outcome)});
  }
  void Refuse(policy::Reason reason) {
    envelope::Outcome outcome;
    outcome.reason = reason;
    Accept(std::move(outcome));
  }
  // The watch of the dialog that `dialog` continues; nullptr: none.
  Watch* Find(const envelope::SipDialog& dialog);
  // This one and no other; `watch` is one of the record's, and is gone afterwards.
  void Erase(const Watch& watch);
  Step Done() { return {std::move(record_), std::move(effects_)}; }

  const Context& context_;
  Record record_;
  std::vector<envelope::Effect> effects_;
};

// Requirements §8.1: XMPP user W watches SIP presentity P.
class XmppWatcher : public Watcher {
 public:
  using Watcher::Watcher;
  Step Handle(const Event& event);

 private:
  void On(const envelope::Subscribe& subscribe);
  void On(const envelope::Unsubscribe&);
  void On(const envelope::Probe&);
  void On(const envelope::PresenceUpdate& notify);
  void On(const CommandDone& done);
  void On(const NotCarried& lost);
  void On(const Due&);
  void On(const Verify&);
  void On(const Drop&) { On(envelope::Unsubscribe{}); }
  void On(const AskAnew&);
  void On(const envelope::Approve&) { Accept(); }  // only a presentity of the other side approves
  void On(const envelope::Deny&) { Accept(); }

  Watch NewWatch();
  // What a SUBSCRIBE asks for first, in seconds.
  std::uint32_t Lifetime() const {
    return static_cast<std::uint32_t>(context_.refresh.count() / 1000);
  }
  void SubscribeAnew();
  void Refresh();
  void See();
  bool IsIdle() const;
  // By a `subscribe`; else all that there is of an authorisation is a probe that showed presence.
  bool WasAsked() const { return record_.asked_at != WallTime{}; }
  void Suspend();
  void RetryLater();
  void Settle(Watch& watch);
  bool IsAskedInVain() const;
  void Poll();
  void OnPolled(Watch& watch, const envelope::PresenceUpdate& notify);
  void Forget();
  void EndAuthorization();
  void EndRequest(policy::Reason reason, std::uint16_t status);
  void Clear();
  void Tell(const std::vector<envelope::ResourcePresence>& resources);
  void TellAgain();
  void TellUntold();
  template <typename Payload>
  void ToWatcher(Payload payload) {
    effects_.push_back(envelope::ToXmpp{record_.presentity, record_.watcher, std::move(payload)});
  }
  void SendSubscribe(Watch& watch, std::uint32_t expires);
  void Keep(Watch& watch, std::uint32_t expires);
  void OnActive(const envelope::PresenceUpdate& notify);
  void OnTerminated(const envelope::PresenceUpdate& notify);
};

// Requirements §8.2: SIP user W watches XMPP presentity P.
class SipWatcher : public Watcher {
 public:
  using Watcher::Watcher;
  Step Handle(const Event& event);

 private:
  void On(const envelope::Subscribe& subscribe);
  void On(const envelope::Unsubscribe& unsubscribe);
  void On(const envelope::Approve&);
  void On(const envelope::Deny& deny);
  void On(const envelope::PresenceUpdate& update);
  void On(const CommandDone& done);
  void On(const NotCarried& lost);
  void On(const Due&);
  void On(const Verify&);
  void On(const Drop&);
  void On(const AskAnew&) { On(Verify{}); }
  void On(const envelope::Probe&) { Accept(); }

  void Open(const envelope::Subscribe& subscribe);
  void Fetch(Watch watch);
  void EndFetches();
  void Ask();
  bool KnowsState() const { return record_.known_at != WallTime{}; }
  bool IsStale() const;
  void Forget();
  void Probe();
  void Hear(const envelope::PresenceUpdate& update);
  void Sweep();
  void Renew(Watch& watch, const envelope::Subscribe& subscribe);
  void Notify(Watch& watch);
  void NotifyAll();
  void NotifyNews();
  void Terminate(Watch& watch, const std::string& reason, std::uint32_t retry_after = 0);
  // An empty `document`: a NOTIFY without body.
  void End(Watch& watch, const std::string& reason, std::uint32_t retry_after, Resources document);
  void TerminateAll(const std::string& reason, std::uint32_t retry_after = 0);
  void Remove(const Watch& watch);
  template <typename Payload>
  void ToPresentity(Payload payload) {
    effects_.push_back(envelope::ToXmpp{record_.watcher, record_.presentity, std::move(payload)});
  }
  envelope::PresenceUpdate Document() const;
  void Send(Watch& watch, envelope::PresenceUpdate update);
};

}  // namespace dragoman::presence
