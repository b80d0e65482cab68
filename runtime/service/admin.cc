#include "runtime/service/admin.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "runtime/service/query.h"

namespace dragoman::runtime {

// One connection: one request, one answer, closed.
class Admin::Visit : public ConnectionOwner {
 public:
  Visit(Admin& admin, Listener::Pending& pending)
      : admin_(admin),
        timer_(admin.loop_, [this] { connection_->Abort(); }),
        connection_(pending.Adopt(*this)) {
    timer_.StartAt(admin.loop_.Now() + kAdminRequestMax);
  }

  void OnBytes(std::string_view bytes) override {
    if (asked_) return;
    request_ += bytes;
    if (request_.size() > kAdminRequestBytesMax) return Answer({431, "request too large\n"});
    if (request_.find("\r\n\r\n") != std::string::npos) Dispatch();
  }

  void OnClosed(const CloseInfo&) override { admin_.visits_.erase(this); }

 private:
  void Dispatch() {
    const std::string_view line = std::string_view(request_).substr(0, request_.find("\r\n"));
    const std::size_t first = line.find(' ');
    const std::size_t second = line.find(' ', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) return Answer({400, "not HTTP\n"});
    const std::string_view method = line.substr(0, first);
    if (method != "GET" && method != "POST") return Answer({405, "GET or POST\n"});
    const bool post = method == "POST";
    if (post && IsFromBrowser()) return Answer({403, "not from a web page\n"});
    const std::string_view target = line.substr(first + 1, second - first - 1);
    const std::string_view path = target.substr(0, target.find('?'));
    const auto page = admin_.pages_.find(std::string(path));
    if (page == admin_.pages_.end()) return Answer({404, "no such page\n"});
    auto query = ParseQuery(target.substr(std::min(path.size() + 1, target.size())));
    if (!query) return Answer({400, "bad query\n"});
    asked_ = true;
    timer_.StartAt(admin_.loop_.Now() + kAdminAnswerMax);
    page->second({post, *std::move(query)},
                 [this, alive = std::weak_ptr(alive_)](AdminAnswer answer) {
                   if (!alive.expired()) Answer(answer);
                 });
  }

  // Browsers say where a POST comes from.
  bool IsFromBrowser() const {
    const std::string head = LowerCase(request_);
    return head.find("\r\norigin:") != std::string::npos;
  }

  void Answer(const AdminAnswer& answer) {
    asked_ = true;
    if (std::exchange(answered_, true)) return;
    connection_->Write("HTTP/1.1 " + std::to_string(answer.status) +
                       (answer.status < 300 ? " OK" : " Error") + "\r\nContent-Type: " +
                       answer.type + "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                       "\r\nConnection: close\r\n\r\n" + answer.body);
    connection_->Close();
  }

  Admin& admin_;
  Timer timer_;
  std::unique_ptr<Connection> connection_;
  std::string request_;
  bool asked_ = false;  // the request is whole
  bool answered_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

Admin::Handler Admin::Page(std::function<AdminAnswer()> page) {
  return [page = std::move(page)](const AdminRequest&, const AdminReply& reply) { reply(page()); };
}

Result<std::unique_ptr<Admin>, std::string> Admin::Listen(Loop& loop, const std::string& address,
                                                          std::map<std::string, Handler> pages) {
  std::unique_ptr<Admin> admin(new Admin(loop, std::move(pages)));
  auto listener = Listener::Listen(
      loop, address, [self = admin.get()](std::unique_ptr<Listener::Pending> pending) {
        if (self->visits_.size() >= kAdminConnectionsMax) return;
        auto visit = std::make_unique<Visit>(*self, *pending);
        self->visits_.emplace(visit.get(), std::move(visit));
      });
  if (!listener) return Fail("admin: " + listener.error());
  admin->listener_ = *std::move(listener);
  return admin;
}

Admin::Admin(Loop& loop, std::map<std::string, Handler> pages)
    : loop_(loop), pages_(std::move(pages)) {}

Admin::~Admin() = default;

int Admin::port() const { return listener_->port(); }

}  // namespace dragoman::runtime
