#include "cli/translate/question.h"

#include <utility>

#include "cli/print/json.h"
#include "cli/translate/input.h"
#include "core/base/ascii.h"
#include "core/sip/framer.h"

namespace dragoman::cli {
namespace {

using policy::Dialect;

Result<Exchange, std::string> AskWith(
    policy::Settings settings, const Question& question, const Surroundings& around,
    const std::function<Result<Exchange, std::string>(Interpreter&)>& interpret) {
  if (question.dialect) settings.sip.dialect = *question.dialect;
  Interpreter interpreter(settings, {question.before, question.answers, around.now}, around.random);
  return interpret(interpreter);
}

// The request in `bytes`, if there is a whole one, to see whom it concerns.
sip::Request Peek(std::string_view bytes) {
  sip::Framer framer;
  framer.Feed(bytes, TimePoint{});
  auto event = framer.Poll();
  auto* request = event ? std::get_if<sip::Request>(&*event) : nullptr;
  return request != nullptr ? std::move(*request) : sip::Request();
}

}  // namespace

Result<Exchange, std::string> Ask(const Question& question, const Surroundings& around) {
  if (Trim(question.text).empty()) return Fail(std::string("nothing to translate"));
  if (LooksLikeSip(question.text)) {
    const std::string bytes = SipBytes(question.text);
    return AskWith(around.configured != nullptr ? *around.configured : SettingsFor(Peek(bytes)),
                   question, around, [&](Interpreter& one) { return one.FromSip(bytes); });
  }
  const auto stanza = ParseStanza(question.text);
  if (!stanza) return Fail(stanza.error());
  return AskWith(around.configured != nullptr ? *around.configured : SettingsFor(*stanza), question,
                 around, [&](Interpreter& one) { return one.FromXmpp(*stanza); });
}

Result<Question, std::string> ParseQuestion(std::string_view json, const Question& defaults) {
  const auto members = ParseJsonStrings(json);
  if (!members) return Fail(members.error());
  Question question = defaults;
  bool asked = false;
  for (const auto& [name, value] : *members) {
    if (name == "dialect") {
      const auto dialect = ParseDialect(value);
      if (!dialect) return Fail(dialect.error());
      question.dialect = *dialect;
    } else if (name == "before") {
      const auto before = ParseBefore(value);
      if (!before) return Fail(before.error());
      question.before = *before;
    } else if (name == "answers") {
      auto answers = ParseAnswers(value);
      if (!answers) return Fail(answers.error());
      question.answers = *std::move(answers);
    } else if (name == "sip" || name == "xmpp") {
      if (std::exchange(asked, true)) return Fail(std::string("expected one of sip and xmpp"));
      if (LooksLikeSip(value) != (name == "sip")) return Fail(name + ": that is none");
      question.text = value;
    } else {
      return Fail(name + ": expected sip or xmpp, and dialect, before, answers");
    }
  }
  if (!asked) return Fail(std::string("expected one of sip and xmpp"));
  return question;
}

Result<Dialect, std::string> ParseDialect(std::string_view word) {
  if (word == "auto") return Dialect::kAuto;
  if (word == "microsoft") return Dialect::kMicrosoft;
  if (word == "standard") return Dialect::kStandard;
  return Fail(std::string("dialect: expected auto, microsoft or standard"));
}

Result<Before, std::string> ParseBefore(std::string_view word) {
  if (word == "likely") return Before::kLikely;
  if (word == "nothing") return Before::kNothing;
  if (word == "open") return Before::kOpen;
  return Fail(std::string("before: expected likely, nothing or open"));
}

Result<std::vector<PeerAnswer>, std::string> ParseAnswers(std::string_view list) {
  std::vector<PeerAnswer> answers;
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    const auto status = sip::Seconds(Trim(one.substr(0, one.find('='))));
    if (!status || *status < 200 || *status > 699 || answers.size() == kRequestsMax)
      return Fail(std::string("answers: expected up to 16 statuses from 200 to 699"));
    const std::size_t contact = one.find('=');
    answers.push_back(
        {static_cast<std::uint16_t>(*status),
         contact == std::string_view::npos ? std::string() : std::string(one.substr(contact + 1))});
  }
  return answers;
}

}  // namespace dragoman::cli
