#include "core/charset/charset.h"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace dragoman::charset {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// One name for each code page. The first nine have a charset of that name on the Internet.
struct CodePage {
  std::uint32_t number;
  const char* icu_name;
};
constexpr auto kCodePages = std::to_array<CodePage>({
    {1250, "windows-1250"},
    {1251, "windows-1251"},
    {1252, "windows-1252"},
    {1253, "windows-1253"},
    {1254, "windows-1254"},
    {1255, "windows-1255"},
    {1256, "windows-1256"},
    {1257, "windows-1257"},
    {1258, "windows-1258"},
    {874, "windows-874"},
    {932, "windows-932"},
    {936, "windows-936"},
    {949, "windows-949"},
    {950, "windows-950"},
});
constexpr std::size_t kCharsets = 9;

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

std::string FromIso88591(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) AppendUtf8(text, static_cast<unsigned char>(c));
  return text;
}

enum class OnMalformed : std::uint8_t { kStop, kReplace };

std::optional<std::string> Convert(std::string_view bytes, const char* icu_name,
                                   OnMalformed on_malformed) {
  UErrorCode status = U_ZERO_ERROR;
  const Converter converter(ucnv_open(icu_name, &status));
  if (on_malformed == OnMalformed::kStop) {
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                        &status);
  }
  if (U_FAILURE(status)) return std::nullopt;
  const icu::UnicodeString text(bytes.data(), static_cast<std::int32_t>(bytes.size()),
                                converter.get(), status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

}  // namespace

Result<std::string, CharsetError> ToUtf8(std::string_view bytes, std::string_view charset) {
  if (EqualsIgnoreCase(charset, "utf-8")) {
    if (!IsUtf8(bytes)) return Fail(CharsetError::kMalformed);
    return std::string(bytes);
  }
  if (EqualsIgnoreCase(charset, "us-ascii")) {
    const bool ascii =
        std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii) return Fail(CharsetError::kMalformed);
    return std::string(bytes);
  }
  if (EqualsIgnoreCase(charset, "iso-8859-1")) return FromIso88591(bytes);
  for (std::size_t i = 0; i < kCharsets; ++i) {
    if (!EqualsIgnoreCase(charset, kCodePages[i].icu_name)) continue;
    auto text = Convert(bytes, kCodePages[i].icu_name, OnMalformed::kStop);
    if (!text) return Fail(CharsetError::kMalformed);
    return *std::move(text);
  }
  return Fail(CharsetError::kUnknown);
}

std::string FromCodePage(std::string_view bytes, std::uint32_t code_page) {
  const auto known = std::ranges::find(kCodePages, code_page, &CodePage::number);
  if (known != kCodePages.end()) {
    // ICU substitutes U+001A for some.
    if (auto text = Convert(bytes, known->icu_name, OnMalformed::kReplace))
      return ReplaceNonXml(*text);
  }
  std::string text;
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) < 0x80) {
      text += c;
    } else {
      text += kReplacement;
    }
  }
  return text;
}

}  // namespace dragoman::charset
