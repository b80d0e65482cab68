#include "runtime/service/admin.h"

#include <string_view>

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
    if (answered_) return;
    request_ += bytes;
    if (request_.size() > kAdminRequestBytesMax) return Answer({431, "request too large\n"});
    if (request_.find("\r\n\r\n") != std::string::npos) Answer(Dispatch());
  }

  void OnClosed(const CloseInfo&) override { admin_.visits_.erase(this); }

 private:
  AdminAnswer Dispatch() const {
    const std::string_view line = std::string_view(request_).substr(0, request_.find("\r\n"));
    const std::size_t first = line.find(' ');
    const std::size_t second = line.find(' ', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) return {400, "not HTTP\n"};
    const std::string_view method = line.substr(0, first);
    if (method != "GET" && method != "POST") return {405, "GET or POST\n"};
    std::string_view path = line.substr(first + 1, second - first - 1);
    path = path.substr(0, path.find('?'));
    const auto page = admin_.pages_.find(std::string(path));
    return page == admin_.pages_.end() ? AdminAnswer{404, "no such page\n"} : page->second();
  }

  void Answer(const AdminAnswer& answer) {
    answered_ = true;
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
  bool answered_ = false;
};

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
