// Names of records in Redis. T-53: distinct pairs have distinct names, whatever signs stand in the
// addresses, and no address chooses its slot in a Cluster.
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

// The records of one user are one hash: presence:romeo@a.example, chat:romeo@a.example. Everything
// but letters, digits, '.', '-', '_' and the '@' between the parts is percent-encoded.
std::string HashOf(const RecordKey& key);
std::string PrefixOf(RecordKind kind);  // of every such hash
// The field in it: juliet@b.example.
std::string FieldOf(const RecordKey& key);
// nullopt: not a hash and field that the two above made.
std::optional<RecordKey> ParseName(std::string_view hash, std::string_view field);

// Both addresses in one word, for the due queue: romeo@a.example|juliet@b.example.
std::string PairOf(const RecordKey& key);
std::optional<RecordKey> ParsePair(RecordKind kind, std::string_view text);

// The whole of it, for those who keep records by name.
std::string ToString(const RecordKey& key);

}  // namespace dragoman::store
