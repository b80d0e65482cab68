// What stands between two users, each in half a sentence.
#pragma once

#include <optional>
#include <string>

#include "cli/check/finding.h"
#include "cli/explain/facts.h"

namespace dragoman::explain {

struct Obstacle {
  std::string text;  // "there is no connection to the Edge edge.example:5061: connection refused"
  policy::Reason reason = policy::Reason::kNone;
};

struct Obstacles {
  std::optional<Obstacle> processes;  // of ours that are missing
  std::optional<Obstacle> routers;    // none tells what it knows; what it does is another question
  std::optional<Obstacle> store;
  std::optional<Obstacle> partner;
  std::optional<Obstacle> edges;          // none of them can be used
  std::optional<Obstacle> way_from_xmpp;  // DNS does not lead the partner to us
  std::optional<Obstacle> way_from_sip;   // nor an Edge that has to open a connection

  // The first that keeps news of a presentity on `side` from its watcher.
  std::optional<Obstacle> First(envelope::Side side) const;
};

// An address or the policy forbids it: nothing further is looked at.
std::optional<Obstacle> ForbiddenBy(const check::Findings& findings);

Obstacles ObstaclesIn(const Facts& facts, const check::Findings& findings);

}  // namespace dragoman::explain
