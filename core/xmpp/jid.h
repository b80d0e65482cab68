// Jabber identifiers: localpart@domainpart/resourcepart. RFC 7622; ADDR-13..15.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace dragoman::xmpp {

enum class JidError : std::uint8_t {
  kEmptyPart,
  kPartTooLong,
  kBadUtf8,
  kBadLocal,
  kBadDomain,
  kBadResource
};

inline constexpr std::size_t kJidPartBytesMax = 1023;  // RFC 7622 §3; L-16

class Jid {
 public:
  Jid() = default;
  // Splits first, then prepares each part (PRECIS, IDNA2008); each holds 1 to 1023 bytes of UTF-8.
  static Result<Jid, JidError> Parse(std::string_view text);
  // The parts as they are before preparation; empty local or resource: none.
  static Result<Jid, JidError> FromParts(std::string_view local, std::string_view domain,
                                         std::string_view resource);

  const std::string& local() const { return local_; }
  const std::string& domain() const { return domain_; }  // U-labels, lower case
  const std::string& resource() const { return resource_; }
  const std::string& ascii_domain() const {
    return ascii_domain_;
  }  // A-labels, for DNS and certificates

  bool IsBare() const { return resource_.empty(); }
  Jid Bare() const;
  std::string ToString() const;

  friend bool operator==(const Jid&, const Jid&) = default;

 private:
  std::string local_;
  std::string domain_;
  std::string resource_;
  std::string ascii_domain_;
};

}  // namespace dragoman::xmpp
