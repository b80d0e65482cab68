// All of it together: the findings hop by hop, and one sentence for "sees" and one for "writes".
#pragma once

#include <string>

#include "cli/check/finding.h"
#include "cli/explain/facts.h"
#include "cli/explain/half.h"

namespace dragoman::explain {

struct Conclusion {
  Answer answer = Answer::kNo;
  std::string text;                               // a sentence
  policy::Reason reason = policy::Reason::kNone;  // that a user meets there
};

struct Explanation {
  check::Findings findings;  // in the order in which a request would meet what they are about
  Conclusion sees;           // `from` sees `to`
  Conclusion writes;         // `from` writes to `to`
};

Explanation Explain(const Facts& facts);

}  // namespace dragoman::explain
