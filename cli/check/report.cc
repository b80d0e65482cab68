#include "cli/check/report.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "runtime/log/log.h"

namespace dragoman::check {
namespace {

using runtime::EscapeForLog;

constexpr std::size_t kSubjectWidthMax = 44;  // a longer one pushes its own line to the right
constexpr std::array kSeverities = {Severity::kOk, Severity::kInfo, Severity::kWarning,
                                    Severity::kError};

std::string Padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::size_t Count(const Findings& findings, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [=](const Finding& finding) { return finding.severity == severity; }));
}

// As in logs, but with quotes and backslashes as they are.
std::string ForPeople(std::string_view text) {
  const std::string escaped = EscapeForLog(text);
  std::string plain;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const bool pair = escaped[i] == '\\' && i + 1 < escaped.size() &&
                      (escaped[i + 1] == '"' || escaped[i + 1] == '\\');
    plain += escaped[pair ? ++i : i];
  }
  return plain;
}

using Members = std::initializer_list<std::pair<std::string_view, std::string_view>>;

std::string Object(const Members& members) {
  std::string text;
  for (const auto& [key, value] : members) {
    text += text.empty() ? "{\"" : ",\"";
    text.append(key).append("\":\"").append(EscapeForLog(value)).append("\"");
  }
  return text + "}";
}

}  // namespace

std::string PrintTable(const Findings& findings) {
  std::size_t name_width = 0, subject_width = 0;
  for (const Finding& finding : findings) {
    name_width = std::max(name_width, finding.name.size());
    subject_width = std::max(subject_width, std::min(finding.subject.size(), kSubjectWidthMax));
  }
  std::string text;
  const Finding* before = nullptr;
  for (const Finding& finding : findings) {
    if (before == nullptr || before->area != finding.area) {
      text += (before == nullptr ? "" : "\n") + std::string(Name(finding.area)) + "\n";
    }
    before = &finding;
    text += "  " + Padded(std::string(Name(finding.severity)), 9) +
            Padded(finding.name, name_width + 2) +
            Padded(ForPeople(finding.subject), subject_width) + "  " +
            ForPeople(finding.says.found) + "\n";
    if (finding.severity == Severity::kOk) continue;
    const std::string indent(2 + 9, ' ');
    if (!finding.says.expected.empty())
      text += indent + "expected: " + ForPeople(finding.says.expected) + "\n";
    if (!finding.says.mend.empty())
      text += indent + "to mend:  " + ForPeople(finding.says.mend) + "\n";
  }
  text += (findings.empty() ? "" : "\n") + std::to_string(findings.size()) + " checks: ";
  const char* separator = "";
  for (const Severity severity : kSeverities) {
    const std::size_t count = Count(findings, severity);
    const bool plural = severity >= Severity::kWarning && count != 1;
    text +=
        separator + std::to_string(count) + " " + std::string(Name(severity)) + (plural ? "s" : "");
    separator = ", ";
  }
  return text + "\n";
}

std::string PrintJson(const Findings& findings, std::string_view config) {
  std::string text = "{\"config\":\"" + EscapeForLog(config) +
                     "\",\"exit_status\":" + std::to_string(ExitStatus(findings)) + ",\"counts\":{";
  const char* separator = "";
  for (const Severity severity : kSeverities) {
    text += separator + ("\"" + std::string(Name(severity)) +
                         "\":" + std::to_string(Count(findings, severity)));
    separator = ",";
  }
  text += "},\"findings\":[";
  separator = "";
  for (const Finding& finding : findings) {
    text += separator + Object({{"area", Name(finding.area)},
                                {"name", finding.name},
                                {"subject", finding.subject},
                                {"severity", Name(finding.severity)},
                                {"found", finding.says.found},
                                {"expected", finding.says.expected},
                                {"mend", finding.says.mend}});
    separator = ",";
  }
  return text + "]}\n";
}

}  // namespace dragoman::check
