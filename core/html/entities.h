// Character references of HTML: &eacute; &#233; &#xE9; become the character. HTML 4.01 §24.
#pragma once

#include <string>
#include <string_view>

namespace dragoman::html {

// A name needs its ';'. What is no reference stays as it is; a number that is no character of XML
// becomes U+FFFD, one of 128 to 159 the character of windows-1252 that its writer meant.
std::string DecodeEntities(std::string_view text);

}  // namespace dragoman::html
