#include "presence-store/key.h"

#include "core/base/ascii.h"

namespace dragoman::store {
namespace {

std::string Escape(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (IsAlpha(c) || IsDigit(c) || c == '.' || c == '-' || c == '_') {
      out += c;
      continue;
    }
    out += '%';
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::optional<std::string> Unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigitValue(text[i + 1]);
    const int low = HexDigitValue(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string Print(const envelope::Address& address) {
  return Escape(address.local) + "@" + Escape(address.domain);
}

std::optional<envelope::Address> ParseAddress(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  std::optional<std::string> local = Unescape(text.substr(0, at));
  std::optional<std::string> domain = Unescape(text.substr(at + 1));
  if (!local || !domain) return std::nullopt;
  return envelope::Address{*local, *domain, {}};
}

}  // namespace

std::string PairOf(const RecordKey& key) { return Print(key.first) + "|" + Print(key.second); }

std::string ToString(const RecordKey& key) {
  return (key.kind == RecordKind::kPresence ? "presence:{" : "chat:{") + PairOf(key) + "}";
}

std::optional<RecordKey> ParsePair(RecordKind kind, std::string_view text) {
  const std::size_t bar = text.find('|');
  if (bar == std::string_view::npos) return std::nullopt;
  std::optional<envelope::Address> first = ParseAddress(text.substr(0, bar));
  std::optional<envelope::Address> second = ParseAddress(text.substr(bar + 1));
  if (!first || !second) return std::nullopt;
  return RecordKey{kind, *std::move(first), *std::move(second)};
}

std::optional<RecordKey> ParseKey(std::string_view text) {
  RecordKind kind = RecordKind::kPresence;
  if (text.starts_with("presence:{")) {
    text.remove_prefix(10);
  } else if (text.starts_with("chat:{")) {
    kind = RecordKind::kChat;
    text.remove_prefix(6);
  } else {
    return std::nullopt;
  }
  if (!text.ends_with('}')) return std::nullopt;
  text.remove_suffix(1);
  return ParsePair(kind, text);
}

}  // namespace dragoman::store
