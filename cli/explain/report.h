// An explanation on paper: hop by hop and two sentences for people, one JSON object for machines.
#pragma once

#include <string>

#include "cli/explain/conclusion.h"
#include "cli/explain/facts.h"

namespace dragoman::explain {

std::string Print(const Explanation& made);

// {"from":…,"to":…,"sees":{"answer":…,"text":…,"reason":…,"code":…},"writes":…,"findings":[as
// check --json]}, one line. `answer`: yes, old, doubtful, no.
std::string PrintJson(const Explanation& made, const Facts& facts);

// 0: sees and may write; 1: one of them not, or not for sure.
int ExitStatus(const Explanation& made);

}  // namespace dragoman::explain
