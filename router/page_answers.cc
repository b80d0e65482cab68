#include "router/page_answers.h"

#include <utility>

#include "presence-store/records.h"
#include "proto/admin.pb.h"
#include "router/describe.h"

namespace dragoman::router {

using policy::Reason;
using runtime::AdminAnswer;
using runtime::AdminRequest;

AdminAnswer Json(const google::protobuf::Message& message, int status) {
  return {status, ToJson(message), "application/json"};
}

AdminAnswer Refusal(int status, Reason reason, std::string text) {
  admin::Done done;
  done.set_reason(std::string(Name(reason)));
  done.set_text(std::move(text));
  return Json(done, status);
}

AdminAnswer NoStore() {
  return Refusal(503, Reason::kStoreUnavailable, std::string(Text(Reason::kStoreUnavailable)));
}

std::optional<envelope::Address> AddressIn(const AdminRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found != request.query.end() ? ParseAddress(found->second) : std::nullopt;
}

store::RecordKey Watching(const envelope::Address& watcher, const envelope::Address& presentity) {
  return {store::RecordKind::kPresence, watcher, presentity};
}

std::optional<presence::Record> RecordIn(const store::RecordKey& key, const store::Stored& stored) {
  if (stored.bytes.empty()) return std::nullopt;
  return store::DecodePresence(stored.bytes, key);
}

}  // namespace dragoman::router
