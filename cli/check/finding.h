// What a check says: what was found, what was expected, and how to mend it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/reason.h"

namespace dragoman::check {

// kInfo: worth knowing, nothing to mend. kWarning: works, but not well or not for long. kError:
// something that users want will not work.
enum class Severity : std::uint8_t { kOk, kInfo, kWarning, kError };
std::string_view Name(Severity severity);

// In the order in which `check` shows them; the last ones are those of `explain` alone.
enum class Area : std::uint8_t {
  kConfiguration,
  kCertificates,
  kDns,
  kEdges,
  kPartners,
  kPorts,
  kDialback,
  kRedis,
  kAddresses,
  kPolicy,
  kProcesses,
  kSubscriptions,
  kConversation,
};
std::string_view Name(Area area);
std::vector<std::string> AreaNames();  // of `check`
std::optional<Area> AreaOf(std::string_view name);

struct Says {
  std::string found;
  std::string expected = {};
  std::string mend = {};
};

struct Finding {
  Area area = Area::kConfiguration;
  std::string name;     // of the check, stable: "sip-name"
  std::string subject;  // a file, a domain, an address
  Severity severity = Severity::kOk;
  Says says;
  // What a request that comes this way is refused with; kNone: not refused for this, or not by us.
  policy::Reason reason = policy::Reason::kNone;
};
using Findings = std::vector<Finding>;

// The findings of one area about one subject, while they are made.
class Verdict {
 public:
  Verdict(Area area, std::string subject) : area_(area), subject_(std::move(subject)) {}
  void Ok(std::string name, Says says) { Add(Severity::kOk, std::move(name), std::move(says)); }
  void Info(std::string name, Says says) { Add(Severity::kInfo, std::move(name), std::move(says)); }
  void Warn(std::string name, Says says) {
    Add(Severity::kWarning, std::move(name), std::move(says));
  }
  void Error(std::string name, Says says, policy::Reason reason = policy::Reason::kNone) {
    Add(Severity::kError, std::move(name), std::move(says), reason);
  }
  void Add(Severity severity, std::string name, Says says,
           policy::Reason reason = policy::Reason::kNone) {
    findings_.push_back({area_, std::move(name), subject_, severity, std::move(says), reason});
  }
  Findings Take() { return std::move(findings_); }

 private:
  Area area_;
  std::string subject_;
  Findings findings_;
};

void Append(Findings& to, Findings more);
std::string Join(const std::vector<std::string>& words);  // "a, b"; "nothing" if there are none

// 0: ok and information; 1: warnings; 2: errors.
int ExitStatus(const Findings& findings);

}  // namespace dragoman::check
