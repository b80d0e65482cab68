// Requests to each Edge no faster than it wants them, in order. T-60.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/sip/pace.h"
#include "runtime/loop/loop.h"

namespace dragoman::sip_frontend {

inline constexpr std::size_t kPacedMax = 10'000;  // waiting for one Edge

class Pacer {
 public:
  using Work = std::function<void()>;

  // `per_second` 0: everything leaves at once.
  Pacer(runtime::Loop& loop, std::uint32_t per_second) : loop_(loop), per_second_(per_second) {}

  // Runs `work` when it is its turn. False: that would be later than `patience` from now.
  bool Run(const std::string& peer, Duration patience, Work work);

 private:
  struct Lane {
    Lane(runtime::Loop& loop, std::uint32_t per_second, std::function<void()> fire)
        : pace(per_second), timer(loop, std::move(fire)) {}
    sip::Pace pace;
    std::deque<Work> queue;
    runtime::Timer timer;
  };
  void Turn(Lane& lane);

  runtime::Loop& loop_;
  std::uint32_t per_second_;
  std::map<std::string, std::unique_ptr<Lane>> lanes_;  // as many as there are Edges
};

}  // namespace dragoman::sip_frontend
