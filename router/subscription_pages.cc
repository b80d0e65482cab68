#include "router/subscription_pages.h"

#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "router/describe.h"
#include "router/page_answers.h"

namespace dragoman::router {

using policy::Reason;
using runtime::AdminRequest;

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
                               const Reply& reply) { Act(request, presence::AskAnew{}, reply); }},
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
    const auto record = RecordIn(key, *stored);
    if (!record) return reply(Refusal(404, Reason::kItemNotFound, "no such subscription"));
    const bool asks = std::holds_alternative<presence::AskAnew>(event);
    if (asks && record->state == presence::State::kNone)
      return reply(Refusal(404, Reason::kItemNotFound, "no subscription: it was asked for once"));
    if (asks && record->watcher_side == envelope::Side::kSip && record->watches.empty()) {
      return reply(Refusal(409, Reason::kNoSuchDialog,
                           "no client of the watcher has a subscription now: it asks by itself "
                           "when it signs in"));
    }
    powers_.act(key, event, [this, key, event, reply](Reason reason) {
      if (reason == Reason::kNone) return Answer(key, event, reply);
      const bool ours = policy::IsOurTrouble(reason);
      reply(Refusal(ours ? 503 : 409, reason, std::string(Text(reason))));
    });
  });
}

// Nothing is said to be gone that is still there.
void SubscriptionPages::Answer(const store::RecordKey& key, const presence::Event& event,
                               const Reply& reply) {
  if (!std::holds_alternative<presence::Drop>(event)) return reply(Json(admin::Done()));
  store_.Load(key, [reply](const auto& stored) {
    const bool gone = stored && stored->version == 0;
    reply(gone ? Json(admin::Done()) : NoStore());
  });
}

}  // namespace dragoman::router
