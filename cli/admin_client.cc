#include "cli/admin_client.h"

#include <arpa/inet.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "cli/check/gather/caller.h"
#include "core/policy/host_port.h"
#include "runtime/dns/resolver.h"

namespace dragoman::cli {
namespace {

using Done = std::function<void(PageAnswer)>;

// Deletes itself when it has told the answer.
class Asking : public check::Caller {
 public:
  Asking(runtime::Loop& loop, std::vector<check::Address> addresses, const PageRequest& request,
         Duration limit, Done done)
      : Caller(loop, std::move(addresses), limit),
        head_(request.method + " " + request.target +
              " HTTP/1.1\r\nHost: admin\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        done_(std::move(done)) {}

 private:
  void OnOpen() override {
    Caller::OnOpen();
    connection().Write(head_);
  }
  void OnBytes(std::string_view bytes) override {
    if (!ended() && !reader_.Feed(bytes)) End();
  }
  void OnClosed(const runtime::CloseInfo& info) override {
    if (call_.connected) reader_.OnEnd();
    Caller::OnClosed(info);
  }
  void Tell() override {
    PageAnswer told{reader_.answer(), call_.connected};
    if (!reader_.done()) told.answer.problem = call_.trouble.empty() ? "no address" : call_.trouble;
    const Done done = std::move(done_);
    delete this;  // nothing of it is running any more
    done(std::move(told));
  }

  std::string head_;
  Done done_;
  pages::AnswerReader reader_;
};

bool IsNumeric(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

void Refuse(runtime::Loop& loop, std::string problem, Done done) {
  loop.Defer([problem = std::move(problem), done = std::move(done)] {
    done({{.status = 0, .body = {}, .problem = problem}, false});
  });
}

void AskNamed(runtime::Loop& loop, const policy::HostPort& where, const PageRequest& request,
              Done done) {
  auto created = runtime::Resolver::Create(loop, {{}, request.limit});
  if (!created) return Refuse(loop, created.error(), std::move(done));
  const std::shared_ptr<runtime::Resolver> resolver = *std::move(created);
  const TimePoint until = loop.Now() + request.limit;
  // The resolver may not go inside its own call.
  resolver->Addresses(where.host, [&loop, where, request, done, until,
                                   resolver](const check::HostAnswer& found) mutable {
    loop.Defer([kept = std::move(resolver)] {});
    std::vector<check::Address> addresses;
    for (const std::string& ip : found.value_or(std::vector<std::string>()))
      addresses.push_back({ip, where.port});
    (new Asking(loop, std::move(addresses), request, until - loop.Now(), done))->Start();
  });
}

}  // namespace

void AskPage(runtime::Loop& loop, const std::string& address, const PageRequest& request,
             Done done) {
  const std::optional<policy::HostPort> where = policy::ParseHostPort(address, 0);
  if (!where || where->port == 0) return Refuse(loop, "expected host:port", std::move(done));
  if (!IsNumeric(where->host)) return AskNamed(loop, *where, request, std::move(done));
  (new Asking(loop, {{where->host, where->port}}, request, request.limit, std::move(done)))
      ->Start();
}

}  // namespace dragoman::cli
