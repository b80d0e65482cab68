// Structured log lines: an event in a few words and fields. One JSON object a line, or text for
// people on a terminal. Bodies and secrets never stand in a field. T-56, L-25. Whatever becomes of
// standard output, nobody waits for it: lines that it does not take are lost, and counted (F-18).
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace dragoman::runtime {

struct Field {
  std::string_view key;
  std::string value;
};

enum class LogFormat { kAuto, kJson, kText };  // kAuto: text if standard output is a terminal
enum class LogLevel { kInfo, kWarning, kError };

inline constexpr std::size_t kLogValueBytesMax = 512;
inline constexpr std::uint32_t kLogLinesMax = 50;  // of one event and second; the rest is counted
inline constexpr std::chrono::milliseconds kLogSecond{1'000};

class Log {
 public:
  // `process` stands in every line: "router-0".
  Log(std::string process, LogFormat format);
  // Tells what was held back, and waits for the last lines, at most kLogLastWordsMax (writer.h).
  ~Log();

  void Info(std::string_view event, std::initializer_list<Field> fields = {}) {
    Write(LogLevel::kInfo, event, fields);
  }
  void Warn(std::string_view event, std::initializer_list<Field> fields = {}) {
    Write(LogLevel::kWarning, event, fields);
  }
  void Error(std::string_view event, std::initializer_list<Field> fields = {}) {
    Write(LogLevel::kError, event, fields);
  }

  // Says how many lines were held back of each event whose second is over at `now`. To be called
  // once a second: what came in one burst would not be told of before it comes again.
  void TellHeldBack(std::chrono::steady_clock::time_point now);

  // How many lines were lost since this was last asked. The log says so too, once it can again.
  std::uint64_t TakeLostLines();

 private:
  void Write(LogLevel level, std::string_view event, std::initializer_list<Field> fields);
  bool Allowed(std::string_view event);
  void Put(LogLevel level, std::string_view event, std::initializer_list<Field> fields);
  struct Sink;
  std::unique_ptr<Sink> sink_;
};

// `text` as the inside of a JSON string: control characters (C0, C1), bidi controls and line
// separators escaped, bytes that are not UTF-8 replaced, cut at kLogValueBytesMax.
std::string EscapeForLog(std::string_view text);

}  // namespace dragoman::runtime
