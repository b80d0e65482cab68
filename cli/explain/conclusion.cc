#include "cli/explain/conclusion.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "cli/explain/hops.h"
#include "cli/explain/obstacles.h"

namespace dragoman::explain {
namespace {

using check::Area;
using check::Findings;
using policy::Reason;

// By the localpart, unless the two share it or one has none.
std::pair<std::string, std::string> NamesOf(const Facts& facts) {
  const envelope::Address &from = facts.from.address, &to = facts.to.address;
  if (from.local.empty() || to.local.empty() || from.local == to.local)
    return {from.domain.empty() ? facts.from.typed : ToString(from),
            to.domain.empty() ? facts.to.typed : ToString(to)};
  return {from.local, to.local};
}

Conclusion Sentence(Answer answer, std::string text, Reason reason = Reason::kNone) {
  if (reason != Reason::kNone) {
    text += " (" + std::to_string(static_cast<unsigned>(reason)) + " " +
            std::string(policy::Name(reason)) + ")";
  }
  return {answer, text + ".", reason};
}

HalfFacts HalfOf(const Facts& facts, const Party& watcher, const Party& presentity,
                 const std::optional<pages::Subscription>& record) {
  const bool asks = &watcher == &facts.from;  // the room is that of `from`
  return {ToString(watcher.address),
          ToString(presentity.address),
          watcher.side,
          record,
          facts.now,
          asks ? facts.path->room : std::nullopt};
}

Reason ReasonIn(const Findings& findings) {
  for (const check::Finding& one : findings) {
    if (one.reason != Reason::kNone) return one.reason;
  }
  return Reason::kNone;
}

Conclusion Sees(const Half& half, const std::optional<Obstacle>& obstacle, const Names& names) {
  const std::string sees = names.watcher + " sees " + names.presentity + ": ";
  const std::string sees_not = names.watcher + " does not see " + names.presentity + ": ";
  const Reason reason = obstacle ? obstacle->reason : ReasonIn(half.findings);
  switch (half.answer) {
    case Answer::kYes:
      if (!obstacle) return Sentence(Answer::kYes, sees + half.clause);
      return Sentence(Answer::kOld, sees + half.clause + ", but nothing new: " + obstacle->text,
                      reason);
    case Answer::kOld:
      return Sentence(Answer::kOld, sees + half.clause + (obstacle ? ": " + obstacle->text : ""),
                      reason);
    case Answer::kDoubtful:
      return Sentence(Answer::kDoubtful,
                      "It is doubtful whether " + names.watcher + " sees " + names.presentity +
                          ": " + half.clause + (obstacle ? ": " + obstacle->text : ""),
                      reason);
    case Answer::kNo:
      break;
  }
  if (!obstacle) return Sentence(Answer::kNo, sees_not + half.clause, reason);
  if (half.waits == Waits::kNetwork)
    return Sentence(Answer::kNo, sees_not + half.clause + ": " + obstacle->text, reason);
  return Sentence(Answer::kNo, sees_not + half.clause + "; besides, " + obstacle->text, reason);
}

Conclusion Writes(const Facts& facts, const Obstacles& found, const Names& names) {
  const std::string writes_not = names.watcher + " cannot write to " + names.presentity + ": ";
  const std::string doubtful =
      "It is doubtful whether " + names.watcher + " can write to " + names.presentity + ": ";
  const bool to_sip = facts.to.side == envelope::Side::kSip;
  for (const auto& obstacle : {found.processes, to_sip ? found.edges : found.partner}) {
    if (obstacle) return Sentence(Answer::kNo, writes_not + obstacle->text, obstacle->reason);
  }
  if (found.store && facts.dialect != policy::Dialect::kStandard) {
    if (to_sip) return Sentence(Answer::kNo, writes_not + found.store->text, found.store->reason);
    return Sentence(Answer::kDoubtful,
                    doubtful + found.store->text + "; pages pass, sessions are refused",
                    found.store->reason);
  }
  // The way to us is the sender's servers' affair: that ours to them is broken says much, not all.
  for (const auto& obstacle : {found.routers, to_sip ? found.partner : found.edges,
                               to_sip ? found.way_from_xmpp : found.way_from_sip}) {
    if (obstacle) return Sentence(Answer::kDoubtful, doubtful + obstacle->text, obstacle->reason);
  }
  std::string text = names.watcher + " can write to " + names.presentity;
  if (facts.path && facts.path->session == "open") text += "; a session is open";
  return Sentence(Answer::kYes, text);
}

}  // namespace

Explanation Explain(const Facts& facts) {
  Explanation made;
  const auto [from, to] = NamesOf(facts);
  const Names names{from, to};
  made.findings = JudgeAddresses(facts);
  check::Append(made.findings, JudgePolicy(facts));
  if (const auto obstacle = ForbiddenBy(made.findings)) {
    made.sees = Sentence(Answer::kNo, from + " does not see " + to + ": " + obstacle->text,
                         obstacle->reason);
    made.writes = Sentence(Answer::kNo, from + " cannot write to " + to + ": " + obstacle->text,
                           obstacle->reason);
    return made;
  }
  check::Append(made.findings, JudgeProcesses(facts));
  check::Append(made.findings, JudgeStore(facts));
  for (const Area area : {Area::kCertificates, Area::kDns, Area::kPartners, Area::kEdges})
    check::Append(made.findings, JudgeExamined(facts, area));
  const Obstacles found = ObstaclesIn(facts, made.findings);
  made.writes = Writes(facts, found, names);
  if (!facts.path) {
    const Obstacle& why = found.processes ? *found.processes : *found.routers;
    made.sees =
        Sentence(Answer::kDoubtful,
                 "It cannot be told whether " + from + " sees " + to + ": " + why.text, why.reason);
    return made;
  }
  if (found.store) {
    made.sees = Sentence(Answer::kOld,
                         from + " sees of " + to +
                             " what was told before, if anything, and "
                             "nothing new: " +
                             found.store->text,
                         found.store->reason);
    return made;
  }
  const Half sees = JudgeHalf(HalfOf(facts, facts.from, facts.to, facts.path->sees), names);
  const Half seen =
      JudgeHalf(HalfOf(facts, facts.to, facts.from, facts.path->is_seen_by), {to, from});
  check::Append(made.findings, sees.findings);
  check::Append(made.findings, seen.findings);
  check::Append(made.findings, JudgeConversation(facts));
  made.sees = Sees(sees, found.First(facts.to.side), names);
  return made;
}

}  // namespace dragoman::explain
