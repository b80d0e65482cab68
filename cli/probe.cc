#include "cli/probe.h"

#include <utility>

#include "cli/admin_client.h"

namespace dragoman::cli {

void Probe(runtime::Loop& loop, const std::string& address, const std::string& path,
           std::function<void(int)> done, const std::string& method) {
  AskPage(loop, address, {.target = path, .method = method},
          [done = std::move(done)](const PageAnswer& told) { done(told.answer.status); });
}

}  // namespace dragoman::cli
