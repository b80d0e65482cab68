// What the operator's command does, one function for each word. Each returns the exit status.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/log/log.h"

namespace CLI {
class App;
}

namespace dragoman::cli {

struct RunOptions {
  std::string config;
  std::string state;  // empty: chosen by StateFolder
  runtime::LogFormat log = runtime::LogFormat::kAuto;
};

// Supervises the processes of one configuration until it is told to stop. 2: the configuration is
// wrong; nothing was started.
int Run(const RunOptions& options);
// A table of the processes and what they say of themselves. 0: all are ready.
int Status(const RunOptions& options);

// Tells processes to finish what they have and end: the front-ends, then the routers, or only those
// named ("router-0"). Waits for their end and prints it. 0: all have ended; 1: one does not answer,
// or has not ended in time; 2: the configuration or a name is wrong.
int Drain(const RunOptions& options, const std::vector<std::string>& names);

struct CheckOptions {
  bool json = false;
  std::vector<std::string> only;  // names of areas; empty: all
  std::string role;               // the only one of this machine; empty: all
};
// Tests what administrators get wrong, without touching a running gateway, and says how to mend it.
// 0: ok; 1: warnings; 2: errors.
int Check(const RunOptions& run, const CheckOptions& options);

// --role: what this machine has of the gateway, and so of its files. Empty: all.
void DefineRole(CLI::App& command, std::string& role);

// Commands that define their own words and options say here what is to be done once the command
// line is read.
using Chosen = std::function<int()>;

struct ExplainOptions {
  std::vector<std::string> what;  // a reason code, or two addresses
  std::string config;             // for two addresses
  std::string state;
  std::string admin;  // of the router to ask; empty: this machine's
  std::string role;   // as for Check
  bool json = false;
};
// What a reason code means. 1: no such code. Or why one user sees another, or may write to it, and
// why not. 0: it does and may; 1: not, or not for sure; 2: the configuration is wrong.
void DefineExplain(CLI::App& app, Chosen& chosen);

struct SubsOptions {
  std::string config;
  std::string admin;  // of the router to ask; empty: this machine's
  std::string watcher, presentity, partner, state;
  std::uint32_t limit = 100;
  bool json = false;
  bool yes = false;
};
// Who watches whose presence: list, show, refresh, drop. 0: found or done; 1: nothing found, or
// refused; 2: the options or the configuration are wrong, or no router answers.
void DefineSubs(CLI::App& app, Chosen& chosen);

struct MapOptions {
  std::vector<std::string> addresses;  // none, or "-": the lines of standard input
  bool json = false;
};
// What each address is on the other side. 1: one of them is nothing there.
int Map(const MapOptions& options);

struct TranslateOptions {
  std::string file;     // empty or "-": standard input
  std::string dialect;  // empty: as configured
  std::string config;   // empty: settings that serve the message
  bool json = false;    // lines of JSON, in and out
  std::string before = "likely";
  std::string answers;  // of the SIP side
  std::string seed;     // empty: true randomness
  std::string now;      // RFC 3339; empty: the clock's
};
// What the other side would receive for a message, and its sender. 0: it is carried; 1: it is
// refused or dropped; 2: it is no message, or an option is wrong.
int Translate(const TranslateOptions& options);

// Makes a key pair for the bus: NAME.secret (mode 0600) and NAME.public, and prints their names.
// 1: a file could not be made, or is there already.
int MakeKeys(const std::string& name);

// $STATE_DIRECTORY, /var/lib/dragoman if we may write there, else a folder of the user's own: it
// holds the private Redis's data, so it outlives a reboot.
std::string StateFolder(const std::string& wanted);

}  // namespace dragoman::cli
