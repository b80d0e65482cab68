#include "runtime/service/options.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/cursor.h"
#include "core/policy/from_config.h"
#include "core/policy/role_files.h"
#include "runtime/config/config.h"

namespace dragoman::runtime {
namespace {

constexpr std::size_t kFileBytesMax = 1 << 20;  // certificates, keys, secrets
constexpr std::uint32_t kWorkerMax = 1000;

std::optional<std::string> ReadFile(const std::string& name) {
  std::ifstream stream(name, std::ios::binary);
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf())) return std::nullopt;
  std::string text = content.str();
  if (text.size() > kFileBytesMax) return std::nullopt;
  return text;
}

bool IsExposed(const std::string& name) {
  struct stat found {};
  return stat(name.c_str(), &found) == 0 && (found.st_mode & S_IROTH) != 0;
}

}  // namespace

Result<Options, std::string> ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 == argc) return Fail(name + ": expected a value");
    const std::string value = argv[i + 1];
    if (name == "--config") {
      options.config = value;
    } else if (name == "--state") {
      options.state = value;
    } else if (name == "--admin") {
      options.admin = value;
    } else if (name == "--worker") {
      Cursor in(value);
      const auto number = in.TakeNumber();
      if (!number || !in.AtEnd() || *number > kWorkerMax) return Fail(name + ": expected a number");
      options.worker = static_cast<std::uint32_t>(*number);
    } else if (name == "--log" && (value == "auto" || value == "json" || value == "text")) {
      options.log = value == "json"   ? LogFormat::kJson
                    : value == "text" ? LogFormat::kText
                                      : LogFormat::kAuto;
    } else {
      return Fail(name +
                  ": unknown; expected --config FILE --state DIR --admin IP:PORT --worker N "
                  "--log auto|json|text");
    }
  }
  if (options.config.empty()) return Fail(std::string("--config FILE is required"));
  if (options.state.empty()) options.state = "/run/dragoman";
  return options;
}

Result<policy::Settings, std::vector<std::string>> LoadSettings(const std::string& config,
                                                                const std::string& state,
                                                                const std::string& role) {
  Result<LoadedConfig, std::vector<std::string>> loaded = LoadConfig(config);
  if (!loaded) return Fail(loaded.error());
  const std::filesystem::path folder = std::filesystem::absolute(config).parent_path();
  const policy::ConfigFiles files{
      [&](const std::string& name) { return (folder / name).lexically_normal().string(); },
      &ReadFile, &IsExposed, [&](std::string_view key) { return policy::OpensFileOf(role, key); }};
  auto settings = policy::FromConfig(loaded->config, files, {state});
  if (settings) return *std::move(settings);
  std::vector<std::string> lines;
  for (const policy::Problem& problem : settings.error())
    lines.push_back(loaded->Explain(problem.path, problem.text));
  return Fail(std::move(lines));
}

}  // namespace dragoman::runtime
