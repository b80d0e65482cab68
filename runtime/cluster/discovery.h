// Keeps a front-end connected to every router that its configuration names: host names are looked
// up every kLookInterval, and soon after a router was lost.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/routing/directory.h"
#include "runtime/dns/resolver.h"
#include "runtime/loop/loop.h"

namespace dragoman::runtime {

inline constexpr Duration kLookInterval{5'000};
inline constexpr Duration kLookAfterLoss{200};

class Discovery {
 public:
  struct Events {
    std::function<void(const std::string& endpoint)> add;
    std::function<void(const std::string& endpoint)> remove;
    std::function<bool(const std::string& endpoint)> lives;
  };
  // `resolver` must outlive it.
  Discovery(Loop& loop, Resolver& resolver, const std::vector<std::string>& configured,
            Events events);
  ~Discovery();

  void Start();
  void OnLoss();

 private:
  void Look();

  Loop& loop_;
  Resolver& resolver_;
  routing::Directory directory_;
  Events events_;
  Timer timer_;
  TimePoint next_look_{};
  std::shared_ptr<bool> alive_;
};

}  // namespace dragoman::runtime
