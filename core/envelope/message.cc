#include "core/envelope/message.h"

#include <algorithm>
#include <cstring>

#include "core/base/digest.h"

namespace dragoman::envelope {

std::string_view Name(Kind kind) {
  switch (kind) {
    case Kind::kChat:
      return "chat";
    case Kind::kChatState:
      return "chat-state";
    case Kind::kReceipt:
      return "receipt";
    case Kind::kSessionOpen:
      return "session-open";
    case Kind::kSessionClose:
      return "session-close";
    case Kind::kSubscribe:
      return "subscribe";
    case Kind::kUnsubscribe:
      return "unsubscribe";
    case Kind::kApprove:
      return "approve";
    case Kind::kDeny:
      return "deny";
    case Kind::kProbe:
      return "probe";
    case Kind::kPresenceUpdate:
      return "presence";
    case Kind::kSipCommand:
      return "sip-command";
    case Kind::kOutcome:
      return "outcome";
    case Kind::kHello:
      return "hello";
    case Kind::kBeat:
      return "beat";
    case Kind::kStreamLost:
      return "stream-lost";
    case Kind::kGoodbye:
      return "goodbye";
  }
  return "unknown";
}

std::size_t MessageIdHash::operator()(const MessageId& id) const {
  std::size_t hash = 0;
  std::memcpy(&hash, id.data(), sizeof hash);
  return hash;
}

MessageId NewId(RandomSource& random) {
  MessageId id;
  random.Fill(id);
  return id;
}

MessageId DerivedId(const MessageId& cause, std::uint32_t n) {
  std::string input(cause.begin(), cause.end());
  input += std::to_string(n);
  const auto digest = Sha256(input);
  MessageId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

std::string ToString(const MessageId& id) { return HexEncode(id); }

}  // namespace dragoman::envelope
