#include "cli/print/json.h"

#include <utility>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace dragoman::cli {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// U+0080 to U+FFFF as \uXXXX; `character` has two or three bytes.
void AppendEscaped(std::string& out, std::string_view character) {
  std::uint32_t code =
      static_cast<unsigned char>(character.front()) & (character.size() == 2 ? 31u : 15u);
  for (const char tail : character.substr(1))
    code = code << 6 | (static_cast<unsigned char>(tail) & 63u);
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(code >> shift) & 15];
}

// Reads from the front of a line of JSON; each Take is empty-handed if something else stands there.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool Take(char c) {
    SkipSpace();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool AtEnd() {
    SkipSpace();
    return rest_.empty();
  }

  bool TakeString(std::string& out) {
    if (!Take('"')) return false;
    while (!rest_.empty()) {
      const char c = Next();
      if (c == '"') return IsUtf8(out);
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out += c;
      } else if (!TakeEscape(out)) {
        return false;
      }
    }
    return false;
  }

 private:
  char Next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void SkipSpace() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != rest_.npos)
      rest_.remove_prefix(1);
  }

  bool TakeEscape(std::string& out) {
    if (rest_.empty()) return false;
    const char c = Next();
    constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const std::size_t at = kFrom.find(c); at != kFrom.npos) {
      out += kTo[at];
      return true;
    }
    std::uint32_t unit = 0, low = 0;
    if (c != 'u' || !TakeUnit(unit)) return false;
    const bool high = unit >= 0xD800 && unit < 0xDC00;
    if (high && rest_.starts_with("\\u")) {
      rest_.remove_prefix(2);
      if (!TakeUnit(low) || low < 0xDC00 || low > 0xDFFF) return false;
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(out, unit);  // half a pair becomes U+FFFD
    return true;
  }

  bool TakeUnit(std::uint32_t& unit) {
    if (rest_.size() < 4) return false;
    for (int i = 0; i < 4; ++i) {
      const std::size_t digit = kDigits.find(ToLower(Next()));
      if (digit == kDigits.npos) return false;
      unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = CharacterAt(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0) {
      out += "\\ufffd";
    } else if (first == '\n' || first == '\r' || first == '\t') {
      out += first == '\n' ? "\\n" : first == '\r' ? "\\r" : "\\t";
    } else if (first < 0x20 || first == 0x7F) {
      out += "\\u00";
      out += kDigits[first >> 4];
      out += kDigits[first & 15];
    } else if (IsTreacherous(text.substr(0, length))) {
      AppendEscaped(out, text.substr(0, length));
    } else {
      if (first == '"' || first == '\\') out += '\\';
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out + "\"";
}

std::string JsonArray(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ',';
    out += value;
  }
  return out + "]";
}

JsonObject& JsonObject::Add(std::string_view name, std::string_view text) {
  return AddValue(name, JsonString(text));
}

JsonObject& JsonObject::AddNumber(std::string_view name, std::int64_t number) {
  return AddValue(name, std::to_string(number));
}

JsonObject& JsonObject::AddFlag(std::string_view name, bool flag) {
  return AddValue(name, flag ? "true" : "false");
}

JsonObject& JsonObject::AddValue(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  members_ += JsonString(name);
  members_ += ':';
  members_ += json;
  return *this;
}

Result<std::map<std::string, std::string>, std::string> ParseJsonStrings(std::string_view text) {
  const auto fail = [] { return Fail(std::string("expected a JSON object of strings")); };
  std::map<std::string, std::string> members;
  Reader in(text);
  if (!in.Take('{')) return fail();
  while (!in.Take('}')) {
    std::string name, value;
    if (!members.empty() && !in.Take(',')) return fail();
    if (!in.TakeString(name) || !in.Take(':') || !in.TakeString(value)) return fail();
    if (!members.emplace(std::move(name), std::move(value)).second) return fail();
  }
  if (!in.AtEnd()) return fail();
  return members;
}

}  // namespace dragoman::cli
