// HTML as chat and mail programs write it, tag by tag: tolerant of what browsers tolerate.
//
// No tree is built and nothing is ever refused: upper-case names, attributes without quotes,
// unclosed and stray tags, comments, conditional sections and islands of other languages all pass.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dragoman::html {

inline constexpr std::size_t kAttributesMax = 32;  // of one tag; what follows is not kept

struct Tag {
  std::string name;  // lower case
  bool closes = false;
  std::vector<std::pair<std::string, std::string>> attributes;  // names in lower case; decoded

  std::string_view Attr(std::string_view name) const;  // the first one; empty if there is none
};

class Reader {
 public:
  using Event = std::variant<std::string, Tag>;  // a string: text, character references decoded

  explicit Reader(std::string_view html);  // UTF-8, must outlive the reader
  // The next event; comments, declarations and the content of script, style, title, and xml are
  // none. nullopt: the end.
  std::optional<Event> Next();

 private:
  std::optional<Tag> TakeTag();
  void TakeAttribute(Tag& tag);
  std::string_view TakeValue();
  void SkipRaw(std::string_view name);
  bool Skip(std::string_view opening, std::string_view closing);

  std::string_view html_;
  std::size_t at_ = 0;
  // Behind these none of the kind follows, so nothing is searched twice in vain.
  std::size_t last_close_, last_quote_, last_double_quote_;
};

// Elements that stand on lines of their own.
bool IsBlock(std::string_view name);

}  // namespace dragoman::html
