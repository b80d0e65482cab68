// Saves pairs through the store, as routers do, and says what each costs in Redis.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bench/presence/pairs.h"
#include "core/presence/machine.h"
#include "presence-store/records.h"
#include "presence-store/store.h"
#include "runtime/loop/loop.h"
#include "runtime/redis/redis.h"

namespace {

using namespace dragoman;

constexpr std::size_t kWindow = 2000;  // saves under way

struct Options {
  std::string socket;
  std::size_t pairs = 0;
  bench::Sample sample;
};

class Load {
 public:
  explicit Load(Options options) : options_(std::move(options)) {
    settings_.place = policy::RedisServer{options_.socket, {}};
    auto redis = runtime::Redis::Create(loop_, settings_);
    redis_ = redis.get();
    store_ = std::make_unique<store::Store>(loop_, std::move(redis));
    wait_ = std::make_unique<runtime::Timer>(loop_, [this] { Wait(); });
    wait_->StartAt(loop_.Now());
  }

  int Run() {
    loop_.Run();
    const auto cost = static_cast<double>(after_ - before_) / static_cast<double>(options_.pairs);
    const presence::Record first = bench::PairOf(0, options_.sample);
    const std::string record = store::Encode(first);
    std::printf(
        "%zu dialogs %s Microsoft headers: %.0f bytes of Redis each (record %zu, packed %zu)\n",
        options_.pairs, options_.sample.microsoft ? "with" : "without", cost, record.size(),
        store::Packer().Pack(record).size());
    if (failed_ > 0) std::fprintf(stderr, "%zu were not saved\n", failed_);
    return failed_ == 0 ? 0 : 1;
  }

 private:
  void Wait() {
    if (!redis_->connected()) return wait_->StartAt(loop_.Now() + Duration(10));
    Used([this](std::int64_t used) {
      before_ = used;
      Fill();
    });
  }

  void Used(std::function<void(std::int64_t)> done) {
    redis_->Command({{}, {"INFO", "memory"}}, [done = std::move(done)](auto reply) {
      const auto* text = reply ? std::get_if<std::string>(&reply->value) : nullptr;
      if (text == nullptr) std::abort();
      constexpr std::string_view kField = "used_memory:";
      done(std::strtoll(text->c_str() + text->find(kField) + kField.size(), nullptr, 10));
    });
  }

  void Fill() {
    for (; open_ < kWindow && next_ < options_.pairs; ++next_) {
      const presence::Record record = bench::PairOf(next_, options_.sample);
      const store::RecordKey key{store::RecordKind::kPresence, record.watcher, record.presentity};
      ++open_;
      store_->Save(key, {.bytes = store::Encode(record), .due = presence::DueAt(record)},
                   [this](auto saved) {
                     if (!saved) ++failed_;
                     --open_;
                     if (open_ == kWindow / 2 || open_ == 0) loop_.Defer([this] { Fill(); });
                   });
    }
    if (open_ > 0 || next_ < options_.pairs) return;
    Used([this](std::int64_t used) {
      after_ = used;
      loop_.Stop();
    });
  }

  Options options_;
  runtime::Loop loop_;
  policy::RedisSettings settings_;
  runtime::Redis* redis_ = nullptr;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<runtime::Timer> wait_;
  std::size_t next_ = 0, open_ = 0, failed_ = 0;
  std::int64_t before_ = 0, after_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Fills a Redis with presence pairs"};
  Options options;
  bool xmpp = false, bare = false;
  int age = 0;
  app.add_option("socket", options.socket, "of Redis")->required();
  app.add_option("pairs", options.pairs, "as many")->required()->check(CLI::PositiveNumber);
  app.add_flag("--xmpp", xmpp, "XMPP users watch; else SIP users do");
  app.add_flag("--bare", bare, "without Microsoft headers");
  app.add_option("--edge", options.sample.edge, "where the dialogs lead, host:port");
  app.add_option("--age", age, "seconds since their last change");
  CLI11_PARSE(app, argc, argv);
  options.sample.watchers = xmpp ? envelope::Side::kXmpp : envelope::Side::kSip;
  options.sample.microsoft = !bare;
  options.sample.now = runtime::Loop().Wall() - Duration(age * 1000);
  return Load(std::move(options)).Run();
}
