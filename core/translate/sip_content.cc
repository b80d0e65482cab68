#include "core/translate/sip_content.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/charset/charset.h"
#include "core/html/text.h"
#include "core/html/xhtml.h"
#include "core/ocs/text_format.h"
#include "core/rtf/text.h"
#include "core/sip/iscomposing.h"
#include "core/sip/multipart.h"
#include "core/sip/transfer_encoding.h"
#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

// The conferencing server's receipts, of no use between two (ocs-dialect §3.9).
constexpr std::string_view kMsImdnType = "application/ms-imdn+xml";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A body, or a part of one.
struct Piece {
  std::string_view content_type;
  std::string_view content_encoding;
  std::string_view transfer_encoding;
  std::string_view language;
  std::string_view content;
};

Piece PieceOf(const sip::BodyPart& part) {
  return {part.ContentType(), part.Get("Content-Encoding"), part.Get("Content-Transfer-Encoding"),
          part.Get("Content-Language"), part.content};
}

std::string CharsetOf(std::string_view content_type) {
  const std::string charset = sip::ParameterOf(content_type, "charset");
  return charset.empty() ? "utf-8" : charset;  // SIP-25
}

// The body of a plain text that is more than plain; empty if it is not.
std::string LookOf(std::string_view content_type, std::string_view text) {
  const auto format = ocs::ParseTextFormat(sip::ParameterOf(content_type, "msgr"));
  const std::string style = format ? format->Style() : std::string();
  const bool kept = !style.empty() && text.size() <= html::kXhtmlBytesMax / 2 &&
                    std::ranges::count(text, '\n') < std::ptrdiff_t{html::kElementsMax};
  return kept ? xml::Print(html::StyledText(text, style)) : std::string();
}

// The first tag of a Content-Language; empty if that is none.
std::string FirstTag(std::string_view tags) {
  const std::string_view first = Trim(tags.substr(0, tags.find(',')));
  return IsLanguageTag(first) ? std::string(first) : std::string();
}

template <typename Document>
SipContent OrMalformed(std::optional<Document> document) {
  if (!document) return NoContent::kMalformed;
  return *std::move(document);
}

class ContentReader {
 public:
  explicit ContentReader(const ContentOptions& options) : options_(options) {}

  SipContent Read(const Piece& piece) {
    if (sip::IsMultipart(piece.content_type)) {
      const auto parts = sip::ReadMultipart(piece.content_type, piece.content);
      if (!parts) return NoContent::kMalformed;
      return ReadParts(piece.content_type, *parts);
    }
    const bool encoded =
        !piece.content_encoding.empty() && !EqualsIgnoreCase(piece.content_encoding, "identity");
    if (encoded) return NoContent::kUnsupported;
    const auto content = sip::DecodeTransfer(piece.transfer_encoding, piece.content);
    if (!content) return NoContent::kMalformed;
    SipContent read = ReadContent(piece.content_type, *content);
    auto* text = std::get_if<PlainText>(&read);
    if (text != nullptr && text->lang.empty()) text->lang = FirstTag(piece.language);
    return read;
  }

 private:
  SipContent ReadContent(std::string_view content_type, const std::string& content) {
    const std::string type = sip::MediaType(content_type);
    if (type == "text/plain" || type == "text/html") return ReadText(type, content_type, content);
    if (type == "text/rtf" || type == "application/rtf") {
      const auto text = rtf::ToText(content);
      if (!text) return NoContent::kMalformed;
      return PlainText{.text = *text, .reduced = true, .cpim = {}};
    }
    if (type == sip::kIsComposingType) {
      const auto state = sip::ParseIsComposing(content);
      if (!state) return NoContent::kMalformed;
      return Typing{state->active, state->refresh};
    }
    if (type == sip::kImdnType) return OrMalformed(sip::ParseImdn(content));
    if (type == sip::kCpimType && !unwrapped_) return Unwrap(content);
    if (type == kMsImdnType) return Ignored{};
    return NoContent::kUnsupported;
  }

  SipContent ReadText(std::string_view type, std::string_view content_type,
                      std::string_view content) const {
    const auto decoded = charset::ToUtf8(content, CharsetOf(content_type));
    if (!decoded) {
      return decoded.error() == charset::CharsetError::kUnknown ? NoContent::kUnsupported
                                                                : NoContent::kMalformed;
    }
    std::string_view utf8 = *decoded;
    if (utf8.starts_with(kByteOrderMark)) utf8.remove_prefix(kByteOrderMark.size());
    std::string text = XmlText(utf8);
    if (type == "text/plain") {
      PlainText plain{.text = std::move(text), .cpim = {}};
      if (options_.xhtml) plain.html = LookOf(content_type, plain.text);
      return plain;
    }
    PlainText plain{.text = html::ToText(text), .reduced = true, .cpim = {}};
    if (options_.xhtml) {
      if (const auto body = html::ToXhtmlIm(text)) plain.html = xml::Print(*body);
    }
    return plain;
  }

  SipContent Unwrap(std::string_view content) {
    unwrapped_ = true;  // once only (IM-19)
    auto message = sip::ParseCpim(content);
    if (!message) return NoContent::kMalformed;
    if (message->requires_more) return NoContent::kUnsupported;
    SipContent inner = Read(PieceOf({message->head, message->content, {}}));
    if (auto* text = std::get_if<PlainText>(&inner)) {
      message->head.clear();
      message->content.clear();
      text->cpim = *std::move(message);
    }
    return inner;
  }

  SipContent ReadPart(const sip::BodyPart& part) {
    return part.parts.empty() ? Read(PieceOf(part)) : ReadParts(part.ContentType(), part.parts);
  }

  SipContent ReadParts(std::string_view content_type, const std::vector<sip::BodyPart>& parts) {
    const std::string type = sip::MediaType(content_type);
    if (type == "multipart/alternative") return ReadAlternatives(parts);
    // Parts beside the root of a multipart/related are there for it alone, as its pictures are.
    return ReadFirst(parts, type != "multipart/related");
  }

  SipContent ReadAlternatives(const std::vector<sip::BodyPart>& parts) {
    SipContent last = NoContent::kUnsupported;
    std::optional<PlainText> plain;
    std::optional<PlainText> rich;
    for (const sip::BodyPart& part : parts) {
      SipContent content = ReadPart(part);
      if (const auto* none = std::get_if<NoContent>(&content)) {
        auto* const nothing = std::get_if<NoContent>(&last);
        if (nothing != nullptr && *none == NoContent::kMalformed) *nothing = *none;
        continue;
      }
      if (const auto* text = std::get_if<PlainText>(&content)) {
        (text->reduced ? rich : plain) = *text;
      }
      last = std::move(content);
    }
    if (!std::holds_alternative<PlainText>(last)) return last;
    // The sender's own plain text is better than ours; the look is that of the rich one (SIP-26).
    if (!plain || (plain->text.empty() && rich)) return *std::move(rich);
    if (rich && plain->html.empty()) plain->html = std::move(rich->html);
    return *std::move(plain);
  }

  SipContent ReadFirst(const std::vector<sip::BodyPart>& parts, bool required_unless_said) {
    std::optional<SipContent> first;
    NoContent why = NoContent::kUnsupported;
    for (const sip::BodyPart& part : parts) {
      SipContent content = ReadPart(part);
      const auto* none = std::get_if<NoContent>(&content);
      if (none == nullptr) {
        if (!first) first = std::move(content);
      } else if (part.IsRequired() || (required_unless_said && !part.IsOptional())) {
        return *none;
      } else if (*none == NoContent::kMalformed) {
        why = *none;
      }
    }
    if (!first) return why;
    return *std::move(first);
  }

  const ContentOptions& options_;
  bool unwrapped_ = false;
};

}  // namespace

SipContent ContentOf(const sip::Message& message, const ContentOptions& options) {
  if (message.body().empty()) return PlainText{};
  return ContentReader(options).Read({message.Get("Content-Type"),
                                      message.Get("Content-Encoding"),
                                      {},
                                      message.Get("Content-Language"),
                                      message.body()});
}

}  // namespace dragoman::translate
