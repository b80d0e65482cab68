#include "runtime/cluster/discovery.h"

#include <algorithm>
#include <utility>

namespace dragoman::runtime {

Discovery::Discovery(Loop& loop, Resolver& resolver, const std::vector<std::string>& configured,
                     Events events)
    : loop_(loop),
      resolver_(resolver),
      directory_(configured),
      events_(std::move(events)),
      timer_(loop, [this] { Look(); }),
      alive_(std::make_shared<bool>(true)) {}

Discovery::~Discovery() { *alive_ = false; }

void Discovery::Start() {
  for (const std::string& endpoint : directory_.endpoints()) events_.add(endpoint);
  Look();
}

void Discovery::OnLoss() {
  next_look_ = std::min(next_look_, loop_.Now() + kLookAfterLoss);
  if (!directory_.hosts().empty()) timer_.StartAt(next_look_);
}

void Discovery::Look() {
  if (directory_.hosts().empty()) return;
  next_look_ = loop_.Now() + kLookInterval;
  timer_.StartAt(next_look_);
  for (const std::string& host : directory_.hosts()) {
    resolver_.Addresses(host, [this, alive = alive_, host](auto found) {
      if (!*alive) return;
      const std::vector<std::string> none;
      const auto change = directory_.Update(host, found ? *found : none, events_.lives);
      for (const std::string& endpoint : change.removed) events_.remove(endpoint);
      for (const std::string& endpoint : change.added) events_.add(endpoint);
    });
  }
}

}  // namespace dragoman::runtime
