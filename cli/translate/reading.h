// An address as people type or paste it: a SIP URI, an xmpp: URI, a JID, or as it stands in logs.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/envelope/message.h"
#include "core/translate/address.h"

namespace dragoman::cli {

struct Reading {
  // What begins with a scheme is a SIP URI, "xmpp:" aside; everything else is a JID.
  envelope::Side side = envelope::Side::kXmpp;
  Result<envelope::Address, translate::AddressError> address{};
  std::string why;  // of a JID that is none: what is wrong with it
};
Reading ReadAddress(std::string_view text);

// The bare address, also of what logs and `dragoman subs` print: local@domain without escapes.
// Errors: one line.
Result<envelope::Address, std::string> ReadTyped(std::string_view text);

}  // namespace dragoman::cli
