#include "runtime/log/log.h"

#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <utility>

#include "core/base/visible.h"
#include "runtime/log/writer.h"

namespace dragoman::runtime {
namespace {

bool IsPlain(std::string_view value) {
  return !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos;
}

// How all lines of one log look.
struct Shape {
  std::string process;
  bool json = true;

  std::unique_ptr<spdlog::formatter> Formatter() const {
    return std::make_unique<spdlog::pattern_formatter>(
        json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})" : "%H:%M:%S.%e %L %v");
  }
  std::string Compose(std::string_view event, std::initializer_list<Field> fields) const;
};

std::string Shape::Compose(std::string_view event, std::initializer_list<Field> fields) const {
  std::string line;
  if (json) {
    line =
        "\"process\":\"" + EscapeForLog(process) + "\",\"event\":\"" + EscapeForLog(event) + "\"";
    for (const Field& field : fields) {
      line += ",\"" + std::string(field.key) + "\":\"" + EscapeForLog(field.value) + "\"";
    }
  } else {
    line = process + ": " + std::string(event);
    for (const Field& field : fields) {
      const std::string value = EscapeForLog(field.value);
      line += " " + std::string(field.key) + "=" + (IsPlain(value) ? value : "\"" + value + "\"");
    }
  }
  return line;
}

std::string Format(spdlog::formatter& formatter, const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter.format(message, line);
  return {line.data(), line.size()};
}

// What the writer says by itself, with a formatter of its own: it does so in its own thread.
LineWriter::Tell TellLost(const Shape& shape) {
  return [shape,
          formatter = std::shared_ptr<spdlog::formatter>(shape.Formatter())](std::uint64_t count) {
    const std::string line = shape.Compose("log lines lost", {{"count", std::to_string(count)}});
    return Format(*formatter, {"dragoman", spdlog::level::warn, line});
  };
}

class WriterSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit WriterSink(LineWriter::Tell tell) : writer_(STDOUT_FILENO, std::move(tell)) {}
  std::uint64_t TakeLost() { return writer_.TakeLost(); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    writer_.Put(Format(*formatter_, message));
  }
  void flush_() override {}  // the writer holds nothing back

 private:
  LineWriter writer_;
};

}  // namespace

std::string EscapeForLog(std::string_view raw) {
  return Visible(raw, kLogValueBytesMax, Quoting::kBackslashes);
}

struct Log::Sink {
  struct Seen {
    std::chrono::steady_clock::time_point second;  // its beginning
    std::uint32_t lines = 0;

    std::uint32_t held() const { return lines > kLogLinesMax ? lines - kLogLinesMax : 0; }
  };
  explicit Sink(Shape lines)
      : shape(std::move(lines)),
        writer(std::make_shared<WriterSink>(TellLost(shape))),
        logger("dragoman", writer) {
    logger.set_formatter(shape.Formatter());
  }

  const Shape shape;
  const std::shared_ptr<WriterSink> writer;
  spdlog::logger logger;
  std::map<std::string, Seen, std::less<>> seen;  // by event: as many as the program has words
};

Log::Log(std::string process, LogFormat format) {
  const bool json =
      format == LogFormat::kJson || (format == LogFormat::kAuto && isatty(STDOUT_FILENO) == 0);
  sink_ = std::make_unique<Sink>(Shape{std::move(process), json});
}

Log::~Log() { TellHeldBack(std::chrono::steady_clock::time_point::max()); }

std::uint64_t Log::TakeLostLines() { return sink_->writer->TakeLost(); }

bool Log::Allowed(std::string_view event) {
  const auto now = std::chrono::steady_clock::now();
  auto at = sink_->seen.find(event);
  if (at == sink_->seen.end()) at = sink_->seen.emplace(event, Sink::Seen{now, 0}).first;
  Sink::Seen& seen = at->second;
  if (seen.second + kLogSecond <= now) {
    TellHeldBack(now);
    seen = {now, 0};
  }
  return ++seen.lines <= kLogLinesMax;
}

void Log::TellHeldBack(std::chrono::steady_clock::time_point now) {
  for (auto& [event, seen] : sink_->seen) {
    if (seen.held() == 0 || seen.second + kLogSecond > now) continue;
    Put(LogLevel::kWarning, "log lines held back",
        {{"of", event}, {"count", std::to_string(seen.held())}});
    seen = {now, 0};
  }
}

void Log::Write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (Allowed(event)) Put(level, event, fields);
}

void Log::Put(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  const std::string line = sink_->shape.Compose(event, fields);
  switch (level) {
    case LogLevel::kInfo:
      return sink_->logger.info("{}", line);
    case LogLevel::kWarning:
      return sink_->logger.warn("{}", line);
    case LogLevel::kError:
      return sink_->logger.error("{}", line);
  }
}

}  // namespace dragoman::runtime
