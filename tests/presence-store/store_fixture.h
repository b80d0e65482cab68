// Two routers' stores on one real Redis.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "presence-store/store.h"
#include "tests/runtime/redis/real_redis.h"

namespace dragoman::store {

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    one_ = Connect();
    other_ = Connect();
    EXPECT_TRUE(bench_.Until([this] { return one_->available() && other_->available(); }));
  }

  std::unique_ptr<Store> Connect() {
    return std::make_unique<Store>(bench_.loop,
                                   runtime::Redis::Create(bench_.loop, bench_.settings));
  }

  Result<Stored, StoreError> Load(Store& store, const RecordKey& key) {
    std::optional<Result<Stored, StoreError>> loaded;
    store.Load(key, [&](Result<Stored, StoreError> stored) { loaded = std::move(stored); });
    EXPECT_TRUE(bench_.Until([&] { return loaded.has_value(); }));
    return *loaded;
  }
  Result<Saved, StoreError> Save(Store& store, const RecordKey& key, Change change) {
    std::optional<Result<Saved, StoreError>> saved;
    store.Save(key, std::move(change), [&](Result<Saved, StoreError> done) { saved = done; });
    EXPECT_TRUE(bench_.Until([&] { return saved.has_value(); }));
    return *saved;
  }
  // The version after it.
  std::uint32_t MustSave(Store& store, const RecordKey& key, Change change) {
    const auto saved = Save(store, key, std::move(change));
    EXPECT_TRUE(saved);
    return saved ? saved->version : 0;
  }
  Claimed Claim(Store& store, WallTime now, std::size_t count = 1000) {
    std::optional<Claimed> claimed;
    store.due().Claim(now, count, [&](Claimed taken) { claimed = std::move(taken); });
    EXPECT_TRUE(bench_.Until([&] { return claimed.has_value(); }));
    return *claimed;
  }

  static RecordKey Pair(const std::string& watcher, const std::string& presentity) {
    return {RecordKind::kPresence, {watcher, "a.example", {}}, {presentity, "b.example", {}}};
  }

  runtime::TestFolder folder_;
  std::unique_ptr<runtime::RealRedis> server_ = runtime::RealRedis::Server(folder_.path());
  runtime::RedisBench bench_{policy::RedisServer{{}, server_->where()}};
  std::unique_ptr<Store> one_, other_;
};

}  // namespace dragoman::store
