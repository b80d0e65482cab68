// Records as operators read them: values of proto/admin.proto.
#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "core/presence/record.h"
#include "proto/admin.pb.h"

namespace dragoman::router {

admin::Subscription Describe(const presence::Record& record, std::uint32_t version);

// A state by the word that operators see, and back.
std::string_view Name(presence::State state);
std::optional<presence::State> StateFromName(std::string_view name);

// RFC 3339; empty for the epoch, which stands for never.
std::string TimeText(WallTime when);

// "local@domain", bare; nullopt: no such address.
std::optional<envelope::Address> ParseAddress(std::string_view text);

// By protobuf's JSON mapping, with the names of the schema.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace dragoman::router
