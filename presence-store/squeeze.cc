#include "presence-store/squeeze.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/digest.h"

namespace dragoman::store {
namespace {

constexpr char kHex = 1;      // the bytes follow that were lower-case hexadecimal digits
constexpr char kLiteral = 2;  // text follows as it is, though it begins like something else here
constexpr char kSame = '=';   // what is expected, and the rest follows; alone: empty
constexpr std::size_t kHexMin = 8;

bool BeginsWithMark(std::string_view text) {
  return !text.empty() && (text[0] == kHex || text[0] == kLiteral || text[0] == kSame);
}

// What is expected costs nothing: it is left out.
void SqueezeText(std::string& text, std::string_view expected) {
  if (text.empty()) {
    if (!expected.empty()) text = kSame;
  } else if (!expected.empty() && text.starts_with(expected)) {
    text = text.size() == expected.size() ? "" : kSame + text.substr(expected.size());
  } else if (BeginsWithMark(text)) {
    text.insert(text.begin(), kLiteral);
  }
}

void ExpandText(std::string& text, std::string_view expected) {
  if (text.empty()) {
    text = expected;
  } else if (text[0] == kLiteral) {
    text.erase(0, 1);
  } else if (text[0] == kSame) {
    text = text.size() == 1 ? "" : std::string(expected).append(text, 1);
  }
}

void SqueezeToken(std::string& token) {
  const bool hex =
      token.size() >= kHexMin && token.size() % 2 == 0 &&
      std::ranges::all_of(token, [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
  if (!hex) return SqueezeText(token, {});
  std::string bytes(1, kHex);
  for (std::size_t i = 0; i < token.size(); i += 2) {
    bytes += static_cast<char>(HexDigitValue(token[i]) * 16 + HexDigitValue(token[i + 1]));
  }
  token = std::move(bytes);
}

void ExpandToken(std::string& token) {
  if (token.empty() || token[0] != kHex) return ExpandText(token, {});
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(token.data());
  token = HexEncode({bytes + 1, token.size() - 1});
}

// Its SIP URI, where that is the address as it stands; empty otherwise.
std::string UriOf(const envelope::Address& address) {
  const bool plain = !address.local.empty() && std::ranges::all_of(address.local, [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '.' || c == '-' || c == '_';
  });
  return plain ? "sip:" + address.local + "@" + address.domain : std::string();
}

// The Edge as its own entry begins ("<sip:sip.contoso.com:5061;"), or by its usual name.
std::string EdgeOf(const bus::SipDialog& dialog, const envelope::Address& theirs) {
  constexpr std::string_view kBegin = "<sip:";
  if (dialog.route_set().empty()) return "sip." + theirs.domain + ":5061";
  const std::string_view route = dialog.route_set(0);
  const std::size_t end = route.find(';');
  if (!route.starts_with(kBegin) || end == std::string_view::npos) return {};
  return std::string(route.substr(kBegin.size(), end - kBegin.size()));
}

}  // namespace

void Squeeze(bus::SipDialog& dialog, const envelope::Address& ours,
             const envelope::Address& theirs) {
  SqueezeText(*dialog.mutable_local_uri(), UriOf(ours));
  SqueezeText(*dialog.mutable_remote_uri(), UriOf(theirs));
  SqueezeText(*dialog.mutable_remote_target(), UriOf(theirs));
  SqueezeText(*dialog.mutable_edge(), EdgeOf(dialog, theirs));
  for (std::string* token :
       {dialog.mutable_call_id(), dialog.mutable_local_tag(), dialog.mutable_remote_tag()}) {
    SqueezeToken(*token);
  }
}

void Expand(bus::SipDialog& dialog, const envelope::Address& ours,
            const envelope::Address& theirs) {
  ExpandText(*dialog.mutable_local_uri(), UriOf(ours));
  ExpandText(*dialog.mutable_remote_uri(), UriOf(theirs));
  ExpandText(*dialog.mutable_remote_target(), UriOf(theirs));
  ExpandText(*dialog.mutable_edge(), EdgeOf(dialog, theirs));
  for (std::string* token :
       {dialog.mutable_call_id(), dialog.mutable_local_tag(), dialog.mutable_remote_tag()}) {
    ExpandToken(*token);
  }
}

}  // namespace dragoman::store
