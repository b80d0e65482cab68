// A bus message: a header that every process reads, and a payload that only its receiver decodes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/envelope/address.h"
#include "core/envelope/payload.h"

namespace dragoman::envelope {

using MessageId = std::array<std::uint8_t, 16>;
struct MessageIdHash {  // ids are random: their first bytes are as good as any digest
  std::size_t operator()(const MessageId& id) const;
};

// Values are the wire's: add, never renumber.
enum class Kind : std::uint8_t {
  kChat = 1,
  kChatState = 2,
  kReceipt = 3,
  kSessionOpen = 4,
  kSessionClose = 5,
  kSubscribe = 6,
  kUnsubscribe = 7,
  kApprove = 8,
  kDeny = 9,
  kProbe = 10,
  kPresenceUpdate = 11,
  kSipCommand = 12,
  kOutcome = 13,
  kHello = 14,
  kBeat = 15,
  kGoodbye = 16,
  kStreamLost = 17,
};
std::string_view Name(Kind kind);  // "chat", … : for logs and metrics

enum class Side : std::uint8_t { kSip, kXmpp };

struct Header {
  MessageId id{};  // an Outcome carries the id of its request
  Kind kind = Kind::kBeat;
  Side from_side = Side::kSip;  // the side on which `from` lives
  Address from;
  Address to;
  std::uint64_t pair_hash = 0;  // PairHash(from, to)
  std::uint8_t attempt = 0;     // > 0: sent again after a process died; it may have been handled
  std::uint8_t hops = 70;       // Max-Forwards (SEC-3)
  std::uint32_t budget_ms = 0;  // time left for its Outcome; 0: wants none
  std::uint64_t trace = 0;
  std::string newer = {};  // as SipDialog::newer
  // Not on the wire: which delivery of this id it is, in the process that it was delivered to.
  std::uint64_t ticket = 0;
  friend bool operator==(const Header&, const Header&) = default;
};

struct Message {
  Header header;
  std::string payload;  // encoded; Decode<T> reads it
  friend bool operator==(const Message&, const Message&) = default;
};

enum class CodecError : std::uint8_t { kTooLarge, kNotProtobuf, kBadField };

// The budget on the bus of what has none, because its sender waits for no Outcome.
inline constexpr std::uint32_t kUnansweredBudgetMs = 5'000;

inline constexpr std::size_t kMessageBytesMax = 1 << 20;  // header and payload each (L-26)

std::string EncodeHeader(const Header& header);
Result<Header, CodecError> DecodeHeader(std::string_view bytes);

// One overload for each payload type of payload.h.
template <typename Payload>
std::string Encode(const Payload& payload);
template <typename Payload>
Result<Payload, CodecError> Decode(std::string_view bytes);

MessageId NewId(RandomSource& random);
// The n-th message that follows from `cause`: the same again when `cause` is handled again, so that
// receivers drop what they have seen.
MessageId DerivedId(const MessageId& cause, std::uint32_t n);
std::string ToString(const MessageId& id);  // 32 hexadecimal digits

// The Kind that carries Payload.
template <typename Payload>
Kind KindOf();

template <typename Payload>
Message MakeMessage(MessageId id, Side from_side, Address from, Address to,
                    const Payload& payload) {
  Message message;
  message.header.id = id;
  message.header.kind = KindOf<Payload>();
  message.header.from_side = from_side;
  message.header.pair_hash = PairHash(from, to);
  message.header.from = std::move(from);
  message.header.to = std::move(to);
  message.payload = Encode(payload);
  return message;
}

}  // namespace dragoman::envelope
