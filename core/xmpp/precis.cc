#include "core/xmpp/precis.h"

#include <unicode/idna.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace dragoman::xmpp {
namespace {

using icu::UnicodeString;

enum class StringClass { kIdentifier, kFreeform };  // RFC 8264 §4

const icu::Normalizer2& Nfc() {
  UErrorCode status = U_ZERO_ERROR;
  return *icu::Normalizer2::getNFCInstance(status);
}
const icu::Normalizer2& Nfkc() {
  UErrorCode status = U_ZERO_ERROR;
  return *icu::Normalizer2::getNFKCInstance(status);
}

bool HasCompat(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  const UnicodeString one(c);
  return Nfkc().normalize(one, status) != one;
}

bool IsOldHangulJamo(UChar32 c) {
  const int type = u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);
  return type == U_HST_LEADING_JAMO || type == U_HST_VOWEL_JAMO || type == U_HST_TRAILING_JAMO;
}

// RFC 8264 §8, in its order. Characters that are valid only in a context (joiners, middle dots) are
// refused: rejecting is safe, repairing is not.
bool Allowed(UChar32 c, StringClass string_class) {
  constexpr UChar32 kExceptions[] = {0x00DF, 0x03C2, 0x06FD, 0x06FE, 0x0F0B, 0x3007};
  constexpr UChar32 kExceptionsDisallowed[] = {0x0640, 0x07FA, 0x302E, 0x302F, 0x3031,
                                               0x3032, 0x3033, 0x3034, 0x3035, 0x303B};
  if (std::ranges::find(kExceptions, c) != std::end(kExceptions)) return true;
  if (std::ranges::find(kExceptionsDisallowed, c) != std::end(kExceptionsDisallowed)) return false;
  if (u_charType(c) == U_UNASSIGNED) return false;
  if (c >= 0x21 && c <= 0x7E) return true;
  if (IsOldHangulJamo(c)) return false;
  if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
      u_hasBinaryProperty(c, UCHAR_NONCHARACTER_CODE_POINT)) {
    return false;
  }
  const int8_t type = u_charType(c);
  if (type == U_CONTROL_CHAR || type == U_SURROGATE || type == U_PRIVATE_USE_CHAR) return false;
  const bool freeform = string_class == StringClass::kFreeform;
  if (HasCompat(c)) return freeform;
  switch (type) {
    case U_LOWERCASE_LETTER:
    case U_UPPERCASE_LETTER:
    case U_OTHER_LETTER:
    case U_DECIMAL_DIGIT_NUMBER:
    case U_MODIFIER_LETTER:
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
      return true;
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return false;
    default:  // other letters and digits, spaces, symbols, punctuation
      return freeform;
  }
}

bool AllAllowed(const UnicodeString& text, StringClass string_class) {
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    if (!Allowed(text.char32At(at), string_class)) return false;
  }
  return true;
}

// RFC 5893 §2, over a whole string, if it has a right-to-left character at all.
bool ObeysBidiRule(const UnicodeString& text) {
  bool rtl = false, european = false, arabic = false;
  int last_strong = -1;
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UCharDirection d = u_charDirection(text.char32At(at));
    rtl |= d == U_RIGHT_TO_LEFT || d == U_RIGHT_TO_LEFT_ARABIC || d == U_ARABIC_NUMBER;
    european |= d == U_EUROPEAN_NUMBER;
    arabic |= d == U_ARABIC_NUMBER;
    if (d != U_DIR_NON_SPACING_MARK) last_strong = d;
  }
  if (!rtl) return true;
  const UCharDirection first = u_charDirection(text.char32At(0));
  if (first != U_RIGHT_TO_LEFT && first != U_RIGHT_TO_LEFT_ARABIC) return false;
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    if (u_charDirection(text.char32At(at)) == U_LEFT_TO_RIGHT) return false;
  }
  if (european && arabic) return false;
  return last_strong == U_RIGHT_TO_LEFT || last_strong == U_RIGHT_TO_LEFT_ARABIC ||
         last_strong == U_EUROPEAN_NUMBER || last_strong == U_ARABIC_NUMBER;
}

// Full-width and half-width characters become their ordinary forms (RFC 8265 §3.3.1 step 1).
UnicodeString MapWidth(const UnicodeString& text) {
  UnicodeString mapped;
  UErrorCode status = U_ZERO_ERROR;
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 c = text.char32At(at);
    const int width = u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE);
    const UnicodeString one(c);
    mapped += width == U_DT_WIDE || width == U_DT_NARROW ? Nfkc().normalize(one, status) : one;
  }
  return mapped;
}

std::string Utf8(const UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

bool IsPlain(std::string_view text, bool (*allowed)(char)) {
  return std::all_of(text.begin(), text.end(), allowed);
}

// UTS 46 lets symbols through that IDNA2008 disallows (RFC 5892 §3). Characters that depend on
// their neighbours (§2.6, §2.7) have been checked by ICU.
bool IsIdna2008(std::string_view domain) {
  constexpr UChar32 kContextual[] = {0x00B7, 0x0375, 0x05F3, 0x05F4, 0x200C, 0x200D, 0x30FB};
  const auto text = UnicodeString::fromUTF8({domain.data(), static_cast<int32_t>(domain.size())});
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 c = text.char32At(at);
    if (std::ranges::find(kContextual, c) != std::end(kContextual)) continue;
    if (!Allowed(c, StringClass::kIdentifier)) return false;
  }
  return true;
}

constexpr std::string_view kForbiddenInLocal = "\"&'/:<>@";  // RFC 7622 §3.3.1

}  // namespace

std::optional<std::string> PrepareLocal(std::string_view text) {
  if (!IsUtf8(text) || text.find_first_of(kForbiddenInLocal) != std::string_view::npos)
    return std::nullopt;
  if (IsPlain(text, [](char c) { return c >= 0x21 && c <= 0x7E; })) return LowerCase(text);
  UErrorCode status = U_ZERO_ERROR;
  UnicodeString prepared =
      MapWidth(UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}));
  prepared.toLower(icu::Locale::getRoot());
  prepared = Nfc().normalize(prepared, status);
  if (U_FAILURE(status) || !AllAllowed(prepared, StringClass::kIdentifier) ||
      !ObeysBidiRule(prepared)) {
    return std::nullopt;
  }
  std::string local = Utf8(prepared);
  // A full-width separator must not become a real one (ADDR-7).
  if (local.find_first_of(kForbiddenInLocal) != std::string::npos) return std::nullopt;
  return local;
}

std::optional<std::string> PrepareResource(std::string_view text) {
  if (!IsUtf8(text)) return std::nullopt;
  if (IsPlain(text, [](char c) { return c >= 0x20 && c <= 0x7E; })) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  UnicodeString prepared =
      UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  for (int32_t at = 0; at < prepared.length(); at = prepared.moveIndex32(at, 1)) {
    if (u_charType(prepared.char32At(at)) == U_SPACE_SEPARATOR) prepared.setCharAt(at, u' ');
  }
  prepared = Nfc().normalize(prepared, status);
  for (int32_t at = 0; at < prepared.length(); at = prepared.moveIndex32(at, 1)) {
    const UChar32 c = prepared.char32At(at);
    if (c != ' ' && !Allowed(c, StringClass::kFreeform)) return std::nullopt;
  }
  return U_FAILURE(status) ? std::nullopt : std::optional(Utf8(prepared));
}

std::optional<Domain> PrepareDomain(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || !IsUtf8(text)) return std::nullopt;
  if (text.front() == '[') {  // IPv6 literal
    const bool closed = text.size() > 2 && text.back() == ']';
    const bool legal = closed && IsPlain(text.substr(1, text.size() - 2), [](char c) {
                         return HexDigitValue(c) >= 0 || c == ':' || c == '.';
                       });
    if (!legal) return std::nullopt;
    return Domain{LowerCase(text), LowerCase(text)};
  }
  UErrorCode status = U_ZERO_ERROR;
  static const std::unique_ptr<icu::IDNA> idna(icu::IDNA::createUTS46Instance(
      UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE | UIDNA_CHECK_BIDI |
          UIDNA_CHECK_CONTEXTJ | UIDNA_CHECK_CONTEXTO | UIDNA_USE_STD3_RULES,
      status));
  if (idna == nullptr) return std::nullopt;
  const auto convert = [&](bool to_ascii) -> std::optional<std::string> {
    icu::IDNAInfo info;
    UErrorCode failure = U_ZERO_ERROR;
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    const icu::StringPiece in(text.data(), static_cast<int32_t>(text.size()));
    if (to_ascii) {
      idna->nameToASCII_UTF8(in, sink, info, failure);
    } else {
      idna->nameToUnicodeUTF8(in, sink, info, failure);
    }
    if (U_FAILURE(failure) || info.hasErrors()) return std::nullopt;
    return out;
  };
  std::optional<std::string> ascii = convert(true);
  std::optional<std::string> unicode = convert(false);
  if (!ascii || !unicode || ascii->ends_with('.') || !IsIdna2008(*unicode)) return std::nullopt;
  return Domain{*std::move(unicode), *std::move(ascii)};
}

std::string AsciiDomain(std::string_view text) {
  std::optional<Domain> prepared = PrepareDomain(text);
  return prepared ? std::move(prepared->ascii) : std::string();
}

std::string UnicodeDomain(std::string_view text) {
  std::optional<Domain> prepared = PrepareDomain(text);
  return prepared ? std::move(prepared->unicode) : std::string(text);
}

}  // namespace dragoman::xmpp
