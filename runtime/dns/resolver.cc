#include "runtime/dns/resolver.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"

namespace dragoman::runtime {
namespace {

constexpr std::size_t kAnswersMax = 32;    // records of one answer (T-59)
constexpr std::size_t kQueriesMax = 1000;  // outstanding; above: kServerFailure at once
constexpr int kTries = 2;

void StartCares() {
  static const bool started = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  (void)started;
}

DnsError ErrorOf(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
      return DnsError::kNotFound;
    case ARES_ENODATA:
      return DnsError::kNoData;
    case ARES_ETIMEOUT:
      return DnsError::kTimeout;
    case ARES_EDESTRUCTION:
    case ARES_ECANCELLED:
      return DnsError::kCancelled;
    default:
      return DnsError::kServerFailure;
  }
}

bool IsNumeric(const std::string& host) {
  in6_addr v6{};
  in_addr v4{};
  return inet_pton(AF_INET, host.c_str(), &v4) == 1 || inet_pton(AF_INET6, host.c_str(), &v6) == 1;
}

std::string WithoutBrackets(const std::string& host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return host.substr(1, host.size() - 2);
  return host;
}

std::vector<std::string> Numeric(const ares_addrinfo* info) {
  std::vector<std::string> addresses;
  for (const ares_addrinfo_node* node = info->nodes; node != nullptr; node = node->ai_next) {
    char text[INET6_ADDRSTRLEN] = "";
    const void* raw =
        node->ai_family == AF_INET6
            ? static_cast<const void*>(&reinterpret_cast<sockaddr_in6*>(node->ai_addr)->sin6_addr)
            : &reinterpret_cast<sockaddr_in*>(node->ai_addr)->sin_addr;
    if (inet_ntop(node->ai_family, raw, text, sizeof text) == nullptr) continue;
    if (std::find(addresses.begin(), addresses.end(), text) == addresses.end())
      addresses.emplace_back(text);
    if (addresses.size() == kAnswersMax) break;
  }
  return addresses;
}

class CaresResolver : public Resolver {
 public:
  explicit CaresResolver(Loop& loop) : loop_(loop), timer_(loop, [this] { OnTimer(); }) {}

  ~CaresResolver() override {
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  Result<bool, std::string> Start(const Settings& settings) {
    StartCares();
    ares_options options{};
    options.timeout = static_cast<int>(settings.timeout.count()) / kTries;
    options.tries = kTries;
    // The configured servers decide; the hosts file is asked when they know nothing.
    options.lookups = const_cast<char*>("bf");
    options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
      static_cast<CaresResolver*>(self)->Watch(fd, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    const int mask =
        ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
    if (const int made = ares_init_options(&channel_, &options, mask); made != ARES_SUCCESS) {
      return Fail(std::string("dns: ") + ares_strerror(made));
    }
    if (settings.servers.empty()) return true;
    std::string list;
    for (const std::string& server : settings.servers) list += (list.empty() ? "" : ",") + server;
    if (const int set = ares_set_servers_ports_csv(channel_, list.c_str()); set != ARES_SUCCESS) {
      return Fail("dns.servers " + list + ": " + ares_strerror(set));
    }
    return true;
  }

  void Addresses(const std::string& host, OnAddresses done) override {
    const std::string name = WithoutBrackets(host);
    if (IsNumeric(name)) {
      return loop_.Defer([name, done = std::move(done)] { done(std::vector<std::string>{name}); });
    }
    if (Refuse(done)) return;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_flags = ARES_AI_NOSORT;
    auto* query = new Query<OnAddresses>{this, std::move(done)};
    ares_getaddrinfo(
        channel_, name.c_str(), nullptr, &hints,
        [](void* user, int status, int, ares_addrinfo* info) {
          auto* asked = static_cast<Query<OnAddresses>*>(user);
          Result<std::vector<std::string>, DnsError> result = Fail(ErrorOf(status));
          if (status == ARES_SUCCESS) {
            result = Numeric(info);
            if (result->empty()) result = Fail(DnsError::kNoData);
          }
          if (info != nullptr) ares_freeaddrinfo(info);
          asked->Finish(std::move(result));
        },
        query);
    Arm();
  }

  void Srv(const std::string& name, OnSrv done) override {
    if (Refuse(done)) return;
    auto* query = new Query<OnSrv>{this, std::move(done)};
    ares_query(
        channel_, name.c_str(), 1 /* IN */, 33 /* SRV */,
        [](void* user, int status, int, unsigned char* answer, int size) {
          static_cast<Query<OnSrv>*>(user)->Finish(ParseSrv(status, answer, size));
        },
        query);
    Arm();
  }

 private:
  template <typename Done>
  struct Query {
    CaresResolver* resolver;
    Done done;
    // c-ares may answer inside the call that asks; ours is always told from the loop.
    template <typename Answer>
    void Finish(Answer answer) {
      --resolver->outstanding_;
      resolver->loop_.Defer([done = std::move(done), answer = std::move(answer)] { done(answer); });
      delete this;
    }
  };

  template <typename Done>
  bool Refuse(Done& done) {
    if (outstanding_ < kQueriesMax) {
      ++outstanding_;
      return false;
    }
    loop_.Defer([done = std::move(done)] { done(dragoman::Fail(DnsError::kServerFailure)); });
    return true;
  }

  static Result<std::vector<SrvRecord>, DnsError> ParseSrv(int status, const unsigned char* answer,
                                                           int size) {
    if (status != ARES_SUCCESS) return Fail(ErrorOf(status));
    ares_srv_reply* list = nullptr;
    if (const int parsed = ares_parse_srv_reply(answer, size, &list); parsed != ARES_SUCCESS) {
      return Fail(ErrorOf(parsed));
    }
    std::vector<SrvRecord> records;
    for (const ares_srv_reply* at = list; at != nullptr && records.size() < kAnswersMax;
         at = at->next) {
      std::string target = LowerCase(at->host);
      if (target.size() > 1 && target.back() == '.') target.pop_back();
      if (target.empty()) target = ".";
      records.push_back({at->priority, at->weight, at->port, std::move(target)});
    }
    ares_free_data(list);
    if (records.empty()) return Fail(DnsError::kNoData);
    return records;
  }

  struct Watched {
    std::unique_ptr<uv_poll_t, UvClose<uv_poll_t>> poll;
  };

  void Watch(ares_socket_t fd, bool readable, bool writable) {
    if (!readable && !writable) {
      watched_.erase(fd);
      return;
    }
    Watched& watched = watched_[fd];
    if (watched.poll == nullptr) {
      watched.poll.reset(new uv_poll_t);
      uv_poll_init_socket(loop_.uv(), watched.poll.get(), fd);
      watched.poll->data = this;
    }
    uv_poll_start(watched.poll.get(), (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
                  [](uv_poll_t* poll, int status, int events) {
                    auto* self = static_cast<CaresResolver*>(poll->data);
                    uv_os_fd_t socket = -1;
                    uv_fileno(reinterpret_cast<uv_handle_t*>(poll), &socket);
                    const bool failed = status != 0;
                    ares_process_fd(self->channel_,
                                    failed || (events & UV_READABLE) ? socket : ARES_SOCKET_BAD,
                                    failed || (events & UV_WRITABLE) ? socket : ARES_SOCKET_BAD);
                    self->Arm();
                  });
  }

  void OnTimer() {
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    Arm();
  }

  void Arm() {
    timeval left{};
    if (ares_timeout(channel_, nullptr, &left) == nullptr) return timer_.Stop();
    timer_.StartAt(loop_.Now() + Duration(left.tv_sec * 1000 + left.tv_usec / 1000 + 1));
  }

  Loop& loop_;
  Timer timer_;
  ares_channel channel_ = nullptr;
  std::map<ares_socket_t, Watched> watched_;
  std::size_t outstanding_ = 0;
};

}  // namespace

Result<std::unique_ptr<Resolver>, std::string> Resolver::Create(Loop& loop,
                                                                const Settings& settings) {
  auto resolver = std::make_unique<CaresResolver>(loop);
  if (auto started = resolver->Start(settings); !started) return dragoman::Fail(started.error());
  return resolver;
}

}  // namespace dragoman::runtime
