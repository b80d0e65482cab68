// How large XML from outside may become. Bytes are counted before they are kept. security.md
// L-10..L-15.
#pragma once

#include <cstddef>

namespace dragoman::xml {

struct Limits {
  std::size_t stanza_bytes = 256 * 1024;       // one element below the root, or one document
  std::size_t stream_header_bytes = 4 * 1024;  // L-11
  std::size_t depth = 64;                      // L-12
  std::size_t attributes = 64;                 // L-13, each element
  std::size_t namespaces = 32;                 // L-13, declarations on each element
  std::size_t name_bytes = 1024;               // L-14
  std::size_t text_bytes = 64 * 1024;          // L-14, one attribute value or run of text
  std::size_t tag_bytes = 72 * 1024;  // T-13: expat scans an unfinished tag again and again
  std::size_t elements = 5000;        // L-15, each stanza
};

// Before a peer has authenticated (L-10).
inline constexpr Limits kUnauthenticated{.stanza_bytes = 10'000};
inline constexpr Limits kAuthenticated{};

}  // namespace dragoman::xml
