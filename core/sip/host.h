// What may stand as a host in a URI or a Via. RFC 3261 §25.1 with RFC 5954's IPv6; RFC 5118.
#pragma once

#include <string>
#include <string_view>

namespace dragoman::sip {

// A domain name, IPv4 address or IPv6 address in brackets.
bool IsHost(std::string_view text);

// Lower case. Three colons before an IPv4 tail, which RFC 3261's own grammar made some write, are
// read as the two that are meant (RFC 5118 §4.10).
std::string LowerHost(std::string_view host);

// "5061"; 1 to 65535, else 0.
unsigned PortOf(std::string_view digits);

}  // namespace dragoman::sip
