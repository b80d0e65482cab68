// What the body of a MESSAGE says: text in UTF-8, a typing notification, news of a message that we
// sent, or nothing that is taken. IM-5, IM-17..20, SIP-25, SIP-26; ocs-dialect §3.5, §3.9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/sip/cpim.h"
#include "core/sip/imdn.h"
#include "core/sip/message.h"

namespace dragoman::translate {

struct PlainText {
  std::string text{};             // UTF-8 with LF; empty if there was no body
  std::string html{};             // the same as an XHTML-IM <body/>; empty: not asked for, or none
  std::string lang{};             // that the part or the wrapped content says; perhaps none
  bool reduced = false;           // from HTML or RTF
  std::optional<sip::Cpim> cpim;  // what it was wrapped in, without the content
};
struct Typing {
  bool active = false;
  std::uint32_t refresh = 0;  // seconds; 0: not said
};
// To be answered with 200, and nothing else to be done about it.
struct Ignored {};
enum class NoContent : std::uint8_t {
  kUnsupported,  // 415
  kMalformed,    // 400: not valid in its charset, or no such document
};

using SipContent = std::variant<PlainText, Typing, sip::Imdn, Ignored, NoContent>;

struct ContentOptions {
  bool xhtml = false;  // fill PlainText::html
};

// Every type that ContentOf understands, as an Accept header lists them.
inline constexpr std::string_view kAcceptedContent =
    "text/plain, text/html, text/rtf, multipart/alternative, multipart/mixed, multipart/related, "
    "message/cpim, message/imdn+xml, application/im-iscomposing+xml";

// Of multipart/alternative the last part that is understood counts, but text/plain more than
// other text; of the other multiparts the first one, if nothing else in them is required. A wrapper
// is taken off once.
SipContent ContentOf(const sip::Message& message, const ContentOptions& options = {});

}  // namespace dragoman::translate
