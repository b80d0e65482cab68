#include "core/sip/header_name.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/ascii.h"

namespace dragoman::sip {
namespace {

constexpr auto kTexts = std::to_array<std::string_view>({
    "",
    "Accept",
    "Accept-Contact",
    "Accept-Encoding",
    "Accept-Language",
    "Allow",
    "Allow-Events",
    "Call-ID",
    "Contact",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "CSeq",
    "Date",
    "Event",
    "Expires",
    "From",
    "Max-Forwards",
    "MIME-Version",
    "Min-Expires",
    "Min-SE",
    "ms-diagnostics-public",
    "P-Asserted-Identity",
    "Proxy-Require",
    "Record-Route",
    "Referred-By",
    "Refer-To",
    "Replaces",
    "Reply-To",
    "Require",
    "Retry-After",
    "Route",
    "Server",
    "Session-Expires",
    "Subject",
    "Subscription-State",
    "Supported",
    "To",
    "Unsupported",
    "User-Agent",
    "Via",
    "Warning",
});
static_assert(kTexts.size() == kHeaderNames);

constexpr std::size_t kTextMax = 21;
static_assert(std::all_of(kTexts.begin(), kTexts.end(),
                          [](std::string_view text) { return text.size() <= kTextMax; }));

// The letters a to z, each the compact form of one name or of none.
constexpr auto kCompact = [] {
  std::array<HeaderName, 26> names{};
  const auto set = [&names](char letter, HeaderName name) {
    names[static_cast<std::size_t>(letter - 'a')] = name;
  };
  set('a', HeaderName::kAcceptContact);
  set('b', HeaderName::kReferredBy);
  set('c', HeaderName::kContentType);
  set('e', HeaderName::kContentEncoding);
  set('f', HeaderName::kFrom);
  set('i', HeaderName::kCallId);
  set('k', HeaderName::kSupported);
  set('l', HeaderName::kContentLength);
  set('m', HeaderName::kContact);
  set('o', HeaderName::kEvent);
  set('r', HeaderName::kReferTo);
  set('s', HeaderName::kSubject);
  set('t', HeaderName::kTo);
  set('u', HeaderName::kAllowEvents);
  set('v', HeaderName::kVia);
  set('x', HeaderName::kSessionExpires);
  return names;
}();

// Names of one length and one first letter are few: each such pair has a slot with the first of
// them, and `next` leads to the others. Slot 0 and name 0 mean none.
struct Index {
  std::array<std::array<std::uint8_t, 32>, kTextMax + 1> first{};  // [length][letter & 31]
  std::array<std::uint8_t, kHeaderNames> next{};
};
constexpr Index kIndex = [] {
  Index index;
  for (std::size_t name = kHeaderNames - 1; name > 0; --name) {
    const std::string_view text = kTexts[name];
    std::uint8_t& first = index.first[text.size()][static_cast<std::size_t>(text[0] & 31)];
    index.next[name] = first;
    first = static_cast<std::uint8_t>(name);
  }
  return index;
}();

template <typename Word>
bool SameWord(const char* a, const char* b) {
  Word left = 0;
  Word right = 0;
  std::memcpy(&left, a, sizeof(Word));
  std::memcpy(&right, b, sizeof(Word));
  constexpr Word kCase = static_cast<Word>(0x2020202020202020);  // tells a letter's two cases apart
  return ((left ^ right) & static_cast<Word>(~kCase)) == 0;
}

// The words at both ends, which overlap, and one between them. `known` has letters and hyphens
// only: a token that differs from it in nothing but those bits is the same name.
bool SameName(std::string_view token, std::string_view known) {
  const char* const a = token.data();
  const char* const b = known.data();
  const std::size_t size = token.size();
  static_assert(kTextMax <= 3 * sizeof(std::uint64_t));
  if (size >= 8) {
    return SameWord<std::uint64_t>(a, b) && SameWord<std::uint64_t>(a + size - 8, b + size - 8) &&
           (size <= 16 || SameWord<std::uint64_t>(a + 8, b + 8));
  }
  if (size >= 4) {
    return SameWord<std::uint32_t>(a, b) && SameWord<std::uint32_t>(a + size - 4, b + size - 4);
  }
  return SameWord<std::uint16_t>(a, b) && SameWord<std::uint16_t>(a + size - 2, b + size - 2);
}

}  // namespace

HeaderName HeaderNameOf(std::string_view text) {
  if (text.empty() || text.size() > kTextMax) return HeaderName::kOther;
  if (text.size() == 1) {
    return IsAlpha(text[0]) ? kCompact[static_cast<std::size_t>(ToLower(text[0]) - 'a')]
                            : HeaderName::kOther;
  }
  std::uint8_t name = kIndex.first[text.size()][static_cast<std::size_t>(text[0] & 31)];
  while (name != 0 && !SameName(text, kTexts[name])) name = kIndex.next[name];
  return static_cast<HeaderName>(name);
}

std::string_view Text(HeaderName name) { return kTexts[static_cast<std::size_t>(name)]; }

}  // namespace dragoman::sip
