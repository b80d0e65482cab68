#include "cli/pages/decode.h"

#include <google/protobuf/util/json_util.h>

#include "core/base/timestamp.h"
#include "proto/admin.pb.h"

namespace dragoman::pages {
namespace {

template <typename Proto>
Result<Proto, std::string> Parse(std::string_view json) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  Proto proto;
  const auto status =
      google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &proto, options);
  if (!status.ok()) return Fail("not understood: " + std::string(status.message()));
  return proto;
}

Dialog From(const admin::Dialog& proto) {
  return {.call_id = proto.call_id(),
          .edge = proto.edge(),
          .expires = ParseTimestamp(proto.expires()),
          .local_cseq = proto.local_cseq(),
          .remote_cseq = proto.remote_cseq(),
          .format = proto.format(),
          .poll = proto.poll(),
          .established = proto.established()};
}

Resource From(const admin::Resource& proto) {
  return {.name = proto.name(),
          .show = proto.show(),
          .priority = proto.priority(),
          .note = proto.note(),
          .since = ParseTimestamp(proto.since())};
}

Subscription From(const admin::Subscription& proto) {
  Subscription value{.watcher = proto.watcher(),
                     .presentity = proto.presentity(),
                     .watcher_side = proto.watcher_side(),
                     .state = proto.state(),
                     .heard = ParseTimestamp(proto.heard()),
                     .valid_until = ParseTimestamp(proto.valid_until()),
                     .next = ParseTimestamp(proto.next()),
                     .failures = proto.failures(),
                     .asked = ParseTimestamp(proto.asked()),
                     .version = proto.version()};
  for (const admin::Dialog& one : proto.dialogs()) value.dialogs.push_back(From(one));
  for (const admin::Resource& one : proto.resources()) value.resources.push_back(From(one));
  return value;
}

Room From(const admin::Room& proto) {
  return {.watches = proto.watches(),
          .watches_max = proto.watches_max(),
          .pending = proto.pending(),
          .pending_max = proto.pending_max(),
          .partner_watches = proto.partner_watches(),
          .partner_watches_max = proto.partner_watches_max()};
}

}  // namespace

Result<Subscriptions, std::string> ReadSubscriptions(std::string_view json) {
  const auto proto = Parse<admin::Subscriptions>(json);
  if (!proto) return Fail(proto.error());
  Subscriptions value{.more = proto->more(), .seen = proto->seen()};
  for (const admin::Subscription& one : proto->subscriptions())
    value.subscriptions.push_back(From(one));
  return value;
}

Result<Path, std::string> ReadPath(std::string_view json) {
  const auto proto = Parse<admin::Path>(json);
  if (!proto) return Fail(proto.error());
  Path value{.router = proto->router(),
             .sip_frontend = proto->sip_frontend(),
             .xmpp_frontend = proto->xmpp_frontend(),
             .store_up = proto->store_up(),
             .refused = proto->refused(),
             .session = proto->session(),
             .session_edge = proto->session_edge(),
             .last_message = ParseTimestamp(proto->last_message())};
  if (proto->has_sees()) value.sees = From(proto->sees());
  if (proto->has_is_seen_by()) value.is_seen_by = From(proto->is_seen_by());
  if (proto->has_room()) value.room = From(proto->room());
  return value;
}

Result<Done, std::string> ReadDone(std::string_view json) {
  const auto proto = Parse<admin::Done>(json);
  if (!proto) return Fail(proto.error());
  return Done{proto->reason(), proto->text()};
}

}  // namespace dragoman::pages
