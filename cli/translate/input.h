// One message as a person hands it in, made into what the wire would have brought.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/xml/element.h"

namespace dragoman::cli {

inline constexpr std::size_t kInputBytesMax = 1 << 20;

// Text with bare line ends gets CRLF, and Content-Length as it then is; the last line end, which
// editors add, is none of the body's. Text that has a CR is taken byte for byte.
std::string SipBytes(std::string_view text);

// The one stanza in `text`, read as an authenticated stream reads it: in jabber:server unless it
// says otherwise. Errors: one line, naming the stream error that the gateway would end the stream
// with.
Result<xml::Element, std::string> ParseStanza(std::string_view text);

// Does a SIP message begin here, and no stanza?
bool LooksLikeSip(std::string_view text);

}  // namespace dragoman::cli
