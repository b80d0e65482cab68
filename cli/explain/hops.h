// Hop by hop: what is in the way between two users, as findings.
#pragma once

#include "cli/check/finding.h"
#include "cli/explain/facts.h"

namespace dragoman::explain {

// Without an error in these nothing else needs to be found out.
check::Findings JudgeAddresses(const Facts& facts);
check::Findings JudgePolicy(const Facts& facts);

// The processes of this machine and what a router says of its own place.
check::Findings JudgeProcesses(const Facts& facts);
check::Findings JudgeStore(const Facts& facts);
// What the examination found, without what is well and of no concern to these two.
check::Findings JudgeExamined(const Facts& facts, check::Area area);
check::Findings JudgeConversation(const Facts& facts);

}  // namespace dragoman::explain
