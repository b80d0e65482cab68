// What operators ask a router about subscriptions: the admin pages of proto/admin.proto.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/presence/machine.h"
#include "presence-store/store.h"
#include "proto/admin.pb.h"
#include "runtime/service/admin.h"

namespace dragoman::router {

inline constexpr std::size_t kListedMax = 10'000;  // subscriptions in one answer
inline constexpr std::size_t kListedUnlessSaid = 100;

class SubscriptionPages {
 public:
  struct Powers {
    // Takes the event through the machine of its pair, as if time had brought it. done: kNone once
    // what came of it is saved, else why it was not.
    using OnActed = std::function<void(policy::Reason)>;
    std::function<void(const store::RecordKey&, presence::Event, OnActed done)> act;
    // What the process knows of the way between two users, the limits too; their records and how
    // many `from` has come from the store.
    std::function<admin::Path(const envelope::Address& from, const envelope::Address& to)> path;
    std::function<bool(const std::string& domain)> is_sip;
    // The name of the partner that has `domain`; empty: none.
    std::function<std::string(const std::string& domain)> partner;
  };
  SubscriptionPages(store::Store& store, Powers powers)
      : store_(store), powers_(std::move(powers)) {}

  std::map<std::string, runtime::Admin::Handler> Pages();

 private:
  struct Filter;
  using Reply = runtime::AdminReply;
  using Request = runtime::AdminRequest;
  void List(const Request& request, const Reply& reply);
  void Act(const Request& request, const presence::Event& event, const Reply& reply);
  void Answer(const store::RecordKey& key, const presence::Event& event, const Reply& reply);
  void Path(const Request& request, const Reply& reply);
  struct Asking;
  using AskingPtr = std::shared_ptr<Asking>;
  void AddSees(const AskingPtr& asking);
  void AddSeen(const AskingPtr& asking);
  void AddSession(const AskingPtr& asking);
  void AddRoom(const AskingPtr& asking);

  store::Store& store_;
  Powers powers_;
};

}  // namespace dragoman::router
