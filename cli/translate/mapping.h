// What one address is on the other side, or why it is nothing there. ADDR; RFC 7247 §6.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/envelope/message.h"
#include "core/policy/reason.h"

namespace dragoman::cli {

struct Mapping {
  std::string address;                          // as it was given
  envelope::Side side = envelope::Side::kXmpp;  // on which it lives
  std::string form;                             // on the other side; empty: none
  // If there is none:
  policy::Reason reason = policy::Reason::kNone;
  std::string refused_with;  // "404", "jid-malformed": what a request to it is answered with
  std::string why;

  bool found() const { return reason == policy::Reason::kNone; }
};

// What begins with a scheme is a URI, "xmpp:" that of an XMPP address; everything else is a JID.
Mapping MapAddress(std::string_view address);

// One line for each, the arrows below one another.
std::string PrintMappings(const std::vector<Mapping>& mappings);
std::string PrintMappingJson(const Mapping& mapping);  // with its line end

}  // namespace dragoman::cli
