// What became of a message: message/imdn+xml. RFC 5438 §7.2, §11; RCPT-3, RCPT-4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::sip {

inline constexpr std::string_view kImdnType = "message/imdn+xml";

enum class Delivery : std::uint8_t { kDelivered, kFailed, kForbidden, kError };

struct Imdn {
  std::string message_id{};  // imdn.Message-ID of the message that it is about
  std::string date_time{};   // DateTime of that message, as written there
  std::string recipient_uri{};
  std::string original_recipient_uri{};
  std::optional<Delivery> delivery{};  // nullopt: it says something else (displayed, processed)
  friend bool operator==(const Imdn&, const Imdn&) = default;
};

// nullopt: no such document, or one without a message id.
std::optional<Imdn> ParseImdn(std::string_view text);

// A delivery notification; `delivery` is set.
std::string PrintImdn(const Imdn& notification);

}  // namespace dragoman::sip
