// The body of a MESSAGE: text in UTF-8, a typing notification, or nothing that is taken. IM-5,
// IM-17, IM-20, SIP-25; ocs-dialect §3.5.
#pragma once

#include <string>
#include <variant>

#include "core/sip/message.h"

namespace dragoman::translate {

struct PlainText {
  std::string text;  // UTF-8 with LF; empty if there was no body
};
struct Typing {
  bool active = false;
  std::uint32_t refresh = 0;  // seconds; 0: not said
};
enum class NoContent : std::uint8_t {
  kUnsupported,  // 415
  kMalformed,    // 400: not valid in its charset, or no such document
};

using SipContent = std::variant<PlainText, Typing, NoContent>;
SipContent ContentOf(const sip::Message& message);

}  // namespace dragoman::translate
