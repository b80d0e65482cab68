// MIME multipart bodies as views into the bytes they arrived in: nothing is copied or decoded. RFC
// 2046 §5.1, RFC 5621; SIP-25, SIP-26.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace dragoman::sip {

inline constexpr std::size_t kPartsMax = 32;          // of one body, nested ones counted
inline constexpr std::size_t kMultipartDepthMax = 4;  // multiparts inside one another
inline constexpr std::size_t kBoundaryBytesMax = 70;  // RFC 2046 §5.1.1

struct BodyPart {
  std::string_view head;        // header lines, without the empty line behind them
  std::string_view content;     // still in its transfer encoding; of a multipart, all of it
  std::vector<BodyPart> parts;  // of a part that is a multipart itself

  // The first value of that name, trimmed, line folds left in it; empty if there is none.
  std::string_view Get(std::string_view name) const;
  // "text/plain" if the part does not say (RFC 2046 §5.1).
  std::string_view ContentType() const;
  // Whether Content-Disposition says `handling=` this; nothing said: neither.
  bool IsOptional() const;
  bool IsRequired() const;
};

enum class MultipartError : std::uint8_t {
  kBoundary,      // none, or longer than allowed
  kNoParts,       // its delimiter never stands in the body
  kTooManyParts,  // kPartsMax
  kTooDeep,       // kMultipartDepthMax
};

// Header lines, an empty line, content. Without an empty line all of it is header.
BodyPart ReadPart(std::string_view text);

bool IsMultipart(std::string_view content_type);

// The parts between the delimiter lines; preamble and epilogue are skipped. Lines end in CRLF or
// LF. The last delimiter may be missing: the length of a SIP body is known anyway.
Result<std::vector<BodyPart>, MultipartError> ReadMultipart(std::string_view content_type,
                                                            std::string_view body);

// The value of a parameter of a field such as Content-Type, without its quotes; empty if there is
// none.
std::string ParameterOf(std::string_view field, std::string_view name);

}  // namespace dragoman::sip
