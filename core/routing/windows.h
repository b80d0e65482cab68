// How much each partner has open: one whose requests get no outcome is not read, while others are.
// L-9.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

namespace dragoman::routing {

inline constexpr std::size_t kPartnerWindowMax = 1000;  // open requests of one partner
inline constexpr std::size_t kPartnerWindowAgain = kPartnerWindowMax / 2;  // it is read again

class Windows {
 public:
  // A request of `partner` is open, or has its outcome. True: `full` has changed for it.
  bool Open(const std::string& partner) {
    Window& window = windows_[partner];
    ++window.open;
    if (window.full || window.open < kPartnerWindowMax) return false;
    return window.full = true;
  }
  bool Close(const std::string& partner) {
    const auto found = windows_.find(partner);
    if (found == windows_.end()) return false;
    Window& window = found->second;
    --window.open;
    const bool again = window.full && window.open <= kPartnerWindowAgain;
    if (again) window.full = false;
    if (window.open == 0) windows_.erase(found);
    return again;
  }

  bool full(const std::string& partner) const {
    const auto found = windows_.find(partner);
    return found != windows_.end() && found->second.full;
  }
  std::size_t size() const { return windows_.size(); }  // partners with something open

 private:
  struct Window {
    std::size_t open = 0;
    bool full = false;
  };
  std::unordered_map<std::string, Window> windows_;
};

}  // namespace dragoman::routing
