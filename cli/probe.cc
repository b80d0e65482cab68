#include "cli/probe.h"

#include <charconv>
#include <optional>
#include <utility>

#include "core/policy/settings.h"
#include "runtime/net/connection.h"

namespace dragoman::cli {
namespace {

constexpr Duration kProbeMax{2000};

class Asking : public runtime::ConnectionOwner {
 public:
  Asking(runtime::Loop& loop, const policy::HostPort& where, std::string request,
         std::function<void(int)> done)
      : loop_(loop),
        request_(std::move(request)),
        done_(std::move(done)),
        timer_(loop, [this] { connection_->Abort(); }) {
    connection_ = runtime::Connection::Connect(loop, where.host, where.port, kProbeMax, *this);
    timer_.StartAt(loop.Now() + kProbeMax);
  }

  void OnOpen() override { connection_->Write(request_ + " HTTP/1.1\r\nHost: admin\r\n\r\n"); }
  void OnBytes(std::string_view bytes) override { answer_ += bytes; }
  void OnClosed(const runtime::CloseInfo&) override {
    int status = 0;
    if (answer_.starts_with("HTTP/1.1 ") && answer_.size() > 12) {
      std::from_chars(answer_.data() + 9, answer_.data() + 12, status);
    }
    timer_.Stop();
    loop_.Defer([this, status] {
      const std::function<void(int)> done = std::move(done_);
      delete this;  // nothing of it is running any more
      done(status);
    });
  }

 private:
  runtime::Loop& loop_;
  std::string request_;
  std::string answer_;
  std::function<void(int)> done_;
  runtime::Timer timer_;
  std::unique_ptr<runtime::Connection> connection_;
};

}  // namespace

void Probe(runtime::Loop& loop, const std::string& address, const std::string& path,
           std::function<void(int)> done, const std::string& method) {
  const std::optional<policy::HostPort> where = policy::ParseHostPort(address, 0);
  if (!where) return loop.Defer([done = std::move(done)] { done(0); });
  new Asking(loop, *where, method + " " + path,
             std::move(done));  // deletes itself when it has told the answer
}

}  // namespace dragoman::cli
