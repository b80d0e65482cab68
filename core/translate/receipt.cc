#include "core/translate/receipt.h"

#include <utility>

#include "core/base/digest.h"

namespace dragoman::translate {
namespace {

using policy::Reason;

constexpr std::size_t kMacBytes = 12;
constexpr std::string_view kToSip = "x2s";
constexpr std::string_view kToXmpp = "s2x";

// RFC 4648 §5, without padding: every byte of it may stand in a CPIM token and a stanza id.
std::string EncodeUrlSafe(std::string_view bytes) {
  std::string text = Base64Encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

std::optional<std::string> DecodeUrlSafe(std::string_view text) {
  std::string padded(text);
  for (char& c : padded) {
    if (c == '+' || c == '/' || c == '=') return std::nullopt;  // one id has one form
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  padded.append((4 - padded.size() % 4) % 4, '=');
  return Base64Decode(padded);
}

std::string Joined(const std::vector<std::string>& fields) {
  std::string joined;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) joined += '\0';  // no field can hold one
    joined += field;
  }
  return joined;
}

}  // namespace

ReceiptIds::ReceiptIds(const policy::Settings& settings, const envelope::Address& sip_user,
                       const envelope::Address& xmpp_user)
    : settings_(settings),
      pair_(Joined({envelope::ToString(sip_user.Bare()), envelope::ToString(xmpp_user.Bare())})) {}

std::string ReceiptIds::Mac(std::string_view secret, std::string_view kind,
                            std::string_view content) const {
  const auto mac =
      HmacSha256(secret, Joined({"receipt", std::string(kind), pair_, std::string(content)}));
  return {mac.begin(), mac.begin() + kMacBytes};
}

std::optional<std::string> ReceiptIds::Seal(std::string_view kind,
                                            const std::vector<std::string>& fields) const {
  const std::string content = Joined(fields);
  if (settings_.xmpp.dialback_secrets.empty() || content.size() > kReceiptBytesMax) {
    return std::nullopt;
  }
  return EncodeUrlSafe(Mac(settings_.xmpp.dialback_secrets.front(), kind, content) + content);
}

std::optional<std::vector<std::string>> ReceiptIds::Open(std::string_view kind, std::string_view id,
                                                         std::size_t fields) const {
  const auto bytes = DecodeUrlSafe(id);
  if (!bytes || bytes->size() < kMacBytes) return std::nullopt;
  const std::string_view mac = std::string_view(*bytes).substr(0, kMacBytes);
  std::string_view content = std::string_view(*bytes).substr(kMacBytes);
  bool ours = false;
  for (const std::string& secret : settings_.xmpp.dialback_secrets) {
    if (EqualsInConstantTime(Mac(secret, kind, content), mac)) ours = true;
  }
  if (!ours) return std::nullopt;
  std::vector<std::string> values(1);
  for (const char c : content) {
    if (c == '\0') {
      values.emplace_back();
    } else {
      values.back() += c;
    }
  }
  if (values.size() != fields) return std::nullopt;
  return values;
}

std::optional<std::string> ReceiptIds::Seal(const AskedByXmpp& asked) const {
  return Seal(kToSip, {asked.resource, asked.stanza_id});
}

std::optional<std::string> ReceiptIds::Seal(const AskedBySip& asked) const {
  const std::string wanted = std::string(asked.delivered ? "d" : "") + (asked.failed ? "f" : "");
  return Seal(kToXmpp, {asked.message_id, asked.date_time, wanted});
}

std::optional<AskedByXmpp> ReceiptIds::OpenMessageId(std::string_view message_id) const {
  auto fields = Open(kToSip, message_id, 2);
  if (!fields) return std::nullopt;
  return AskedByXmpp{std::move((*fields)[0]), std::move((*fields)[1])};
}

std::optional<AskedBySip> ReceiptIds::OpenStanzaId(std::string_view stanza_id) const {
  auto fields = Open(kToXmpp, stanza_id, 3);
  if (!fields) return std::nullopt;
  return AskedBySip{std::move((*fields)[0]), std::move((*fields)[1]),
                    (*fields)[2].find('d') != std::string::npos,
                    (*fields)[2].find('f') != std::string::npos};
}

Reason ReasonOf(sip::Delivery delivery) {
  switch (delivery) {
    case sip::Delivery::kDelivered:
      return Reason::kNone;
    case sip::Delivery::kFailed:
      return Reason::kRecipientUnavailable;
    case sip::Delivery::kForbidden:
      return Reason::kForbidden;
    case sip::Delivery::kError:
      return Reason::kInternal;
  }
  return Reason::kInternal;
}

sip::Delivery DeliveryOf(Reason reason) {
  if (reason == Reason::kNone) return sip::Delivery::kDelivered;
  if (reason == Reason::kForbidden) return sip::Delivery::kForbidden;
  return reason == Reason::kInternal ? sip::Delivery::kError : sip::Delivery::kFailed;
}

}  // namespace dragoman::translate
