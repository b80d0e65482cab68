// A small HTTP/1.1 server for the operator's GETs: /metrics, /livez, /readyz, /drain. On loopback
// by default (T-58).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "runtime/net/listener.h"

namespace dragoman::runtime {

inline constexpr std::size_t kAdminConnectionsMax = 32;
inline constexpr std::size_t kAdminRequestBytesMax = 8 * 1024;
inline constexpr Duration kAdminRequestMax{5000};  // from accept to the whole request

struct AdminAnswer {
  int status = 200;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
};

class Admin {
 public:
  using Handler = std::function<AdminAnswer()>;
  // Errors: one line. `pages`: path -> handler; GET and POST are the same.
  static Result<std::unique_ptr<Admin>, std::string> Listen(Loop& loop, const std::string& address,
                                                            std::map<std::string, Handler> pages);
  ~Admin();
  int port() const;

 private:
  class Visit;
  Admin(Loop& loop, std::map<std::string, Handler> pages);
  Loop& loop_;
  std::map<std::string, Handler> pages_;
  std::unique_ptr<Listener> listener_;
  std::map<const Visit*, std::unique_ptr<Visit>> visits_;
};

}  // namespace dragoman::runtime
