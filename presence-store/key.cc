#include "presence-store/key.h"

#include "core/base/ascii.h"

namespace dragoman::store {
namespace {

constexpr std::string_view kPresence = "presence:";
constexpr std::string_view kChat = "chat:";

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

std::optional<RecordKey> Parse(RecordKind kind, std::string_view one, std::string_view other) {
  std::optional<envelope::Address> first = ParseAddress(one);
  std::optional<envelope::Address> second = ParseAddress(other);
  if (!first || !second) return std::nullopt;
  return RecordKey{kind, *std::move(first), *std::move(second)};
}

}  // namespace

std::string PrefixOf(RecordKind kind) {
  return std::string(kind == RecordKind::kPresence ? kPresence : kChat);
}

std::string HashOf(const RecordKey& key) { return PrefixOf(key.kind) + Print(key.first); }

std::string FieldOf(const RecordKey& key) { return Print(key.second); }

std::optional<RecordKey> ParseName(std::string_view hash, std::string_view field) {
  RecordKind kind = RecordKind::kPresence;
  if (hash.starts_with(kPresence)) {
    hash.remove_prefix(kPresence.size());
  } else if (hash.starts_with(kChat)) {
    kind = RecordKind::kChat;
    hash.remove_prefix(kChat.size());
  } else {
    return std::nullopt;
  }
  return Parse(kind, hash, field);
}

std::string PairOf(const RecordKey& key) { return Print(key.first) + "|" + Print(key.second); }

std::optional<RecordKey> ParsePair(RecordKind kind, std::string_view text) {
  const std::size_t bar = text.find('|');
  if (bar == std::string_view::npos) return std::nullopt;
  return Parse(kind, text.substr(0, bar), text.substr(bar + 1));
}

std::string ToString(const RecordKey& key) { return PrefixOf(key.kind) + PairOf(key); }

}  // namespace dragoman::store
