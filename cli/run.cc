#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/commands.h"
#include "cli/plan.h"
#include "cli/role.h"
#include "cli/supervisor.h"
#include "core/sip/peer.h"
#include "runtime/service/options.h"
#include "runtime/service/service.h"
#include "runtime/tls/context.h"

namespace dragoman::cli {
namespace {

// One gateway for each state folder: two Redis on one append-only file would spoil it. The children
// inherit the lock, so that it outlives a supervisor that was killed: they go on serving.
bool LockState(const std::string& state) {
  const int lock =
      open((state + "/lock").c_str(), O_CREAT | O_RDWR, 0600);  // kept open, across exec too
  return lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
}

// The fault that costs administrators most: the Edge then answers 504 and logs a certificate
// mismatch. Returns what is wrong with the certificates of both sides; empty: nothing.
std::string CheckCertificates(const policy::Settings& settings, WallTime now) {
  const auto load = [now](const policy::TlsFiles& files) {
    runtime::TlsSettings tls;
    tls.certificate_file = files.certificate;
    tls.key_file = files.key;
    tls.trust_file = files.trust;
    return runtime::TlsContext::Load(tls, now);
  };
  const auto sip = load(settings.sip.tls);
  if (!sip) return "sip.tls: " + sip.error();
  if (const CertificateNames& names = (*sip)->own_names();
      !sip::CarriesHost(names, settings.sip.fqdn)) {
    return "sip.tls.certificate: " + settings.sip.tls.certificate +
           " does not carry sip.fqdn; expected " + settings.sip.fqdn + ", found " + ToString(names);
  }
  const auto xmpp = load(settings.xmpp.tls);
  return xmpp ? std::string() : "xmpp.tls: " + xmpp.error();
}

}  // namespace

std::string StateFolder(const std::string& wanted) {
  if (!wanted.empty()) return std::filesystem::absolute(wanted).string();
  if (const char* given = std::getenv("STATE_DIRECTORY"); given != nullptr && *given != '\0')
    return given;
  if (access("/var/lib/dragoman", W_OK) == 0 || geteuid() == 0) return "/var/lib/dragoman";
  if (const char* own = std::getenv("XDG_STATE_HOME"); own != nullptr && *own != '\0')
    return std::string(own) + "/dragoman";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::string(home) + "/.local/state/dragoman";
  return "/tmp/dragoman-" + std::to_string(geteuid());
}

int Run(const RunOptions& options) {
  Machine machine{std::filesystem::absolute(options.config).string(), StateFolder(options.state),
                  ProgramFolder(), options.log};
  const auto settings = runtime::LoadSettings(machine.config, machine.state);
  if (!settings) {
    for (const std::string& line : settings.error()) std::fprintf(stderr, "%s\n", line.c_str());
    return runtime::kExitBadConfiguration;
  }
  runtime::Loop loop;
  if (const std::string problem = CheckCertificates(*settings, loop.Wall()); !problem.empty()) {
    std::fprintf(stderr, "%s: %s\n", machine.config.c_str(), problem.c_str());
    return runtime::kExitBadConfiguration;
  }
  std::error_code error;
  std::filesystem::create_directories(machine.state, error);
  if (error || chmod(machine.state.c_str(), 0700) != 0) {
    std::fprintf(stderr, "state folder %s: cannot be made ours; choose one with --state\n",
                 machine.state.c_str());
    return 1;
  }
  if (!LockState(machine.state)) {
    std::fprintf(stderr,
                 "state folder %s: in use by a gateway that runs; stop its processes first, or "
                 "choose another with --state\n",
                 machine.state.c_str());
    return 1;
  }
  runtime::Log log("dragoman", options.log);
  Supervisor supervisor(loop, log, MakePlan(*settings, machine));
  return supervisor.Run();
}

}  // namespace dragoman::cli
