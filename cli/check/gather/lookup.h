// Asks DNS for every name at once, then for the hosts that the SRV records name.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/check/names.h"
#include "runtime/loop/loop.h"

namespace dragoman::check {

inline constexpr Duration kLookupMax{5000};  // all of it; what is missing then was not answered
inline constexpr std::size_t kNamesMax =
    400;  // of each kind: the resolver takes a thousand at once

class Lookup {
 public:
  using Done = std::function<void(const Names&)>;
  Lookup(runtime::Loop& loop, std::unique_ptr<runtime::Resolver> resolver, Done done);
  void Start(const Questions& questions);

 private:
  void AskHost(const std::string& host);
  void AskTargets();
  void OnAnswer();
  void End();

  runtime::Loop& loop_;
  std::unique_ptr<runtime::Resolver> resolver_;
  Done done_;
  runtime::Timer limit_;
  Names names_;
  std::vector<std::string> asked_hosts_;
  std::size_t waiting_ = 0;
  bool asked_targets_ = false;
  bool ended_ = false;
};

}  // namespace dragoman::check
