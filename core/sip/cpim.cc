#include "core/sip/cpim.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/sip/multipart.h"
#include "core/sip/uri.h"

namespace dragoman::sip {
namespace {

constexpr std::string_view kImdnNamespace = "urn:ietf:params:imdn";

constexpr auto kKnown =
    std::to_array<std::string_view>({"From", "To", "cc", "DateTime", "Subject", "NS", "Require"});

// The escapes of RFC 3862 §2.3.
std::string Unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char mark = text[++i];
    std::uint32_t character = 0;
    std::size_t digits = 0;
    while (mark == 'u' && digits < 4 && i + 1 + digits < text.size() &&
           HexDigitValue(text[i + 1 + digits]) >= 0) {
      character = character * 16 + static_cast<std::uint32_t>(HexDigitValue(text[i + 1 + digits]));
      ++digits;
    }
    if (digits == 4) {
      AppendUtf8(out, character);
      i += 4;
    } else if (mark == 'b' || mark == 't' || mark == 'n' || mark == 'r') {
      out += ' ';  // control characters have no place in a line
    } else {
      out += mark;
    }
  }
  return out;
}

// What can stand in one line: control characters become spaces, and none at the ends.
std::string Clean(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return std::string(Trim(line));
}

std::string Line(std::string_view name, std::string_view value) {
  const std::string clean = Clean(value);
  return clean.empty() ? "" : std::string(name) + ": " + clean + "\r\n";
}

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') out += c;
    out += c;
  }
  return out;
}

// The lines of one message, where prefixes may be declared anywhere above their use.
class Reader {
 public:
  bool Take(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    // Header parameters (";lang=fr") stand between the colon and a space.
    if (value.starts_with(';')) value = value.substr(std::min(value.find(' '), value.size()));
    Set(name, Clean(value));
    return true;
  }

  Cpim Finish() {
    message_.requires_more = std::ranges::any_of(required_, [&](const std::string& name) {
      return std::ranges::find(kKnown, name) == kKnown.end() && ImdnName(name).empty();
    });
    return std::move(message_);
  }

 private:
  // What stands behind the prefix of the IMDN namespace in `name`; empty: another namespace.
  std::string_view ImdnName(std::string_view name) const {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos || !has_prefix_ || name.substr(0, dot) != prefix_) return {};
    return name.substr(dot + 1);
  }

  void Set(std::string_view name, std::string_view value) {
    if (name == "From") {
      message_.from = value;
    } else if (name == "To") {
      message_.to = value;
    } else if (name == "DateTime") {
      message_.date_time = value;
    } else if (name == "Subject") {
      if (message_.subject.empty()) message_.subject = Clean(Unescape(value));
    } else if (name == "NS") {
      Declare(value);
    } else if (name == "Require") {
      for (const std::string_view item : SplitList(value)) required_.emplace_back(item);
    } else if (ImdnName(name) == "Message-ID") {
      message_.message_id = value;
    } else if (ImdnName(name) == "Disposition-Notification") {
      for (const std::string_view item : SplitList(value)) {
        if (EqualsIgnoreCase(item, "positive-delivery")) message_.wants_delivered = true;
        if (EqualsIgnoreCase(item, "negative-delivery")) message_.wants_failed = true;
      }
    }
  }

  // NS: prefix <URI>
  void Declare(std::string_view value) {
    const std::size_t open = value.find('<');
    if (open == std::string_view::npos || !value.ends_with('>')) return;
    const std::string_view prefix = Trim(value.substr(0, open));
    if (value.substr(open + 1, value.size() - open - 2) != kImdnNamespace || prefix.empty()) return;
    prefix_ = prefix;
    has_prefix_ = true;
  }

  Cpim message_;
  std::vector<std::string> required_;
  std::string prefix_;
  bool has_prefix_ = false;
};

}  // namespace

std::optional<Cpim> ParseCpim(std::string_view text) {
  Reader reader;
  for (std::size_t lines = 0; lines <= kCpimHeadersMax; ++lines) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() && lines == 0) return std::nullopt;  // no header at all
    if (line.empty()) {
      Cpim message = reader.Finish();
      const BodyPart part = ReadPart(text);
      message.head = part.head;
      message.content = part.content;
      return message;
    }
    if (!reader.Take(line)) return std::nullopt;
  }
  return std::nullopt;
}

std::string PrintCpim(const Cpim& message) {
  std::string text = Line("From", message.from) + Line("To", message.to) +
                     Line("DateTime", message.date_time) + Line("Subject", Escape(message.subject));
  const bool imdn = !message.message_id.empty() || message.wants_delivered || message.wants_failed;
  if (imdn) text += "NS: imdn <" + std::string(kImdnNamespace) + ">\r\n";
  text += Line("imdn.Message-ID", message.message_id);
  std::string wanted = message.wants_delivered ? "positive-delivery" : "";
  if (message.wants_failed) wanted += wanted.empty() ? "negative-delivery" : ", negative-delivery";
  text += Line("imdn.Disposition-Notification", wanted) + "\r\n";
  if (!message.head.empty()) text += message.head + "\r\n";
  return text + "\r\n" + message.content;
}

}  // namespace dragoman::sip
