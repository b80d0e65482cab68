// Messages and what becomes of them, as files: README.md in this folder says how they are read.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/translate/question.h"
#include "core/base/ascii.h"
#include "core/base/timestamp.h"

namespace dragoman::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> FilesOf(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(TABLES) / folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string NameOf(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  for (char& c : name) {
    if (!IsAlpha(c) && !IsDigit(c)) c = '_';
  }
  return name;
}

std::string ContentOf(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

// Each message has the same random numbers and the same time.
Result<Exchange, std::string> Asked(const Question& question) {
  SeededRandom random("1");
  return Ask(question, {nullptr, *ParseTimestamp("2026-11-24T12:00:00Z"), random});
}

// Leading lines "# dialect: microsoft" are options of the command; the rest is the message.
Question QuestionOf(std::string text) {
  Question question;
  while (text.starts_with("# ")) {
    const std::string line = text.substr(2, text.find('\n') - 2);
    text.erase(0, text.find('\n') + 1);
    const std::string word = line.substr(0, line.find(':'));
    const std::string value(Trim(line.substr(line.find(':') + 1)));
    if (word == "dialect") {
      question.dialect = ParseDialect(value).value();
    } else if (word == "before") {
      question.before = ParseBefore(value).value();
    } else if (word == "answers") {
      question.answers = ParseAnswers(value).value();
    } else {
      ADD_FAILURE() << "no such option: " << line;
    }
  }
  question.text = std::move(text);
  return question;
}

void ExpectIn(const fs::path& input, const std::string& told) {
  fs::path expected = input;
  expected.replace_extension(".out");
  if (std::getenv("DRAGOMAN_WRITE_TABLES") != nullptr) std::ofstream(expected) << told;
  EXPECT_EQ(ContentOf(expected), told) << input;
}

class ExchangeTable : public testing::TestWithParam<fs::path> {};

TEST_P(ExchangeTable, IsAsWritten) {
  const auto exchange = Asked(QuestionOf(ContentOf(GetParam())));
  ExpectIn(GetParam(), exchange ? PrintExchange(*exchange) : exchange.error() + "\n");
}

INSTANTIATE_TEST_SUITE_P(Translate, ExchangeTable, testing::ValuesIn(FilesOf("exchanges", ".in")),
                         NameOf);

class LineTable : public testing::TestWithParam<fs::path> {};

TEST_P(LineTable, IsAsWritten) {
  std::istringstream lines(ContentOf(GetParam()));
  std::string told;
  for (std::string line; std::getline(lines, line);) {
    const auto question = ParseQuestion(line, {});
    ASSERT_TRUE(question) << line << '\n' << question.error();
    const auto exchange = Asked(*question);
    told += exchange ? PrintExchangeJson(*exchange) : PrintErrorJson(exchange.error());
  }
  ExpectIn(GetParam(), told);
}

INSTANTIATE_TEST_SUITE_P(Translate, LineTable, testing::ValuesIn(FilesOf("lines", ".jsonl")),
                         NameOf);

}  // namespace
}  // namespace dragoman::cli
