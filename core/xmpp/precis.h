// Preparation and comparison of internationalized strings: the three profiles a JID needs.
// RFC 8264, RFC 8265; RFC 5892 for domains, through ICU's tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::xmpp {

// UsernameCaseMapped (RFC 8265 §3.3) and what RFC 7622 §3.3.1 forbids besides. nullopt: not
// allowed.
std::optional<std::string> PrepareLocal(std::string_view text);

// OpaqueString (RFC 8265 §4.2).
std::optional<std::string> PrepareResource(std::string_view text);

struct Domain {
  std::string unicode;  // U-labels
  std::string ascii;    // A-labels
};
// A domain name, or an IP literal (IPv6 in brackets), without trailing dot, in lower case.
std::optional<Domain> PrepareDomain(std::string_view text);
// Its A-label form; empty if it is no domain.
std::string AsciiDomain(std::string_view text);
// Its U-label form; `text` itself if it is no domain.
std::string UnicodeDomain(std::string_view text);

}  // namespace dragoman::xmpp
