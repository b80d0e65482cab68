#include "tests/runtime/redis/real_redis.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace dragoman::runtime {
namespace {

constexpr int kFirstPort = 20000, kStretch = 100, kStretches = 120;

bool IsFree(int port) {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return free;
}

std::string Line(const redisReply* reply) {
  if (reply == nullptr) return {};
  switch (reply->type) {
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply->integer);
    case REDIS_REPLY_NIL:
      return "nil";
    case REDIS_REPLY_ARRAY: {
      std::string line = "[";
      for (std::size_t i = 0; i < reply->elements; ++i)
        line += (i == 0 ? "" : " ") + Line(reply->element[i]);
      return line + "]";
    }
    default:
      return {reply->str, reply->len};
  }
}

std::string Line(const RedisReply& reply) {
  if (const auto* number = reply.number()) return std::to_string(*number);
  if (const auto* text = reply.text()) return *text;
  if (reply.items() == nullptr) return "nil";
  std::string line = "[";
  for (const RedisReply& item : *reply.items()) line += (line.size() == 1 ? "" : " ") + Line(item);
  return line + "]";
}

}  // namespace

int FreePort() {
  static int next = kFirstPort + getpid() % kStretches * kStretch;
  for (;;) {
    if (next >= kFirstPort + kStretch * kStretches) next = kFirstPort;
    const int port = next++;
    if (IsFree(port)) return port;
  }
}

TestFolder::TestFolder() {
  std::string made = std::filesystem::temp_directory_path() / "dragoman-redis-XXXXXX";
  if (mkdtemp(made.data()) == nullptr) throw std::runtime_error("no folder for the test");
  path_ = made;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

RealRedis::RealRedis(std::string program, std::vector<std::string> words, int port,
                     std::string folder)
    : program_(std::move(program)),
      words_(std::move(words)),
      port_(port),
      folder_(std::move(folder)) {
  Start();
}

std::unique_ptr<RealRedis> RealRedis::Server(const std::string& folder,
                                             const std::vector<std::string>& words, int port) {
  if (port == 0) port = FreePort();
  const std::string own = folder + "/" + std::to_string(port);
  std::filesystem::create_directories(own);
  std::vector<std::string> all = {
      "--port", std::to_string(port),         "--bind", "127.0.0.1", "--save", "", "--dir",
      own,      "--repl-diskless-sync-delay", "0"};
  all.insert(all.end(), words.begin(), words.end());
  return std::unique_ptr<RealRedis>(new RealRedis("redis-server", std::move(all), port, own));
}

std::unique_ptr<RealRedis> RealRedis::Sentinel(const std::string& folder,
                                               const std::string& config) {
  const int port = FreePort();
  const std::string own = folder + "/" + std::to_string(port);
  std::filesystem::create_directories(own);
  std::ofstream(own + "/sentinel.conf")
      << "port " << port << "\nbind 127.0.0.1\ndir " << own << "\n"
      << config;
  return std::unique_ptr<RealRedis>(
      new RealRedis("redis-sentinel", {own + "/sentinel.conf"}, port, own));
}

void RealRedis::Start() {
  std::vector<char*> arguments = {program_.data()};
  for (std::string& word : words_) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string log = folder_ + "/log";
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    const int out = open(log.c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  for (int i = 0; i < 1000; ++i) {
    if (!Ask({"PING"}).empty()) return;
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error(program_ + " did not start; see " + log);
}

RealRedis::~RealRedis() {
  Signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void RealRedis::Signal(int number) const { kill(pid_, number); }

void RealRedis::Restart() {
  waitpid(pid_, nullptr, 0);
  Start();
}

std::string RealRedis::Ask(const std::vector<std::string>& words) const {
  redisContext* context = redisConnectWithTimeout("127.0.0.1", port_, {1, 0});
  std::string line;
  if (context != nullptr && context->err == 0) {
    redisSetTimeout(context, {5, 0});
    std::vector<const char*> data;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
      data.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* reply = static_cast<redisReply*>(
        redisCommandArgv(context, static_cast<int>(words.size()), data.data(), sizes.data()));
    line = Line(reply);
    if (reply != nullptr) freeReplyObject(reply);
  }
  redisFree(context);
  return line;
}

bool RealRedis::Await(const std::vector<std::string>& words, const std::string& part) const {
  for (int i = 0; i < 1000; ++i) {
    if (Ask(words).find(part) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

RedisBench::RedisBench(policy::RedisPlace place, policy::RedisLogin login, std::uint32_t database)
    : settings{std::move(place), std::move(login), {}, database} {
  Connect();
}

void RedisBench::Connect() {
  // Nobody answers there: no name leaves the machine.
  redis = Redis::Create(loop, settings, {{"127.0.0.1:9"}, Duration(1000)},
                        [this](const RedisEvent& event) { events.push_back(event); });
}

bool RedisBench::Until(const std::function<bool()>& met, Duration limit) {
  const TimePoint end = loop.Now() + limit;
  Timer tick(loop, [] {});
  while (!met()) {
    if (loop.Now() >= end) return false;
    tick.StartAt(loop.Now() + Duration(2));  // or sooner, when something happens
    uv_run(loop.uv(), UV_RUN_ONCE);
  }
  return true;
}

bool RedisBench::UntilConnected(std::uint64_t connections) {
  return Until([&] { return redis->connected() && redis->connections() >= connections; });
}

RedisResult RedisBench::Do(RedisCommand command) {
  auto result = std::make_shared<std::unique_ptr<RedisResult>>();
  redis->Command(std::move(command), [result](RedisResult reply) {
    *result = std::make_unique<RedisResult>(std::move(reply));
  });
  if (!Until([&] { return *result != nullptr; })) throw std::runtime_error("no result at all");
  return std::move(**result);
}

std::string RedisBench::Print(const RedisResult& result) const {
  if (result) return Line(*result);
  constexpr const char* kWords[] = {"unavailable", "timeout", "refused"};
  return std::string(kWords[static_cast<int>(result.error().error)]) + " " +
         std::string(Name(result.error().reason)) + ": " + result.error().detail;
}

std::size_t RedisBench::Told(RedisEvent::What what, RedisReason reason) const {
  return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [&](const auto& one) {
    return one.what == what && one.reason == reason;
  }));
}

std::size_t RedisBench::Told(RedisEvent::What what) const {
  return static_cast<std::size_t>(std::count_if(events.begin(), events.end(),
                                                [&](const auto& one) { return one.what == what; }));
}

}  // namespace dragoman::runtime
