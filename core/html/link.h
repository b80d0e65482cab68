// The links of a text that may be handed on.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::html {

inline constexpr std::size_t kLinkBytesMax = 2048;

// An absolute URI of the schemes http, https, mailto, xmpp, sip and sips, trimmed; nullopt for all
// others (javascript, data, relative ones), and for what no URI can hold.
std::optional<std::string> SafeLink(std::string_view href);

}  // namespace dragoman::html
