// The page /subs/path: all that a router knows of two users and the way between them, gathered from
// the store piece by piece. A piece that cannot be read ends it: nothing is told as absent that may
// be there.
#include <memory>
#include <set>
#include <utility>

#include "presence-store/records.h"
#include "router/describe.h"
#include "router/page_answers.h"
#include "router/subscription_pages.h"

namespace dragoman::router {

using policy::Reason;

struct SubscriptionPages::Asking {
  envelope::Address from, to;
  Reply reply;
  admin::Path path;
  std::set<store::RecordKey> watches{}, pending{};  // of `from`; a walk may visit one twice

  void End() { reply(Json(path)); }
  void EndWithoutStore() {
    path.set_store_up(false);
    path.clear_sees();
    path.clear_is_seen_by();
    path.clear_room();
    End();
  }
};

void SubscriptionPages::Path(const Request& request, const Reply& reply) {
  const auto from = AddressIn(request, "from");
  const auto to = AddressIn(request, "to");
  if (!from || !to) return reply(Refusal(400, Reason::kMalformed, "expected from and to"));
  const auto asking = std::make_shared<Asking>(Asking{*from, *to, reply, powers_.path(*from, *to)});
  asking->path.set_store_up(store_.available());
  store_.available() ? AddSees(asking) : asking->EndWithoutStore();
}

void SubscriptionPages::AddSees(const AskingPtr& asking) {
  const store::RecordKey key = Watching(asking->from, asking->to);
  store_.Forget(key);
  store_.Load(key, [this, key, asking](const auto& stored) {
    if (!stored) return asking->EndWithoutStore();
    if (const auto record = RecordIn(key, *stored))
      *asking->path.mutable_sees() = Describe(*record, stored->version);
    AddSeen(asking);
  });
}

void SubscriptionPages::AddSeen(const AskingPtr& asking) {
  const store::RecordKey key = Watching(asking->to, asking->from);
  store_.Forget(key);
  store_.Load(key, [this, key, asking](const auto& stored) {
    if (!stored) return asking->EndWithoutStore();
    if (const auto record = RecordIn(key, *stored))
      *asking->path.mutable_is_seen_by() = Describe(*record, stored->version);
    AddSession(asking);
  });
}

void SubscriptionPages::AddSession(const AskingPtr& asking) {
  const bool from_sip = powers_.is_sip(asking->from.domain);
  const store::RecordKey key{store::RecordKind::kChat, from_sip ? asking->from : asking->to,
                             from_sip ? asking->to : asking->from};
  store_.Forget(key);
  store_.Load(key, [this, key, asking](const auto& stored) {
    if (!stored) return asking->EndWithoutStore();
    admin::Path& path = asking->path;
    path.set_session("none");
    const auto record = !stored->bytes.empty() ? store::DecodeChat(stored->bytes, key)
                                               : std::optional<chat::Record>();
    if (record) {
      path.set_last_message(TimeText(record->last_activity));
      if (!record->dialogs.empty()) {
        path.set_session("open");
        path.set_session_edge(record->dialogs.front().edge);
      }
    }
    AddRoom(asking);
  });
}

void SubscriptionPages::AddRoom(const AskingPtr& asking) {
  const auto visit = [asking](const std::vector<store::Census::Entry>& page) {
    for (const store::Census::Entry& entry : page) {
      asking->watches.insert(entry.key);
      const auto record = RecordIn(entry.key, entry.stored);
      if (record && presence::IsPending(*record)) asking->pending.insert(entry.key);
    }
    return true;
  };
  const auto done = [asking](bool whole) {
    if (!whole) return asking->EndWithoutStore();
    admin::Room& room = *asking->path.mutable_room();
    room.set_watches(static_cast<std::uint32_t>(asking->watches.size()));
    room.set_pending(static_cast<std::uint32_t>(asking->pending.size()));
    asking->End();
  };
  store_.census().Of(Watching(asking->from, {}), visit, done);
}

}  // namespace dragoman::router
