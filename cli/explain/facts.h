// What was found out about two users and the way between them, before anything is made of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/check/finding.h"
#include "cli/pages/values.h"
#include "core/base/time.h"
#include "core/envelope/message.h"
#include "core/policy/settings.h"

namespace dragoman::explain {

// One of the two: as typed, and as understood.
struct Party {
  std::string typed = {};
  envelope::Address address = {};               // bare; without a domain: it is none
  envelope::Side side = envelope::Side::kXmpp;  // where it lives: on SIP if sip.domains say so
  std::string other_form = {};                  // what it is on the other side; empty: nothing
  std::string problem = {};                     // why it is no address, or nothing there
};

struct Process {
  std::string name = {};   // "router-0"
  std::string admin = {};  // host:port
  int status = 0;          // of /readyz; 0: no answer
};

struct Facts {
  WallTime now{};
  Party from, to;
  // The entry of `partners` that the user on the XMPP side belongs to.
  std::string entry = {};  // "partners[1], *.example"; empty: there is none
  policy::Partner partner = {};
  policy::Dialect dialect = policy::Dialect::kAuto;
  std::vector<Process> processes = {};   // of this machine; empty: not asked
  std::optional<pages::Path> path = {};  // as a router tells it
  std::string no_path = {};              // why none does
  check::Findings examined = {};         // DNS, certificates, Edges, the partner, Redis
};

// `typed`, understood by what the configuration says of its domain.
Party ReadParty(const std::string& typed, const policy::Settings& settings);

// Facts that need nothing but the configuration: the two, and the entry of the partner.
Facts FactsOf(const std::string& from, const std::string& to, const policy::Settings& settings);

// The users on the two sides; nullptr: both are on the other one.
const Party* SipParty(const Facts& facts);
const Party* XmppParty(const Facts& facts);

// `settings` as if they were for these two alone: one SIP domain, one partner, by its name. With
// them an Examination looks at what is between the two and at nothing else.
policy::Settings NarrowedTo(const Facts& facts, policy::Settings settings);

}  // namespace dragoman::explain
