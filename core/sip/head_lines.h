// The lines of a message's head. RFC 3261 §7, §7.3.1; security.md T-20.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/sip/byte_scan.h"

namespace dragoman::sip {

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
      to += FindStop<'\r'>(to, end_) - to;  // no CR, LF or NUL stands before it
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
