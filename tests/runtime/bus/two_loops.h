// A router's and a front-end's end of the bus, each on a loop of its own in this process: a loop
// that is not turned is a process that is stopped.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/bus/bus.h"
#include "runtime/net/listener.h"

namespace dragoman::runtime {

struct Got {
  std::string link;
  std::string header;
  std::string payload;
};

// What the bus told one end.
struct Ear {
  std::vector<Got> frames;
  std::vector<std::string> ups;
  std::vector<std::string> downs;
  std::vector<std::pair<std::string, Bus::Unsent>> unsent;  // header and why
  std::vector<std::pair<Bus::Trouble, std::string>> troubles;
  std::function<void(const std::string& link)> on_down;

  Bus::Handler handler() {
    return {[this](const std::string& link, std::string_view header, std::string payload) {
              frames.push_back({link, std::string(header), std::move(payload)});
            },
            [this](const std::string& link) { ups.push_back(link); },
            [this](const std::string& link) {
              downs.push_back(link);
              if (on_down) on_down(link);
            },
            [this](const std::string&, std::string_view header, Bus::Unsent why) {
              unsent.emplace_back(header, why);
            },
            [this](Bus::Trouble trouble, const std::string& detail) {
              troubles.emplace_back(trouble, detail);
            }};
  }
};

class TwoLoops : public testing::Test {
 protected:
  TwoLoops() {
    std::string name = std::filesystem::temp_directory_path() / "dragoman-bus-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~TwoLoops() override {
    front_bus_.reset();
    router_bus_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string Ipc() const { return "ipc://" + folder_ + "/router"; }
  std::string Tcp() {
    if (port_ == 0) {
      auto probe = Listener::Listen(router_loop_, "127.0.0.1:0", [](auto) {});
      port_ = (*probe)->port();
    }
    return "tcp://127.0.0.1:" + std::to_string(port_);
  }

  void Bind(const std::string& endpoint, const BusKeys& keys = {}) {
    auto bound = Bus::Bind(router_loop_, endpoint, keys, router_.handler());
    ASSERT_TRUE(bound) << bound.error();
    router_bus_ = *std::move(bound);
  }
  void Connect(const std::string& endpoint, const BusKeys& keys = {}) {
    front_bus_ = ConnectingBus::Create(front_loop_, keys, front_.handler());
    front_bus_->Add(endpoint);
  }
  // Both ends, and what the router calls the link.
  std::string Meet(const std::string& endpoint, const BusKeys& router = {},
                   const BusKeys& front = {}) {
    Bind(endpoint, router);
    Connect(endpoint, front);
    EXPECT_TRUE(Until([&] { return !front_.ups.empty(); }));
    front_bus_->Send(endpoint, "hello", "");
    EXPECT_TRUE(Until([&] { return !router_.frames.empty(); }));
    if (router_.frames.empty()) return {};
    const std::string link = router_.frames[0].link;
    router_.frames.clear();
    return link;
  }

  static void Turn(Loop& loop) {
    Timer tick(loop, [&] { loop.Stop(); });
    tick.StartAt(loop.Now() + Duration(1));
    loop.Run();
  }
  // Turns both loops, or the front-end's alone, until `done`; false after twenty seconds.
  bool Until(const std::function<bool()>& done, bool router_too = true) {
    const TimePoint give_up = front_loop_.Now() + Duration(20'000);
    while (!done() && front_loop_.Now() < give_up) {
      Turn(front_loop_);
      if (router_too) Turn(router_loop_);
    }
    return done();
  }

  std::string folder_;
  Loop router_loop_;
  Loop front_loop_;
  Ear router_;
  Ear front_;
  std::unique_ptr<Bus> router_bus_;
  std::unique_ptr<ConnectingBus> front_bus_;
  int port_ = 0;
};

}  // namespace dragoman::runtime
