// A small HTTP/1.1 server for the operator: /metrics, /livez, /readyz, /drain, and what else a
// process has to say. On loopback by default (T-58).
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
inline constexpr Duration kAdminRequestMax{5000};   // from accept to the whole request
inline constexpr Duration kAdminAnswerMax{60'000};  // from there to the answer

struct AdminAnswer {
  int status = 200;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
};

struct AdminRequest {
  bool post = false;  // else GET
  std::map<std::string, std::string> query;
};
// Called once, at once or later; the visitor may have gone by then.
using AdminReply = std::function<void(AdminAnswer)>;

class Admin {
 public:
  using Handler = std::function<void(const AdminRequest&, AdminReply)>;
  // A page that has its answer at once, the same for GET and POST.
  static Handler Page(std::function<AdminAnswer()> page);

  // Errors: one line. `pages`: path -> handler. A POST from a web page is refused, so that no
  // browser on this machine can be led to change anything.
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
