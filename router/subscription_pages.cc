#include "router/subscription_pages.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "presence-store/records.h"
#include "router/describe.h"

namespace dragoman::router {
namespace {

using policy::Reason;
using runtime::AdminAnswer;
using runtime::AdminRequest;

AdminAnswer Json(const google::protobuf::Message& message, int status = 200) {
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

std::string Value(const AdminRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found != request.query.end() ? found->second : std::string();
}

std::optional<envelope::Address> AddressIn(const AdminRequest& request, const std::string& name) {
  return ParseAddress(Value(request, name));
}

store::RecordKey Watching(const envelope::Address& watcher, const envelope::Address& presentity) {
  return {store::RecordKind::kPresence, watcher, presentity};
}

// nullopt: there is none, or it cannot be read.
std::optional<presence::Record> RecordIn(const store::RecordKey& key, const store::Stored& stored) {
  if (stored.bytes.empty()) return std::nullopt;
  return store::DecodePresence(stored.bytes, key);
}

}  // namespace

struct SubscriptionPages::Filter {
  std::optional<envelope::Address> watcher, presentity;
  std::string partner;
  std::optional<presence::State> state;
  std::size_t limit = kListedUnlessSaid;

  // An error: what is wrong with the request.
  static Result<Filter, std::string> Read(const AdminRequest& request) {
    Filter filter;
    for (const auto& [name, value] : request.query) {
      if (name == "watcher" || name == "presentity") {
        const auto address = ParseAddress(value);
        if (!address) return Fail(name + ": expected local@domain");
        (name == "watcher" ? filter.watcher : filter.presentity) = address;
      } else if (name == "partner") {
        filter.partner = value;
      } else if (name == "state") {
        filter.state = StateFromName(value);
        if (!filter.state)
          return Fail("state: expected none, requested, pending, active or suspended");
      } else if (name == "limit") {
        const char* end = value.data() + value.size();
        const auto [at, error] = std::from_chars(value.data(), end, filter.limit);
        if (error != std::errc{} || at != end || filter.limit == 0 || filter.limit > kListedMax)
          return Fail("limit: expected 1 to " + std::to_string(kListedMax));
      } else {
        return Fail(name + ": no such filter");
      }
    }
    return filter;
  }
};

std::map<std::string, runtime::Admin::Handler> SubscriptionPages::Pages() {
  return {
      {"/subs", [this](const Request& request, const Reply& reply) { List(request, reply); }},
      {"/subs/refresh", [this](const Request& request,
                               const Reply& reply) { Act(request, presence::Verify{}, reply); }},
      {"/subs/drop", [this](const Request& request,
                            const Reply& reply) { Act(request, presence::Drop{}, reply); }},
      {"/subs/path", [this](const Request& request, const Reply& reply) { Path(request, reply); }}};
}

void SubscriptionPages::List(const Request& request, const Reply& reply) {
  const auto filter = Filter::Read(request);
  if (!filter) return reply(Refusal(400, Reason::kMalformed, filter.error()));
  auto list = std::make_shared<admin::Subscriptions>();
  const auto visit = [this, filter = *filter, list](const std::vector<store::Census::Entry>& page) {
    for (const store::Census::Entry& entry : page) {
      list->set_seen(list->seen() + 1);
      if (filter.presentity && *filter.presentity != entry.key.second) continue;
      const bool sip_watches = powers_.is_sip(entry.key.first.domain);
      const std::string& xmpp_domain =
          sip_watches ? entry.key.second.domain : entry.key.first.domain;
      if (!filter.partner.empty() && filter.partner != xmpp_domain &&
          filter.partner != powers_.partner(xmpp_domain))
        continue;
      const auto record = RecordIn(entry.key, entry.stored);
      if (!record || (filter.state && *filter.state != record->state)) continue;
      if (list->subscriptions_size() == static_cast<int>(filter.limit)) {
        list->set_more(true);
        return false;
      }
      *list->add_subscriptions() = Describe(*record, entry.stored.version);
    }
    return true;
  };
  const auto done = [list, reply](bool whole) {
    const bool cut = !whole && !list->more();
    reply(cut ? NoStore() : Json(*list));
  };
  filter->watcher ? store_.census().Of(Watching(*filter->watcher, {}), visit, done)
                  : store_.census().Each(store::RecordKind::kPresence, Duration(0), visit, done);
}

// Only what there is: an operator creates no subscription.
void SubscriptionPages::Act(const Request& request, const presence::Event& event,
                            const Reply& reply) {
  if (!request.post) return reply({405, "POST\n"});
  const auto watcher = AddressIn(request, "watcher");
  const auto presentity = AddressIn(request, "presentity");
  if (!watcher || !presentity)
    return reply(Refusal(400, Reason::kMalformed, "expected watcher and presentity"));
  const store::RecordKey key = Watching(*watcher, *presentity);
  store_.Forget(key);
  store_.Load(key, [this, key, event, reply](const auto& stored) {
    if (!stored) return reply(NoStore());
    if (stored->version == 0)
      return reply(Refusal(404, Reason::kItemNotFound, "no such subscription"));
    powers_.act(key, event);
    reply(Json(admin::Done()));
  });
}

void SubscriptionPages::Path(const Request& request, const Reply& reply) {
  const auto from = AddressIn(request, "from");
  const auto to = AddressIn(request, "to");
  if (!from || !to) return reply(Refusal(400, Reason::kMalformed, "expected from and to"));
  auto path = std::make_shared<admin::Path>(powers_.path(*from, *to));
  path->set_store_up(store_.available());
  if (!store_.available()) return reply(Json(*path));
  const store::RecordKey sees = Watching(*from, *to);
  const store::RecordKey seen = Watching(*to, *from);
  store_.Forget(sees);
  store_.Forget(seen);
  store_.Load(sees, [this, path, sees, seen, from, to, reply](const auto& one) {
    if (one) {
      if (const auto record = RecordIn(sees, *one))
        *path->mutable_sees() = Describe(*record, one->version);
    }
    store_.Load(seen, [this, path, seen, from, to, reply](const auto& other) {
      if (other) {
        if (const auto record = RecordIn(seen, *other))
          *path->mutable_is_seen_by() = Describe(*record, other->version);
      }
      AddSession(path, *from, *to, reply);
    });
  });
}

void SubscriptionPages::AddSession(std::shared_ptr<admin::Path> path, const envelope::Address& from,
                                   const envelope::Address& to, const Reply& reply) {
  const bool from_sip = powers_.is_sip(from.domain);
  const store::RecordKey key{store::RecordKind::kChat, from_sip ? from : to, from_sip ? to : from};
  store_.Forget(key);
  store_.Load(key, [path, key, reply](const auto& stored) {
    path->set_session("none");
    const auto record = stored && !stored->bytes.empty() ? store::DecodeChat(stored->bytes, key)
                                                         : std::optional<chat::Record>();
    if (record) {
      path->set_last_message(TimeText(record->last_activity));
      if (!record->dialogs.empty()) {
        path->set_session("open");
        path->set_session_edge(record->dialogs.front().edge);
      }
    }
    reply(Json(*path));
  });
}

}  // namespace dragoman::router
