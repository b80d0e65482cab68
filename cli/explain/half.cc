#include "cli/explain/half.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/explain/limit.h"
#include "cli/pages/summary.h"
#include "cli/print/shown.h"
#include "core/policy/reason.h"

namespace dragoman::explain {
namespace {

using check::Severity;
using cli::Ago;
using cli::Until;
using policy::Reason;

constexpr Duration kUnderWay{60'000};  // a request younger than this may simply not be answered yet
constexpr Duration kOverdue{60'000};   // routers look at a record within seconds of its time

class Judge {
 public:
  Judge(const HalfFacts& facts, const Names& names)
      : facts_(facts), names_(names), verdict_(check::Area::kSubscriptions, facts.watcher) {}

  Half Take() {
    if (!facts_.record || (record().state == "none" && record().dialogs.empty())) {
      None();
    } else if (record().state == "none") {
      Polled();
    } else if (record().state == "requested" && from_xmpp()) {
      Requested();
    } else if (record().state == "requested" || record().state == "pending") {
      Pending();
    } else if (record().state == "active") {
      Active();
    } else if (record().state == "suspended") {
      from_xmpp() ? SuspendedXmpp() : SuspendedSip();
    } else {
      Unknown();
    }
    Overdue();
    half_.findings = verdict_.Take();
    return std::move(half_);
  }

 private:
  const pages::Subscription& record() const { return *facts_.record; }
  bool from_xmpp() const { return facts_.watcher_side == envelope::Side::kXmpp; }

  // "watches romeo@montague.example: " and what follows.
  void Say(Severity severity, const std::string& found, std::string mend = {},
           Reason reason = Reason::kNone) {
    verdict_.Add(severity, "subscription",
                 {"watches " + facts_.presentity + ": " + found, {}, std::move(mend)}, reason);
  }
  void Conclude(Answer answer, Waits waits, std::string clause) {
    half_.answer = answer;
    half_.waits = waits;
    half_.clause = std::move(clause);
  }

  std::string Asked() const {
    return record().asked ? "asked " + Ago(*record().asked, facts_.now) : "asked";
  }
  // ", failed 3 times in a row, next try in 10 min"; empty if nothing failed.
  std::string Failures() const {
    const std::uint32_t times = record().failures;
    if (times == 0) return {};
    std::string text =
        times == 1 ? ", failed once" : ", failed " + std::to_string(times) + " times in a row";
    return text + NextTry();
  }

  // ", next try in 10 min"; empty if it is not known.
  std::string NextTry() const {
    return record().next ? ", next try " + Until(*record().next, facts_.now) : "";
  }

  void None() {
    if (const auto limit =
            facts_.room ? LimitReached(*facts_.room, facts_.watcher) : std::nullopt) {
      Say(Severity::kError, "no subscription, and none is taken: " + limit->reached, limit->mend,
          Reason::kTooManySubscriptions);
      return Conclude(Answer::kNo, Waits::kWatcher,
                      "there is no subscription, and none is taken: " + limit->reached);
    }
    Say(Severity::kInfo, "no subscription: never asked, refused, or ended",
        "let " + facts_.watcher + " add the contact (again), and " + facts_.presentity +
            " approve it");
    Conclude(Answer::kNo, Waits::kWatcher,
             "there is no subscription: " + names_.watcher +
                 " never asked, was refused, or ended "
                 "it");
  }

  void Polled() {
    Say(Severity::kInfo, "asked once, without a subscription",
        "let " + facts_.watcher + " add the contact, and " + facts_.presentity + " approve it");
    Conclude(Answer::kNo, Waits::kWatcher,
             names_.watcher + "'s client asked once, and there is no subscription");
  }

  // SUBSCRIBE was sent, and no NOTIFY has come.
  void Requested() {
    const bool young =
        record().failures == 0 && record().asked && facts_.now - *record().asked < kUnderWay;
    const std::string found = "the SIP side has not answered (" + Asked() + Failures() + ")";
    if (young) {
      Say(Severity::kInfo, found, "wait a minute");
    } else {
      Say(Severity::kError, found,
          "look at the Edge above, and at its log for SUBSCRIBE; the request ends with an error "
          "after 24 h",
          Reason::kRemoteServerTimeout);
    }
    Conclude(Answer::kNo, Waits::kNetwork, found);
  }

  void Pending() {
    if (!from_xmpp() && record().failures > 0) {
      const std::string found = "the question has not reached " + facts_.presentity +
                                "'s server (" + Asked() + Failures() + ")";
      Say(Severity::kError, found, "look at the partner above");
      return Conclude(Answer::kNo, Waits::kNetwork, found);
    }
    Say(Severity::kWarning, "pending: " + Asked() + ", not approved yet" + Failures(),
        "let " + facts_.presentity +
            " approve the request in its client; refresh asks again: "
            "dragoman subs refresh");
    Conclude(Answer::kNo, Waits::kPresentity,
             names_.presentity + " has not approved yet (" + Asked() + ")");
    Dialogs();
  }

  void Active() {
    Say(Severity::kOk, "active, approved");
    const bool live = Dialogs();
    const std::string shows = Document();
    if (!record().heard && record().resources.empty()) {
      return Conclude(
          Answer::kDoubtful, Waits::kNetwork,
          names_.presentity + "'s side has not said yet how " + names_.presentity + " is");
    }
    std::string clause = shows;
    if (record().heard) clause += ", as heard " + Ago(*record().heard, facts_.now);
    if (live) return Conclude(Answer::kYes, Waits::kNobody, clause);
    Conclude(Answer::kOld, Waits::kNetwork, clause + "; the dialog has ended since");
  }

  // False: no dialog carries news.
  bool Dialogs() {
    bool live = false;
    for (const pages::Dialog& dialog : record().dialogs) {
      const std::string where = dialog.edge.empty() ? "with no Edge yet" : "with " + dialog.edge;
      if (dialog.poll) {
        verdict_.Info("dialog", {where + ", asked once"});
      } else if (!dialog.established) {
        verdict_.Warn("dialog", {where + ", not answered yet", {}, "wait; look at the Edge above"});
      } else if (dialog.expires && *dialog.expires <= facts_.now) {
        verdict_.Warn("dialog", {where + ", ran out " + Ago(*dialog.expires, facts_.now),
                                 {},
                                 from_xmpp() ? "dragoman subs refresh"
                                             : "nothing: the watcher's client subscribes again"});
      } else {
        live = true;
        verdict_.Ok(
            "dialog",
            {where + (dialog.expires ? ", runs out " + Until(*dialog.expires, facts_.now) : "")});
      }
    }
    if (record().dialogs.empty() && record().state == "active") {
      verdict_.Warn("dialog", {"none: nothing new comes", {}, "dragoman subs refresh"});
    }
    return live;
  }

  // What is shown, in words.
  std::string Document() {
    const std::string summary = pages::Summary(record().resources);
    const std::string shows = summary.empty() ? "offline" : summary;
    std::string found = "shows " + facts_.presentity + " " + shows;
    found += record().heard ? ", heard " + Ago(*record().heard, facts_.now) : ", nothing heard yet";
    if (record().next) found += ", next look " + Until(*record().next, facts_.now);
    const bool ran_out = record().valid_until && *record().valid_until <= facts_.now;
    if (record().failures > 0) {
      verdict_.Warn("document", {found + Failures(), {}, "look at the " + Servers() + " above"});
    } else if (ran_out && !record().resources.empty()) {
      verdict_.Warn("document", {found + "; nobody has vouched for it since " +
                                     Ago(*record().valid_until, facts_.now),
                                 {},
                                 "dragoman subs refresh"});
    } else if (!record().heard) {
      verdict_.Warn("document", {found,
                                 {},
                                 "look at the " + Servers() +
                                     " above; dragoman subs "
                                     "refresh asks again"});
    } else {
      verdict_.Ok("document", {found});
    }
    return shows;
  }

  // The presentity's.
  std::string Servers() const { return from_xmpp() ? "Edge" : "partner"; }

  void SuspendedXmpp() {
    if (record().failures > 0) return Failing();
    if (!record().dialogs.empty()) return AskedAnew();
    if (record().next) return ToldToWait();
    record().resources.empty() ? Idle() : Unchanging();
  }

  // The last subscription ended, and a new one does not come about.
  void Failing() {
    const std::string found =
        "approved, but the SIP side has taken no new subscription since the last one ended" +
        Failures();
    Say(Severity::kError, found, "look at the Edge above; dragoman subs refresh asks at once",
        Reason::kRemoteServerTimeout);
    ConcludeWithWhatIsShown(found);
  }

  void AskedAnew() {
    const std::string found =
        "approved, but the last subscription ended, and the SIP side has not answered the new one "
        "yet" +
        NextTry();
    Say(Severity::kWarning, found, "wait a minute; look at the Edge above");
    ConcludeWithWhatIsShown(found);
  }

  // By Retry-After, or the reasons probation and giveup.
  void ToldToWait() {
    const std::string found =
        "approved, but the SIP side ended the subscription and wants to be asked again later" +
        NextTry();
    Say(Severity::kWarning, found, "wait; dragoman subs refresh asks at once");
    ConcludeWithWhatIsShown(found);
  }

  void Idle() {
    Say(Severity::kInfo,
        "approved, but not watched now: the watcher signed out, or gave no sign of life for as "
        "long as presence.idle says",
        "let " + facts_.watcher + " sign in: its server asks, and the watch begins again");
    Conclude(Answer::kNo, Waits::kWatcher,
             names_.watcher +
                 " signed out, or gave no sign of life for long; it begins again when " +
                 names_.watcher + " signs in");
  }

  // The subscription ended as "invariant".
  void Unchanging() {
    Say(Severity::kOk, "approved; the SIP side said that what it told never changes");
    Document();
    Conclude(Answer::kYes, Waits::kNobody,
             pages::Summary(record().resources) + ", and the SIP side said that it never changes");
  }

  // For a while the watcher still sees what the last subscription brought.
  void ConcludeWithWhatIsShown(const std::string& found) {
    if (record().resources.empty()) return Conclude(Answer::kNo, Waits::kNetwork, found);
    std::string clause = pages::Summary(record().resources);
    if (record().heard) clause += ", as heard " + Ago(*record().heard, facts_.now);
    Conclude(Answer::kOld, Waits::kNetwork, clause + "; " + found);
  }

  void Overdue() {
    if (!facts_.record || !record().next || *record().next + kOverdue > facts_.now) return;
    verdict_.Warn("due",
                  {"was to be looked at " + Ago(*record().next, facts_.now) + ", and no router has",
                   "a look within seconds",
                   "see that routers run and reach Redis, and dragoman_due_lag_seconds; "
                   "dragoman subs refresh does not wait for it"});
  }

  void SuspendedSip() {
    Say(Severity::kInfo, "approved, but no client watches now: signed out, or it gave up",
        "let " + facts_.watcher + " sign in: its client subscribes by itself");
    Conclude(Answer::kNo, Waits::kWatcher,
             "it is approved, but no client of " + names_.watcher + " watches now");
  }

  void Unknown() {
    Say(Severity::kError, "in a state that this version does not know: " + record().state,
        "use the command of the routers' version");
    Conclude(Answer::kDoubtful, Waits::kNobody, "the router tells a state that is not known here");
  }

  const HalfFacts& facts_;
  const Names& names_;
  check::Verdict verdict_;
  Half half_;
};

}  // namespace

std::string_view Name(Answer answer) {
  constexpr std::array<std::string_view, 4> kNames = {"yes", "old", "doubtful", "no"};
  return kNames[static_cast<std::size_t>(answer)];
}

Half JudgeHalf(const HalfFacts& facts, const Names& names) { return Judge(facts, names).Take(); }

}  // namespace dragoman::explain
