// Work that may come when its owner is gone already, and then is nothing.
#pragma once

#include <memory>
#include <utility>

namespace dragoman::runtime {

class Alive {
 public:
  // `work`, which is not run once this is gone.
  template <typename Work>
  auto Only(Work work) const {
    return [weak = std::weak_ptr<char>(token_), work = std::move(work)](auto&&... given) mutable {
      if (!weak.expired()) work(std::forward<decltype(given)>(given)...);
    };
  }
  std::weak_ptr<char> token() const { return token_; }

 private:
  std::shared_ptr<char> token_ = std::make_shared<char>();
};

}  // namespace dragoman::runtime
