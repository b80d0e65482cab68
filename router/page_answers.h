// What the admin pages of subscriptions read and answer, in one form for all of them.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "core/policy/reason.h"
#include "core/presence/record.h"
#include "presence-store/store.h"
#include "runtime/service/admin.h"

namespace dragoman::router {

runtime::AdminAnswer Json(const google::protobuf::Message& message, int status = 200);
runtime::AdminAnswer Refusal(int status, policy::Reason reason, std::string text);
runtime::AdminAnswer NoStore();

// nullopt: `name` is not asked, or with no address.
std::optional<envelope::Address> AddressIn(const runtime::AdminRequest& request,
                                           const std::string& name);

store::RecordKey Watching(const envelope::Address& watcher, const envelope::Address& presentity);

// nullopt: there is none, or it cannot be read.
std::optional<presence::Record> RecordIn(const store::RecordKey& key, const store::Stored& stored);

}  // namespace dragoman::router
