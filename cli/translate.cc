#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/translate/input.h"
#include "cli/translate/question.h"
#include "core/base/ascii.h"
#include "core/base/timestamp.h"
#include "runtime/loop/loop.h"
#include "runtime/service/options.h"

namespace dragoman::cli {
namespace {

constexpr int kCarried = 0, kRefused = 1, kUnusable = 2;

int Complain(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  return kUnusable;
}

WallTime SystemNow() {
  return WallTime(
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

// A source for each message: what one draws changes nothing for the next.
std::unique_ptr<RandomSource> RandomFor(const std::string& seed) {
  if (seed.empty()) return std::make_unique<runtime::SystemRandom>();
  return std::make_unique<SeededRandom>(seed);
}

int StatusOf(const Exchange& exchange) { return exchange.accepted ? kCarried : kRefused; }

// Each line is a message by itself; the worst of them is the status.
int TranslateLines(std::istream& in, const Question& defaults, const policy::Settings* configured,
                   WallTime now, const std::string& seed) {
  int status = kCarried;
  for (std::string line; std::getline(in, line);) {
    if (Trim(line).empty()) continue;
    const auto random = RandomFor(seed);
    auto question = line.size() > kInputBytesMax ? Fail(std::string("the line is too long"))
                                                 : ParseQuestion(line, defaults);
    const auto exchange = question ? Ask(*question, {configured, now, *random})
                                   : Result<Exchange, std::string>(Fail(question.error()));
    const std::string told =
        exchange ? PrintExchangeJson(*exchange) : PrintErrorJson(exchange.error());
    std::fputs(told.c_str(), stdout);
    std::fflush(stdout);
    status = std::max(status, exchange ? StatusOf(*exchange) : kUnusable);
  }
  return status;
}

int TranslateOne(std::istream& in, Question question, const policy::Settings* configured,
                 WallTime now, const std::string& seed) {
  question.text.assign(std::istreambuf_iterator<char>(in), {});
  if (question.text.size() > kInputBytesMax) return Complain("the message is too long");
  const auto random = RandomFor(seed);
  const auto exchange = Ask(question, {configured, now, *random});
  if (!exchange) return Complain(exchange.error());
  std::fputs(PrintExchange(*exchange).c_str(), stdout);
  return StatusOf(*exchange);
}

}  // namespace

int Translate(const TranslateOptions& options) {
  std::optional<policy::Settings> configured;
  if (!options.config.empty()) {
    auto settings = runtime::LoadSettings(options.config, {});
    if (!settings) {
      for (const std::string& line : settings.error()) Complain(line);
      return kUnusable;
    }
    configured = *std::move(settings);
  }
  Question question;
  if (!options.dialect.empty()) {
    const auto dialect = ParseDialect(options.dialect);
    if (!dialect) return Complain(dialect.error());
    question.dialect = *dialect;
  }
  const auto before = ParseBefore(options.before);
  if (!before) return Complain(before.error());
  question.before = *before;
  auto answers = ParseAnswers(options.answers);
  if (!answers) return Complain(answers.error());
  question.answers = *std::move(answers);
  WallTime now = SystemNow();
  if (!options.now.empty()) {
    const auto given = ParseTimestamp(options.now);
    if (!given) return Complain("now: expected a time as 2026-11-24T12:00:00Z");
    now = *given;
  }
  std::ifstream file;
  const bool from_file = !options.file.empty() && options.file != "-";
  if (from_file) {
    file.open(options.file, std::ios::binary);
    if (!file) return Complain(options.file + ": cannot be read");
  }
  std::istream& in = from_file ? file : std::cin;
  const policy::Settings* settings = configured ? &*configured : nullptr;
  return options.json ? TranslateLines(in, question, settings, now, options.seed)
                      : TranslateOne(in, std::move(question), settings, now, options.seed);
}

}  // namespace dragoman::cli
