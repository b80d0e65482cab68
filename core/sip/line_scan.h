// Finds where lines and heads end, 16 bytes at a time where the processor can: what every byte of
// every message passes through. RFC 3261 §7, §7.3.1; security.md T-20.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace dragoman::sip {

// The first of the bytes 0 to 13 in [at, end), or `end`: no CR, LF or NUL stands before it.
inline char* FindLowByte(char* at, char* end) {
  constexpr char kTop = '\r';
#ifdef __SSE2__
  const __m128i top = _mm_set1_epi8(kTop);
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const int low = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(block, top), block));
    if (low != 0) return at + __builtin_ctz(static_cast<unsigned>(low));
  }
#endif
  while (at != end && static_cast<unsigned char>(*at) > kTop) ++at;
  return at;
}

// The first of those bytes in `text`, or its size.
template <char... kBytes>
std::size_t FindFirst(std::string_view text) {
  std::size_t at = 0;
#ifdef __SSE2__
  for (; text.size() - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const int found = (_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(kBytes))) | ...);
    if (found != 0)
      return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(found)));
  }
#endif
  while (at != text.size() && ((text[at] != kBytes) && ...)) ++at;
  return at;
}

// Where CR LF CR LF begins in `text`, looked for from `from` on; npos if it does not.
inline std::size_t FindHeadEnd(std::string_view text, std::size_t from) {
#ifdef __SSE2__
  const __m128i cr = _mm_set1_epi8('\r');
  for (; text.size() >= from + 19; from += 16) {  // the last byte's three successors are there too
    const char* at = text.data() + from;
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i later = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 2));
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(here, cr), _mm_cmpeq_epi8(later, cr));
    for (int found = _mm_movemask_epi8(both); found != 0; found &= found - 1) {
      const auto offset = static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(found)));
      if (at[offset + 1] == '\n' && at[offset + 3] == '\n') return from + offset;
    }
  }
#endif
  return text.find("\r\n\r\n", from);
}

// The lines of a head, which is changed in place: where a line is folded, its end becomes blanks.
class HeadLines {
 public:
  struct Line {
    std::string_view text;  // without its CR LF
    bool clean = true;      // no CR, LF or NUL stands in it
  };

  // `head` stays where it is while the lines are in use.
  HeadLines(char* head, std::size_t size) : at_(head), end_(head + size) {}

  std::optional<Line> Next() {
    if (at_ == end_) return std::nullopt;
    char* const from = at_;
    Line line;
    char* to = from;
    for (;;) {
      to = FindLowByte(to, end_);
      if (to == end_) break;
      const bool line_end = *to == '\r' && end_ - to >= 2 && to[1] == '\n';
      if (line_end && (end_ - to == 2 || (to[2] != ' ' && to[2] != '\t'))) break;
      if (line_end) {  // folded
        to[0] = ' ';
        to[1] = ' ';
      } else if (*to == '\r' || *to == '\n' || *to == '\0') {
        line.clean = false;
      }
      ++to;
    }
    line.text = {from, static_cast<std::size_t>(to - from)};
    at_ = to == end_ ? end_ : to + 2;
    return line;
  }

 private:
  char* at_;
  char* end_;
};

}  // namespace dragoman::sip
