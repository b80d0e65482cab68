#include "runtime/log/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <utility>

#include "core/base/visible.h"

namespace dragoman::runtime {
namespace {

bool IsPlain(std::string_view value) {
  return !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos;
}

}  // namespace

std::string EscapeForLog(std::string_view raw) {
  return Visible(raw, kLogValueBytesMax, Quoting::kBackslashes);
}

struct Log::Sink {
  struct Seen {
    std::chrono::steady_clock::time_point second;
    std::uint32_t lines = 0;
  };
  std::string role;
  bool json = true;
  std::shared_ptr<spdlog::logger> logger;
  std::map<std::string, Seen, std::less<>> seen;  // by event: as many as the program has words
};

Log::Log(std::string role, LogFormat format) : sink_(std::make_unique<Sink>()) {
  sink_->role = std::move(role);
  sink_->json =
      format == LogFormat::kJson || (format == LogFormat::kAuto && isatty(STDOUT_FILENO) == 0);
  sink_->logger = std::make_shared<spdlog::logger>(
      "dragoman", std::make_shared<spdlog::sinks::stdout_sink_st>());
  sink_->logger->set_pattern(sink_->json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})"
                                         : "%H:%M:%S.%e %L %v");
  sink_->logger->flush_on(spdlog::level::info);
}

Log::~Log() = default;

bool Log::Allowed(std::string_view event) {
  const auto now = std::chrono::steady_clock::now();
  auto at = sink_->seen.find(event);
  if (at == sink_->seen.end()) at = sink_->seen.emplace(event, Sink::Seen{now, 0}).first;
  Sink::Seen& seen = at->second;
  if (now - seen.second >= std::chrono::seconds(1)) {
    const std::uint32_t held = seen.lines > kLogLinesMax ? seen.lines - kLogLinesMax : 0;
    seen = {now, 0};
    if (held > 0)
      Write(LogLevel::kWarning, "log lines held back",
            {{"event", std::string(event)}, {"count", std::to_string(held)}});
  }
  return ++seen.lines <= kLogLinesMax;
}

void Log::Write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (!Allowed(event)) return;
  std::string line;
  if (sink_->json) {
    line =
        "\"role\":\"" + EscapeForLog(sink_->role) + "\",\"event\":\"" + EscapeForLog(event) + "\"";
    for (const Field& field : fields) {
      line += ",\"" + std::string(field.key) + "\":\"" + EscapeForLog(field.value) + "\"";
    }
  } else {
    line = sink_->role + ": " + std::string(event);
    for (const Field& field : fields) {
      const std::string value = EscapeForLog(field.value);
      line += " " + std::string(field.key) + "=" + (IsPlain(value) ? value : "\"" + value + "\"");
    }
  }
  switch (level) {
    case LogLevel::kInfo:
      return sink_->logger->info("{}", line);
    case LogLevel::kWarning:
      return sink_->logger->warn("{}", line);
    case LogLevel::kError:
      return sink_->logger->error("{}", line);
  }
}

}  // namespace dragoman::runtime
