// Finds the byte that ends something, 16 at a time where the processor can: what every byte of
// every message passes through.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace dragoman::sip {

template <unsigned char kUpTo, char... kBytes>
inline constexpr auto kStops = [] {
  std::array<bool, 256> stops{};
  for (std::size_t i = 0; i <= kUpTo; ++i) stops[i] = true;
  ((stops[static_cast<unsigned char>(kBytes)] = true), ...);
  return stops;
}();

// The first byte in [at, end) that is at most `kUpTo` or one of `kBytes`; `end` if there is none.
template <unsigned char kUpTo, char... kBytes>
const char* FindStop(const char* at, const char* end) {
  constexpr char kTop = static_cast<char>(kUpTo);
#ifdef __SSE2__
  const __m128i top = _mm_set1_epi8(kTop);
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i found = _mm_cmpeq_epi8(_mm_min_epu8(block, top), block);
    ((found = _mm_or_si128(found, _mm_cmpeq_epi8(block, _mm_set1_epi8(kBytes)))), ...);
    if (const int mask = _mm_movemask_epi8(found); mask != 0) {
      return at + __builtin_ctz(static_cast<unsigned>(mask));
    }
  }
#endif
  while (at != end && !kStops<kUpTo, kBytes...>[static_cast<unsigned char>(*at)]) ++at;
  return at;
}

// The same for a text: how many bytes stand before it.
template <unsigned char kUpTo, char... kBytes>
std::size_t StopIn(std::string_view text) {
  const char* const from = text.data();
  return static_cast<std::size_t>(FindStop<kUpTo, kBytes...>(from, from + text.size()) - from);
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

}  // namespace dragoman::sip
