#include "core/rtf/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/charset/charset.h"

namespace dragoman::rtf {
namespace {

// Groups whose content is no text of the document. Unknown ones are marked with \* (§
// Destinations).
constexpr auto kNoText = std::to_array<std::string_view>(
    {"annotation", "author",  "colortbl", "comment", "datastore", "filetbl",           "fldinst",
     "fonttbl",    "footer",  "footerf",  "footerl", "footerr",   "footnote",          "generator",
     "header",     "headerf", "headerl",  "headerr", "info",      "listoverridetable", "listtable",
     "nonshppict", "objdata", "pict",     "revtbl",  "rsidtbl",   "stylesheet",        "themedata",
     "title",      "xmlnstbl"});

struct Character {
  std::string_view word;
  std::string_view text;
};
constexpr auto kCharacters = std::to_array<Character>({
    {"par", "\n"},    {"line", "\n"},     {"sect", "\n"},     {"page", "\n"},     {"row", "\n"},
    {"tab", "\t"},    {"cell", "\t"},     {"emdash", "—"},    {"endash", "–"},    {"lquote", "‘"},
    {"rquote", "’"},  {"ldblquote", "“"}, {"rdblquote", "”"}, {"bullet", "•"},    {"emspace", " "},
    {"enspace", " "}, {"qmspace", " "},   {"zwj", "\u200D"},  {"zwnj", "\u200C"},
});

// \fcharset of a font (§ Font Table) and its code page.
struct FontCharset {
  std::int32_t number;
  std::uint32_t code_page;
};
constexpr auto kFontCharsets = std::to_array<FontCharset>({
    {0, 1252},
    {2, 1252},
    {128, 932},
    {129, 949},
    {134, 936},
    {136, 950},
    {161, 1253},
    {162, 1254},
    {163, 1258},
    {177, 1255},
    {178, 1256},
    {186, 1257},
    {204, 1251},
    {222, 874},
    {238, 1250},
});

struct Control {
  std::string_view word;
  std::optional<std::int32_t> number;
};

class Reader {
 public:
  explicit Reader(std::string_view rtf) : rtf_(rtf) {}

  std::optional<std::string> Read() {
    if (!rtf_.starts_with("{\\rtf")) return std::nullopt;
    do {
      const char c = rtf_[at_++];
      if (c == '{') {
        Flush();
        if (groups_.size() == kGroupDepthMax) return std::nullopt;
        groups_.push_back(groups_.empty() ? Group{} : groups_.back());
        to_skip_ = 0;
      } else if (c == '}') {
        Flush();
        groups_.pop_back();
        to_skip_ = 0;
      } else if (c == '\\') {
        TakeControl();
      } else if (c != '\r' && c != '\n') {
        PutByte(c);
      }
    } while (at_ < rtf_.size() && !groups_.empty());
    if (!groups_.empty()) Flush();
    return std::string(Trim(ReplaceNonXml(out_)));
  }

 private:
  struct Group {
    bool silent = false;  // a destination without text
    bool hidden = false;  // \v
    bool font_table = false;
    std::int32_t font = -1;         // -1: the document's default
    std::size_t after_unicode = 1;  // \uc: how many characters stand in for one of \u
  };

  Group& group() { return groups_.back(); }

  void TakeControl() {
    if (at_ == rtf_.size()) return;
    if (IsAlpha(rtf_[at_])) return Obey(TakeWord());
    const char symbol = rtf_[at_++];
    switch (symbol) {
      case '\'': {
        const int high = at_ < rtf_.size() ? HexDigitValue(rtf_[at_]) : -1;
        const int low = at_ + 1 < rtf_.size() ? HexDigitValue(rtf_[at_ + 1]) : -1;
        if (high < 0 || low < 0) return;
        at_ += 2;
        return PutByte(static_cast<char>(high * 16 + low));
      }
      case '*':  // a destination that may be unknown; none that may is text
        group().silent = true;
        return;
      case '\r':
      case '\n':
        return Put("\n");
      case '~':
        return Put(" ");
      case '_':
        return Put("-");
      case '{':
      case '}':
      case '\\':
        return PutByte(symbol);
      default:
        return;
    }
  }

  Control TakeWord() {
    const std::size_t from = at_;
    while (at_ < rtf_.size() && IsAlpha(rtf_[at_])) ++at_;
    Control control{rtf_.substr(from, at_ - from), {}};
    const bool negative = at_ + 1 < rtf_.size() && rtf_[at_] == '-' && IsDigit(rtf_[at_ + 1]);
    if (negative) ++at_;
    std::int32_t number = 0;
    for (; at_ < rtf_.size() && IsDigit(rtf_[at_]); ++at_) {
      number = std::min(number, std::int32_t{100'000'000}) * 10 + (rtf_[at_] - '0');
      control.number = number;
    }
    if (negative) control.number = -number;
    if (at_ < rtf_.size() && rtf_[at_] == ' ') ++at_;  // belongs to the word
    return control;
  }

  void Obey(const Control& control) {
    const auto is = [&](std::string_view word) { return control.word == word; };
    const auto* const character = std::ranges::find(kCharacters, control.word, &Character::word);
    if (character != kCharacters.end()) return Put(character->text);
    if (is("u")) return PutUnicode(control.number.value_or(0));
    if (is("bin")) {
      at_ += std::min<std::size_t>(
          static_cast<std::size_t>(std::max(control.number.value_or(0), 0)), rtf_.size() - at_);
    } else if (is("uc")) {
      group().after_unicode =
          static_cast<std::size_t>(std::clamp(control.number.value_or(1), 0, 255));
    } else if (is("ansicpg")) {
      Flush();
      code_page_ = static_cast<std::uint32_t>(std::max(control.number.value_or(0), 0));
    } else if (is("deff")) {
      default_font_ = control.number.value_or(0);
    } else if (is("f")) {
      Flush();
      group().font = control.number.value_or(0);
    } else if (is("fcharset") && group().font_table) {
      RememberFont(control.number.value_or(0));
    } else if (is("plain")) {
      Flush();
      group().font = -1;
      group().hidden = false;
    } else if (is("v")) {
      Flush();
      group().hidden = control.number.value_or(1) != 0;
    } else if (std::ranges::find(kNoText, control.word) != kNoText.end()) {
      Flush();
      group().silent = true;
      group().font_table = is("fonttbl");
    }
  }

  void RememberFont(std::int32_t charset) {
    const auto* const row = std::ranges::find(kFontCharsets, charset, &FontCharset::number);
    if (row == kFontCharsets.end() || fonts_.size() == kFontsMax) return;
    fonts_.emplace_back(group().font, row->code_page);
  }

  // One byte of text, in the code page of its font: several may make one character.
  void PutByte(char byte) {
    if (to_skip_ > 0) {
      --to_skip_;
    } else if (!group().silent && !group().hidden) {
      bytes_ += byte;
    }
  }

  void Put(std::string_view text) {
    if (to_skip_ > 0) {
      --to_skip_;
      return;
    }
    Flush();
    if (!group().silent && !group().hidden) out_ += text;
  }

  // \uN: a UTF-16 unit as a signed number, then characters for those who do not know it.
  void PutUnicode(std::int32_t number) {
    Flush();
    to_skip_ = group().after_unicode;
    if (group().silent || group().hidden) return;
    const auto unit = static_cast<std::uint32_t>(number) & 0xFFFF;
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_surrogate_ = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000 && high_surrogate_ != 0) {
      AppendUtf8(out_, 0x10000 + ((high_surrogate_ - 0xD800) << 10) + (unit - 0xDC00));
      high_surrogate_ = 0;
    } else {
      AppendUtf8(out_, unit);
    }
  }

  // What is in bytes_ goes out, before anything changes that it depends on.
  void Flush() {
    if (bytes_.empty()) return;
    const bool ascii =
        std::ranges::all_of(bytes_, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    out_ += ascii ? bytes_ : charset::FromCodePage(bytes_, CodePage());  // all contain ASCII
    bytes_.clear();
  }

  std::uint32_t CodePage() {
    const std::int32_t font = group().font < 0 ? default_font_ : group().font;
    for (const auto& [number, code_page] : fonts_) {
      if (number == font) return code_page;
    }
    return code_page_;
  }

  std::string_view rtf_;
  std::size_t at_ = 0;
  std::string out_;
  std::string bytes_;
  std::vector<Group> groups_;
  std::vector<std::pair<std::int32_t, std::uint32_t>> fonts_;
  std::int32_t default_font_ = 0;
  std::uint32_t code_page_ = 1252;
  std::size_t to_skip_ = 0;
  std::uint32_t high_surrogate_ = 0;
};

}  // namespace

std::optional<std::string> ToText(std::string_view rtf) { return Reader(rtf).Read(); }

}  // namespace dragoman::rtf
