// Redis keys of records. T-53: distinct pairs have distinct keys, whatever signs stand in the
// addresses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/envelope/address.h"

namespace dragoman::store {

enum class RecordKind { kPresence, kChat };

struct RecordKey {
  RecordKind kind = RecordKind::kPresence;
  envelope::Address first;   // presence: the watcher; chat: the SIP user. Bare
  envelope::Address second;  // presence: the presentity; chat: the XMPP user. Bare
  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

// presence:{romeo@a.example|juliet@b.example}: everything but letters, digits, '.', '-', '_' and
// the '@' between the parts is percent-encoded, so that a brace or bar is always ours.
std::string ToString(const RecordKey& key);
std::optional<RecordKey> ParseKey(std::string_view text);

// What stands between the braces.
std::string PairOf(const RecordKey& key);
std::optional<RecordKey> ParsePair(RecordKind kind, std::string_view text);

}  // namespace dragoman::store
