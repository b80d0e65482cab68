#include "core/translate/call_id.h"

#include <algorithm>
#include <span>

#include "core/base/ascii.h"
#include "core/base/digest.h"

namespace dragoman::translate {
namespace {

constexpr std::size_t kDigestBytes = 16;

bool IsWord(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return IsAlpha(c) || IsDigit(c) ||
           std::string_view("-.!%*_+`'~()<>:\\\"/[]?{}").find(c) != std::string_view::npos;
  });
}

}  // namespace

bool IsCallId(std::string_view text) {
  if (text.size() > kCallIdBytesMax) return false;
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return IsWord(text);
  return IsWord(text.substr(0, at)) && IsWord(text.substr(at + 1));
}

std::string CallIdOfThread(std::string_view thread) {
  if (IsCallId(thread)) return std::string(thread);
  const auto digest = Sha256(thread);
  return "thread-" + HexEncode(std::span(digest).first(kDigestBytes));
}

}  // namespace dragoman::translate
