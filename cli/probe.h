// Asks a process's admin page and tells the status of the answer.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/loop/loop.h"

namespace dragoman::cli {

// `done`: once; 0 if there was no answer within two seconds.
void Probe(runtime::Loop& loop, const std::string& address, const std::string& path,
           std::function<void(int)> done, const std::string& method = "GET");

}  // namespace dragoman::cli
