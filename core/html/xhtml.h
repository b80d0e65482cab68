// HTML as XHTML-IM: the recommended profile of XEP-0071 §7.8 and nothing else. IM-18.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/xml/element.h"

namespace dragoman::html {

inline constexpr std::string_view kXhtmlNs = "http://www.w3.org/1999/xhtml";
inline constexpr std::size_t kFormatsMax = 16;     // inline elements inside one another
inline constexpr std::size_t kContainersMax = 16;  // lists, items and quotations, the body counted
inline constexpr std::size_t kElementsMax = 1000;  // of the result
inline constexpr std::size_t kXhtmlBytesMax = 65536;  // of the result as text

// <body xmlns='http://www.w3.org/1999/xhtml'>: a, blockquote, br, em, cite, li, ol, p, span, strong
// and ul, valid whatever the nesting of `html` (UTF-8) was. Images are their alternative text: a
// remote one would tell its server who reads. nullopt: nothing to show, or more than the bounds
// allow; the plain text is then all there is.
std::optional<xml::Element> ToXhtmlIm(std::string_view html);

// The same body of a plain text that looks as `style` (declarations, filtered here) says.
xml::Element StyledText(std::string_view text, std::string_view style);

}  // namespace dragoman::html
