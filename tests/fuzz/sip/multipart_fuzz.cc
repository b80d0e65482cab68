// Parts are views into the body, in order, within the bounds; what parses, prints, and the print
// parses back to the same parts.
//
// Input: a Content-Type, a line feed, the body.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/sip/multipart.h"
#include "core/sip/transfer_encoding.h"

using dragoman::sip::BodyPart;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

std::string Print(std::string_view content_type, const std::vector<BodyPart>& parts) {
  const std::string boundary = dragoman::sip::ParameterOf(content_type, "boundary");
  std::string body;
  for (const BodyPart& part : parts) {
    body += "--" + boundary + "\r\n";
    if (!part.head.empty()) body += std::string(part.head) + "\r\n";
    body += "\r\n";
    body += part.parts.empty() ? std::string(part.content) : Print(part.ContentType(), part.parts);
    body += "\r\n";
  }
  return body + "--" + boundary + "--";
}

bool Same(const std::vector<BodyPart>& a, const std::vector<BodyPart>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].head != b[i].head || !Same(a[i].parts, b[i].parts)) return false;
    if (a[i].parts.empty() && a[i].content != b[i].content) return false;
  }
  return true;
}

std::size_t CheckViews(std::string_view body, const std::vector<BodyPart>& parts,
                       std::size_t depth) {
  Check(depth <= dragoman::sip::kMultipartDepthMax);
  std::size_t count = parts.size();
  const char* from = body.data();
  for (const BodyPart& part : parts) {
    Check(part.head.empty() || part.head.data() >= from);
    Check(part.content.data() >= from);
    Check(part.content.data() + part.content.size() <= body.data() + body.size());
    from = part.content.data() + part.content.size();
    if (!part.parts.empty()) count += CheckViews(part.content, part.parts, depth + 1);
    (void)part.IsOptional();
    (void)dragoman::sip::DecodeTransfer(part.Get("Content-Transfer-Encoding"), part.content);
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view content_type = input.substr(0, line);
  const std::string_view body = input.substr(line + 1);
  const auto parts = dragoman::sip::ReadMultipart(content_type, body);
  if (!parts) return 0;
  Check(CheckViews(body, *parts, 1) <= dragoman::sip::kPartsMax);
  const std::string printed = Print(content_type, *parts);
  const auto again = dragoman::sip::ReadMultipart(content_type, printed);
  Check(again && Same(*parts, *again));
  return 0;
}
