// What one notification dialog costs in Redis: N pairs saved through the store as routers save
// them, and Redis asked before and after. Usage: presence_memory SOCKET PAIRS with|without
//
// "with": dialogs as an Edge Server opens them, ocs-dialect §4.2. "without": no Microsoft headers.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/digest.h"
#include "core/presence/machine.h"
#include "presence-store/records.h"
#include "presence-store/store.h"
#include "runtime/loop/loop.h"
#include "runtime/redis/redis.h"

namespace {

using namespace dragoman;

constexpr std::size_t kWindow = 2000;  // saves under way
constexpr Duration kRefresh{28'800'000};

std::string Token(std::size_t number, std::size_t length) {
  return HexEncode(Sha1(std::to_string(number))).substr(0, length);
}

class Zeros : public RandomSource {  // the S-watcher draws nothing
  void Fill(std::span<std::uint8_t> bytes) override { std::ranges::fill(bytes, std::uint8_t{0}); }
};

// As the machine leaves it once the watcher subscribed, was approved and was shown a state.
presence::Record PairOf(std::size_t number, bool microsoft) {
  presence::Record record;
  record.watcher_side = envelope::Side::kSip;
  record.watcher = {"user" + std::to_string(number / 20), "contoso.com", {}};
  record.presentity = {"friend" + std::to_string(number % 20) + "." + std::to_string(number / 20),
                       "jabber.example.org",
                       {}};
  envelope::SipDialog dialog;
  dialog.call_id = Token(number, 32);
  dialog.local_tag = Token(number + 1, 16);
  dialog.remote_tag = Token(number + 2, 10);
  dialog.local_uri = "sip:" + record.presentity.local + "@" + record.presentity.domain;
  dialog.remote_uri = "sip:" + record.watcher.local + "@" + record.watcher.domain;
  dialog.remote_target = dialog.remote_uri;
  dialog.remote_cseq = 1;
  dialog.edge = "sip.contoso.com:5061";
  if (microsoft) {
    dialog.remote_params = ";epid=" + Token(number + 3, 10);
    dialog.remote_target += ";opaque=user:epid:" + Token(number + 4, 24) + ";gruu";
    dialog.route_set = {"<sip:sip.contoso.com:5061;transport=tls;lr;epid=" + Token(number + 5, 6) +
                        ";ms-key-info=AAEAAQ;ms-route-sig=" + Token(number + 6, 40) +
                        ">;tag=" + Token(number + 7, 32)};
  }
  Zeros random;
  WallTime now(Duration(1'800'000'000'000 + static_cast<std::int64_t>(number) * 17));
  const auto take = [&](const presence::Event& event) {
    record = presence::Advance(std::move(record), event, {now, random, kRefresh}).record;
    now += Duration(2345);
  };
  take(envelope::Subscribe{.dialog = dialog, .expires = 28'800, .sender_id = {}});
  take(envelope::Approve{});
  envelope::PresenceUpdate news;
  news.resources.push_back({.resource = "laptop",
                            .available = true,
                            .show = envelope::Show::kAway,
                            .priority = 5,
                            .notes = {{"", "back soon"}},
                            .since = {}});
  take(news);
  return record;
}

class Load {
 public:
  Load(const char* socket, std::size_t pairs, bool microsoft)
      : pairs_(pairs), microsoft_(microsoft) {
    settings_.place = policy::RedisServer{socket, {}};
    auto redis = runtime::Redis::Create(loop_, settings_);
    redis_ = redis.get();
    store_ = std::make_unique<store::Store>(loop_, std::move(redis));
    wait_ = std::make_unique<runtime::Timer>(loop_, [this] { Wait(); });
    wait_->StartAt(loop_.Now());
  }

  int Run() {
    loop_.Run();
    const auto cost = static_cast<double>(after_ - before_) / static_cast<double>(pairs_);
    std::printf("%zu dialogs %s Microsoft headers: %.0f bytes of Redis each", pairs_,
                microsoft_ ? "with" : "without", cost);
    const std::string record = store::Encode(PairOf(0, microsoft_));
    std::printf(" (record %zu, packed %zu, key %zu)\n", record.size(),
                store::Packer().Pack(record).size(), ToString(KeyOf(PairOf(0, microsoft_))).size());
    return failed_ == 0 ? 0 : 1;
  }

 private:
  static store::RecordKey KeyOf(const presence::Record& record) {
    return {store::RecordKind::kPresence, record.watcher, record.presentity};
  }

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
    for (; open_ < kWindow && next_ < pairs_; ++next_) {
      const presence::Record record = PairOf(next_, microsoft_);
      ++open_;
      store_->Save(KeyOf(record), {.bytes = store::Encode(record), .due = presence::DueAt(record)},
                   [this](auto saved) {
                     if (!saved) ++failed_;
                     --open_;
                     if (open_ == kWindow / 2 || open_ == 0) loop_.Defer([this] { Fill(); });
                   });
    }
    if (open_ > 0 || next_ < pairs_) return;
    Used([this](std::int64_t used) {
      after_ = used;
      loop_.Stop();
    });
  }

  runtime::Loop loop_;
  policy::RedisSettings settings_;
  runtime::Redis* redis_ = nullptr;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<runtime::Timer> wait_;
  std::size_t pairs_;
  bool microsoft_;
  std::size_t next_ = 0, open_ = 0, failed_ = 0;
  std::int64_t before_ = 0, after_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: presence_memory SOCKET PAIRS with|without\n");
    return 2;
  }
  return Load(argv[1], std::strtoull(argv[2], nullptr, 10), std::string_view(argv[3]) == "with")
      .Run();
}
