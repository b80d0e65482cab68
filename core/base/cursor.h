// A place in a text that cannot run off its end. Parsers follow their grammar over it, rule by
// rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/ascii.h"

namespace dragoman {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  std::string_view Rest() const { return text_.substr(at_); }
  std::size_t position() const { return at_; }

  bool Take(char expected) {
    if (AtEnd() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  bool Take(std::string_view expected) {
    if (!Rest().starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  template <typename Predicate>
  std::string_view TakeWhile(Predicate allowed) {
    const std::size_t from = at_;
    while (!AtEnd() && allowed(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  // Up to `stop`, which stays; nullopt (and nothing taken) if it does not come.
  std::optional<std::string_view> TakeUntil(char stop) {
    const std::size_t found = text_.find(stop, at_);
    if (found == std::string_view::npos) return std::nullopt;
    const std::string_view taken = text_.substr(at_, found - at_);
    at_ = found;
    return taken;
  }

  // 1*DIGIT that fits 64 bits; nullopt (and nothing taken) otherwise.
  std::optional<std::uint64_t> TakeNumber() {
    std::uint64_t value = 0;
    std::size_t end = at_;
    for (; end < text_.size() && IsDigit(text_[end]); ++end) {
      const auto digit = static_cast<std::uint64_t>(text_[end] - '0');
      if (value > (UINT64_MAX - digit) / 10) return std::nullopt;
      value = value * 10 + digit;
    }
    if (end == at_) return std::nullopt;
    at_ = end;
    return value;
  }

  // Spaces and tabs; true if there was one at least.
  bool SkipBlanks() {
    return !TakeWhile([](char c) { return c == ' ' || c == '\t'; }).empty();
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace dragoman
