// The Call-ID of a page-mode message that belongs to an XMPP thread. IM-8; RFC 3261 §25.1.
#pragma once

#include <string>
#include <string_view>

namespace dragoman::translate {

inline constexpr std::size_t kCallIdBytesMax = 255;

// word [ "@" word ], at most kCallIdBytesMax.
bool IsCallId(std::string_view text);

// `thread` itself if it is a Call-ID, else "thread-" and a digest of it: legal, and the same each
// time.
std::string CallIdOfThread(std::string_view thread);

}  // namespace dragoman::translate
