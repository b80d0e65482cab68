// Records as bytes: protobuf, checked on the way back as if a stranger had written them (T-55).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/chat/record.h"
#include "core/presence/record.h"
#include "presence-store/key.h"

namespace dragoman::store {

// Above kRecordBytesMax without the notes of resources that had no news for the longest, as many as
// need be.
std::string Encode(const presence::Record& record);
std::string Encode(const chat::Record& record);

// nullopt: not such a record, or of another pair than that of `key`.
std::optional<presence::Record> DecodePresence(std::string_view bytes, const RecordKey& key);
std::optional<chat::Record> DecodeChat(std::string_view bytes, const RecordKey& key);

}  // namespace dragoman::store
