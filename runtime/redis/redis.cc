#include "runtime/redis/redis.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <utility>

namespace dragoman::runtime {
namespace {

constexpr Duration kReconnectFirst = 50ms;
constexpr Duration kReconnectMax = 1000ms;
constexpr std::size_t kReplyDepthMax = 8;

RedisReply Convert(const redisReply& reply, std::size_t depth = 0) {
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      return {static_cast<std::int64_t>(reply.integer)};
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      return {std::string(reply.str, reply.len)};
    case REDIS_REPLY_ARRAY: {
      std::vector<RedisReply> items;
      for (std::size_t i = 0; i < reply.elements && depth < kReplyDepthMax; ++i) {
        items.push_back(Convert(*reply.element[i], depth + 1));
      }
      return {std::move(items)};
    }
    default:
      return {RedisReply::Nil{}};
  }
}

struct Target {
  std::string host;  // or a path
  int port = 0;      // 0: unix socket
  int database = 0;
};

Target ParseUrl(const std::string& url) {
  Target target;
  if (url.starts_with("unix://")) {
    target.host = url.substr(7);
    return target;
  }
  std::string rest = url.starts_with("redis://") ? url.substr(8) : url;
  if (const std::size_t slash = rest.find('/'); slash != std::string::npos) {
    std::from_chars(rest.data() + slash + 1, rest.data() + rest.size(), target.database);
    rest.resize(slash);
  }
  target.port = 6379;
  if (const std::size_t colon = rest.rfind(':'); colon != std::string::npos) {
    std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), target.port);
    rest.resize(colon);
  }
  target.host = rest;
  return target;
}

class HiredisClient : public Redis {
 public:
  HiredisClient(Loop& loop, const std::string& url)
      : loop_(loop),
        target_(ParseUrl(url)),
        timeout_(loop, [this] { OnTimeout(); }),
        reconnect_(loop, [this] { Connect(); }) {
    Connect();
  }

  ~HiredisClient() override {
    closing_ = true;
    Drop();
  }

  bool connected() const override { return connected_; }
  std::uint64_t connections() const override { return connections_; }

  void Command(std::vector<std::string> words, OnReply done) override {
    if (context_ == nullptr || pending_.size() >= kRedisPendingMax) {
      return Later(std::move(done), RedisFailure{RedisError::kUnavailable, "not connected"});
    }
    std::vector<const char*> data;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
      data.push_back(word.data());
      sizes.push_back(word.size());
    }
    // Replies come in the order of the commands: the queue needs no ids.
    pending_.push_back({std::move(done), loop_.Now() + kRedisCommandMax});
    const int queued = redisAsyncCommandArgv(
        context_,
        [](redisAsyncContext* context, void* reply, void*) {
          static_cast<HiredisClient*>(context->data)->OnReplied(static_cast<redisReply*>(reply));
        },
        nullptr, static_cast<int>(words.size()), data.data(), sizes.data());
    if (queued != REDIS_OK) {
      OnReply lost = std::move(pending_.back().done);
      pending_.pop_back();
      return Later(std::move(lost), RedisFailure{RedisError::kUnavailable, "not connected"});
    }
    Arm();
  }

 private:
  struct Pending {
    OnReply done;
    TimePoint deadline;
  };

  void Later(OnReply done, RedisFailure failure) {
    loop_.Defer(
        [done = std::move(done), failure = std::move(failure)] { done(dragoman::Fail(failure)); });
  }

  void Connect() {
    if (closing_) return;
    context_ = target_.port == 0 ? redisAsyncConnectUnix(target_.host.c_str())
                                 : redisAsyncConnect(target_.host.c_str(), target_.port);
    if (context_ == nullptr) return ConnectLater();
    if (context_->err != 0) {
      redisAsyncFree(std::exchange(context_, nullptr));
      return ConnectLater();
    }
    context_->data = this;
    Attach();
    redisAsyncSetConnectCallback(context_, [](const redisAsyncContext* context, int status) {
      auto* self = static_cast<HiredisClient*>(context->data);
      if (status == REDIS_OK) return self->OnConnected();
      self->OnEnded();  // hiredis frees the context
    });
    redisAsyncSetDisconnectCallback(context_, [](const redisAsyncContext* context, int) {
      static_cast<HiredisClient*>(context->data)->OnEnded();
    });
    connect_deadline_ = loop_.Now() + kRedisCommandMax;
    Arm();
  }

  void OnConnected() {
    connected_ = true;
    ++connections_;
    connect_deadline_ = TimePoint::max();
    backoff_ = kReconnectFirst;
    if (target_.database != 0) Command({"SELECT", std::to_string(target_.database)}, [](auto) {});
    Arm();
  }

  void OnEnded() {
    context_ = nullptr;
    connected_ = false;
    connect_deadline_ = TimePoint::max();
    poll_.reset();
    events_ = 0;
    FailAll(RedisError::kUnavailable);
    ConnectLater();
  }

  void ConnectLater() {
    if (closing_) return;
    reconnect_.StartAt(loop_.Now() + backoff_);
    backoff_ = std::min<Duration>(backoff_ * 2, kReconnectMax);
  }

  void OnReplied(redisReply* reply) {
    if (pending_.empty()) return;
    Pending first = std::move(pending_.front());
    pending_.pop_front();
    Arm();
    if (reply == nullptr) {
      return Later(std::move(first.done), RedisFailure{ending_, "connection to Redis lost"});
    }
    if (reply->type == REDIS_REPLY_ERROR) {
      return first.done(
          dragoman::Fail(RedisFailure{RedisError::kRefused, std::string(reply->str, reply->len)}));
    }
    first.done(Convert(*reply));
  }

  void FailAll(RedisError error) {
    for (Pending& one : std::exchange(pending_, {})) {
      Later(std::move(one.done), RedisFailure{error, "connection to Redis lost"});
    }
  }

  // A command without an answer in time: nothing behind it can be trusted to come, so the
  // connection goes.
  void OnTimeout() {
    const TimePoint now = loop_.Now();
    const bool late =
        connect_deadline_ <= now || (!pending_.empty() && pending_.front().deadline <= now);
    if (!late) return Arm();
    ending_ = RedisError::kTimeout;
    Drop();
    ending_ = RedisError::kUnavailable;
    ConnectLater();
  }

  void Drop() {
    redisAsyncContext* context = std::exchange(context_, nullptr);
    connected_ = false;
    connect_deadline_ = TimePoint::max();
    if (context != nullptr) {
      context->onDisconnect = nullptr;
      context->onConnect = nullptr;
      redisAsyncFree(context);
    }
    poll_.reset();
    events_ = 0;
    FailAll(ending_);
  }

  void Arm() {
    const TimePoint command = pending_.empty() ? TimePoint::max() : pending_.front().deadline;
    timeout_.StartAt(std::min(command, connect_deadline_));
  }

  // The adapter that comes with hiredis 0.14 hangs on a refused connection: libuv stops a handle
  // that reports an error, and the adapter then tells hiredis nothing. Here an error counts as both
  // events.
  void Attach() {
    poll_.reset(new uv_poll_t);
    uv_poll_init_socket(loop_.uv(), poll_.get(), context_->c.fd);
    poll_->data = this;
    context_->ev.data = this;
    context_->ev.addRead = [](void* self) {
      static_cast<HiredisClient*>(self)->Watch(UV_READABLE, 0);
    };
    context_->ev.delRead = [](void* self) {
      static_cast<HiredisClient*>(self)->Watch(0, UV_READABLE);
    };
    context_->ev.addWrite = [](void* self) {
      static_cast<HiredisClient*>(self)->Watch(UV_WRITABLE, 0);
    };
    context_->ev.delWrite = [](void* self) {
      static_cast<HiredisClient*>(self)->Watch(0, UV_WRITABLE);
    };
    context_->ev.cleanup = [](void* self) {
      auto* client = static_cast<HiredisClient*>(self);
      client->poll_.reset();
      client->events_ = 0;
    };
    Watch(UV_WRITABLE, 0);
  }

  void Watch(int add, int remove) {
    events_ = (events_ | add) & ~remove;
    if (poll_ == nullptr) return;
    if (events_ == 0) {
      uv_poll_stop(poll_.get());
      return;
    }
    uv_poll_start(poll_.get(), events_, [](uv_poll_t* handle, int status, int events) {
      auto* self = static_cast<HiredisClient*>(handle->data);
      if (status < 0) events = UV_READABLE | UV_WRITABLE;
      if ((events & UV_READABLE) && self->context_ != nullptr) redisAsyncHandleRead(self->context_);
      if ((events & UV_WRITABLE) && self->context_ != nullptr)
        redisAsyncHandleWrite(self->context_);
    });
  }

  Loop& loop_;
  Target target_;
  Timer timeout_;
  Timer reconnect_;
  redisAsyncContext* context_ = nullptr;
  std::unique_ptr<uv_poll_t, UvClose<uv_poll_t>> poll_;
  std::deque<Pending> pending_;
  TimePoint connect_deadline_ = TimePoint::max();
  Duration backoff_ = kReconnectFirst;
  RedisError ending_ = RedisError::kUnavailable;
  int events_ = 0;
  std::uint64_t connections_ = 0;
  bool connected_ = false;
  bool closing_ = false;
};

}  // namespace

std::unique_ptr<Redis> Redis::Create(Loop& loop, const std::string& url) {
  return std::make_unique<HiredisClient>(loop, url);
}

}  // namespace dragoman::runtime
