// Work on one pair is done one thing after the other; different pairs do not wait for each other.
// ARCH-7, IM-11.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

namespace dragoman::router {

inline constexpr std::size_t kLaneMax = 2000;       // waiting in one lane
inline constexpr std::size_t kAllLanesMax = 20000;  // waiting in all

class Lanes {
 public:
  using Release = std::function<void()>;
  using Work = std::function<void(Release)>;  // calls its argument once, when it is done

  // Runs `work` as soon as everything before it in `lane` is done; false if there is no room.
  bool Enter(const std::string& lane, Work work);
  // For what follows from work that was let in, as the answer to a command of its: there is always
  // room, since no more of it can come than there are open requests and running work.
  void Follow(const std::string& lane, Work work);
  std::size_t waiting() const { return waiting_; }
  bool AnyBehind(const std::string& lane) const;  // the work that runs in it now

 private:
  struct Lane {
    std::deque<Work> queue;  // the front one is running
    bool turning =
        false;  // Run is on the stack: work that ends at once is not answered by recursion
  };
  void Add(const std::string& name, Lane& lane, Work work);
  void Run(const std::string& name);
  void End(const std::string& name);
  std::unordered_map<std::string, Lane> lanes_;
  std::size_t waiting_ = 0;
};

}  // namespace dragoman::router
