// What is asked about one message, and the answer. Questions come from the command line or, many
// at a time, as lines of JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/translate/exchange.h"
#include "cli/translate/interpreter.h"
#include "core/base/result.h"
#include "core/policy/settings.h"

namespace dragoman::cli {

struct Question {
  std::string text;                        // a SIP message or a stanza
  std::optional<policy::Dialect> dialect;  // nullopt: as configured
  Before before = Before::kLikely;
  std::vector<PeerAnswer> answers;
};

struct Surroundings {
  const policy::Settings* configured = nullptr;  // nullptr: settings that serve the message
  WallTime now;
  RandomSource& random;
};

// Errors, of all of them: one line.
Result<Exchange, std::string> Ask(const Question& question, const Surroundings& surroundings);

// {"dialect":"microsoft","sip":"MESSAGE …"} or {"xmpp":"<message …"}, and "before", "answers" as on
// the command line. What is not said is as in `defaults`.
Result<Question, std::string> ParseQuestion(std::string_view json, const Question& defaults);

Result<policy::Dialect, std::string> ParseDialect(std::string_view word);
Result<Before, std::string> ParseBefore(std::string_view word);
// "480,301=sip:new@contoso.com"; final statuses, a Contact behind '='.
Result<std::vector<PeerAnswer>, std::string> ParseAnswers(std::string_view list);

}  // namespace dragoman::cli
