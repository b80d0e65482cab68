#include "cli/check/report.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "cli/print/shown.h"
#include "runtime/log/log.h"

namespace dragoman::check {
namespace {

using runtime::EscapeForLog;

constexpr std::size_t kSubjectWidthMax = 44;  // a longer one pushes its own line to the right
constexpr std::array kSeverities = {Severity::kOk, Severity::kInfo, Severity::kWarning,
                                    Severity::kError};

std::size_t Count(const Findings& findings, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [=](const Finding& finding) { return finding.severity == severity; }));
}

using Members = std::initializer_list<std::pair<std::string_view, std::string_view>>;

std::string Object(const Members& members, unsigned code) {
  std::string text;
  for (const auto& [key, value] : members) {
    text += text.empty() ? "{\"" : ",\"";
    text.append(key).append("\":\"").append(EscapeForLog(value)).append("\"");
  }
  return text + ",\"code\":" + std::to_string(code) + "}";
}

}  // namespace

std::string PrintRows(const Findings& findings) {
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
    text += "  " + cli::Padded(std::string(Name(finding.severity)), 9) +
            cli::Padded(finding.name, name_width + 2) +
            cli::Padded(cli::Shown(finding.subject), subject_width) + "  " +
            cli::Shown(finding.says.found) + "\n";
    if (finding.severity == Severity::kOk) continue;
    const std::string indent(2 + 9, ' ');
    if (!finding.says.expected.empty())
      text += indent + "expected: " + cli::Shown(finding.says.expected) + "\n";
    if (!finding.says.mend.empty())
      text += indent + "to mend:  " + cli::Shown(finding.says.mend) + "\n";
    if (finding.reason != policy::Reason::kNone)
      text += indent + "users get " + std::to_string(static_cast<unsigned>(finding.reason)) + " " +
              std::string(policy::Name(finding.reason)) + "\n";
  }
  return text;
}

std::string PrintTable(const Findings& findings) {
  std::string text = PrintRows(findings);
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

std::string JsonOf(const Findings& findings) {
  std::string text = "[";
  const char* separator = "";
  for (const Finding& finding : findings) {
    const bool refused = finding.reason != policy::Reason::kNone;
    text += separator +
            Object({{"area", Name(finding.area)},
                    {"name", finding.name},
                    {"subject", finding.subject},
                    {"severity", Name(finding.severity)},
                    {"found", finding.says.found},
                    {"expected", finding.says.expected},
                    {"mend", finding.says.mend},
                    {"reason", refused ? policy::Name(finding.reason) : std::string_view()}},
                   static_cast<unsigned>(finding.reason));
    separator = ",";
  }
  return text + "]";
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
  return text + "},\"findings\":" + JsonOf(findings) + "}\n";
}

}  // namespace dragoman::check
