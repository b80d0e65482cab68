// Tells when files have changed: written in place, replaced by rename, or swapped by a symbolic
// link, as Kubernetes does with mounted ConfigMaps and Secrets. Their folders are watched, since a
// file that is replaced takes its own watch with it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "runtime/loop/loop.h"

namespace dragoman::runtime {

inline constexpr std::size_t kWatchedFoldersMax = 32;
inline constexpr Duration kQuiet{200};  // from the first event in a folder to the look at its files

class FileWatch {
 public:
  // `changed` is called from the loop, once for changes that come close together. Errors: one line
  // with the folder and the system's reason.
  static Result<std::unique_ptr<FileWatch>, std::string> Watch(
      Loop& loop, const std::vector<std::string>& files, std::function<void()> changed);
  virtual ~FileWatch() = default;
};

}  // namespace dragoman::runtime
