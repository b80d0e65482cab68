#include "core/sip/multipart.h"

#include <optional>
#include <utility>

#include "core/base/ascii.h"
#include "core/sip/message.h"

namespace dragoman::sip {
namespace {

// The line at the front of `text`, taken off it, without its end (LF or CRLF).
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos) {
    text = text.substr(text.size());
    return line;
  }
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// `text` without the one line end at its end.
std::string_view WithoutLineEnd(std::string_view text) {
  if (!text.ends_with('\n')) return text;
  text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

enum class LineKind : std::uint8_t { kOther, kDelimiter, kLast };

// dash-boundary, perhaps "--", then blanks only: a longer boundary that begins like this one is
// another.
LineKind KindOf(std::string_view line, std::string_view boundary) {
  if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return LineKind::kOther;
  line.remove_prefix(2 + boundary.size());
  const bool last = line.starts_with("--");
  if (last) line.remove_prefix(2);
  if (!Trim(line).empty()) return LineKind::kOther;
  return last ? LineKind::kLast : LineKind::kDelimiter;
}

// Reads one body with all that is nested in it, and counts the parts of all of them.
class Reader {
 public:
  Result<std::vector<BodyPart>, MultipartError> Read(std::string_view content_type,
                                                     std::string_view body, std::size_t depth) {
    const std::string boundary = ParameterOf(content_type, "boundary");
    if (boundary.empty() || boundary.size() > kBoundaryBytesMax)
      return Fail(MultipartError::kBoundary);
    if (depth > kMultipartDepthMax) return Fail(MultipartError::kTooDeep);
    std::vector<BodyPart> parts;
    std::string_view rest = body;
    std::optional<std::size_t> part_at;  // where the part that is open began
    bool last = false;
    while (!rest.empty() && !last) {
      const std::size_t line_at = body.size() - rest.size();
      const LineKind kind = KindOf(TakeLine(rest), boundary);
      if (kind == LineKind::kOther) continue;
      if (part_at) {
        const std::string_view region = body.substr(*part_at, line_at - *part_at);
        if (auto error = Add(WithoutLineEnd(region), depth, parts)) return Fail(*error);
      }
      part_at = body.size() - rest.size();
      last = kind == LineKind::kLast;
    }
    if (!part_at) return Fail(MultipartError::kNoParts);
    if (!last) {
      if (auto error = Add(body.substr(*part_at), depth, parts)) return Fail(*error);
    }
    if (parts.empty()) return Fail(MultipartError::kNoParts);
    return parts;
  }

 private:
  std::optional<MultipartError> Add(std::string_view region, std::size_t depth,
                                    std::vector<BodyPart>& parts) {
    if (++count_ > kPartsMax) return MultipartError::kTooManyParts;
    BodyPart part = ReadPart(region);
    if (IsMultipart(part.ContentType())) {
      auto nested = Read(part.ContentType(), part.content, depth + 1);
      if (!nested) return nested.error();
      part.parts = *std::move(nested);
    }
    parts.push_back(std::move(part));
    return std::nullopt;
  }

  std::size_t count_ = 0;
};

std::string Handling(const BodyPart& part) {
  return ParameterOf(part.Get("Content-Disposition"), "handling");
}

}  // namespace

std::string_view BodyPart::Get(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::string_view from = rest;
    const std::string_view line = TakeLine(rest);
    while (rest.starts_with(' ') || rest.starts_with('\t')) TakeLine(rest);  // folded
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !EqualsIgnoreCase(Trim(line.substr(0, colon)), name))
      continue;
    return Trim(from.substr(colon + 1, from.size() - rest.size() - colon - 1));
  }
  return {};
}

std::string_view BodyPart::ContentType() const {
  const std::string_view said = Get("Content-Type");
  return said.empty() ? "text/plain" : said;
}

bool BodyPart::IsOptional() const { return EqualsIgnoreCase(Handling(*this), "optional"); }
bool BodyPart::IsRequired() const { return EqualsIgnoreCase(Handling(*this), "required"); }

BodyPart ReadPart(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t line_at = text.size() - rest.size();
    if (TakeLine(rest).empty()) {
      const std::string_view head = text.substr(0, line_at);
      return {WithoutLineEnd(head), rest, {}};
    }
  }
  return {WithoutLineEnd(text), text.substr(text.size()), {}};
}

bool IsMultipart(std::string_view content_type) {
  return MediaType(content_type).starts_with("multipart/");
}

Result<std::vector<BodyPart>, MultipartError> ReadMultipart(std::string_view content_type,
                                                            std::string_view body) {
  return Reader().Read(content_type, body, 1);
}

std::string ParameterOf(std::string_view field, std::string_view name) {
  const std::vector<Parameter> parameters = ParseParameters(field);
  const Parameter* found = FindParameter(parameters, name);
  if (found == nullptr) return {};
  const std::string_view value = Trim(found->value);
  if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"'))
    return std::string(value);
  std::string text;
  for (std::size_t i = 1; i + 1 < value.size(); ++i) {
    if (value[i] == '\\' && i + 2 < value.size()) ++i;  // quoted-pair
    text += value[i];
  }
  return text;
}

}  // namespace dragoman::sip
