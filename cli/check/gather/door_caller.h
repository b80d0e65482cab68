// Knocks at a port under the name that others are told: TCP alone.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "cli/check/gather/caller.h"
#include "cli/check/ports.h"

namespace dragoman::check {

class DoorCaller : public Caller {
 public:
  using Done = std::function<void(const Door&)>;
  DoorCaller(runtime::Loop& loop, Door door, std::vector<Address> addresses, Done done)
      : Caller(loop, std::move(addresses)), door_(std::move(door)), done_(std::move(done)) {}

 private:
  void OnOpen() override {
    Caller::OnOpen();
    End();
  }
  void OnBytes(std::string_view) override {}
  void Tell() override {
    door_.address = call_.address;
    door_.opened = call_.connected;
    door_.trouble = call_.trouble;
    done_(door_);
  }

  Door door_;
  Done done_;
};

}  // namespace dragoman::check
