#include "presence-store/store.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/digest.h"

namespace dragoman::store {
namespace {

using runtime::RedisFailure;
using runtime::RedisReply;

// KEYS[1] record; ARGV: expected version, new bytes. Returns the new version, or -1 on a conflict.
// The value is "version:bytes". A removed record starts again at 1: nobody holds an older version
// of nothing.
constexpr const char* kSaveScript = R"(
local old = redis.call('GET', KEYS[1])
local version = 0
if old then version = tonumber(string.match(old, '^(%d+):')) end
if version ~= tonumber(ARGV[1]) then return -1 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) return 0 end
redis.call('SET', KEYS[1], string.format('%d:', version + 1) .. ARGV[2])
return version + 1
)";

// KEYS[1] shard; ARGV: now, until, count. Takes what is due and puts it off to the end of the
// lease.
constexpr const char* kClaimScript = R"(
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], member) end
return due
)";

std::int64_t Milliseconds(WallTime when) { return when.time_since_epoch().count(); }

// "dpromeo@a.example|juliet@b.example": purpose, kind, and the pair as the record's key has it.
std::string Member(const RecordKey& key, Purpose purpose) {
  std::string member(1, purpose == Purpose::kDue ? 'd' : 'v');
  member += key.kind == RecordKind::kPresence ? 'p' : 'c';
  return member + PairOf(key);
}

std::string Shard(int shard) { return "due:" + std::to_string(shard); }

std::string ShardOf(const std::string& member) {
  // Both purposes of a record live in one shard.
  return Shard(Sha256(std::string_view(member).substr(1))[0] % kDueShards);
}

std::optional<DueEntry> ParseMember(std::string_view member) {
  if (member.size() < 2 || (member[0] != 'd' && member[0] != 'v') ||
      (member[1] != 'p' && member[1] != 'c'))
    return std::nullopt;
  const RecordKind kind = member[1] == 'p' ? RecordKind::kPresence : RecordKind::kChat;
  std::optional<RecordKey> key = ParsePair(kind, member.substr(2));
  if (!key) return std::nullopt;
  return DueEntry{*std::move(key), member[0] == 'd' ? Purpose::kDue : Purpose::kVerify};
}

std::optional<Stored> ParseValue(const std::string& value) {
  std::uint64_t version = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), version);
  if (parsed.ec != std::errc() || parsed.ptr == value.data() + value.size() || *parsed.ptr != ':')
    return std::nullopt;
  return Stored{value.substr(static_cast<std::size_t>(parsed.ptr - value.data()) + 1), version,
                false};
}

}  // namespace

void Store::Load(const RecordKey& key, OnLoaded done) {
  const std::string name = ToString(key);
  if (const auto found = cache_.find(name); found != cache_.end()) {
    ages_.splice(ages_.begin(), ages_, found->second.age);
    Stored kept = found->second.stored;
    kept.kept = true;
    return done(std::move(kept));
  }
  redis_->Command({"GET", name},
                  [this, name, done = std::move(done)](Result<RedisReply, RedisFailure> reply) {
                    if (!reply) return done(Fail(StoreError::kUnavailable));
                    Stored stored;
                    if (const auto* value = std::get_if<std::string>(&reply->value)) {
                      // What cannot be read counts as absent: the next save meets a version and
                      // says conflict (T-55).
                      if (value->size() <= kRecordBytesMax)
                        stored = ParseValue(*value).value_or(Stored{});
                    }
                    Cache(name, stored);
                    done(std::move(stored));
                  });
}

void Store::Save(const RecordKey& key, std::string bytes, std::uint64_t version,
                 std::optional<WallTime> due, OnSaved done) {
  if (bytes.size() > kRecordBytesMax) return done(Fail(StoreError::kTooLarge));
  const std::string name = ToString(key);
  const bool removed = bytes.empty();
  Script(kSaveScript, {name}, {std::to_string(version), bytes},
         [this, name, bytes, done = std::move(done)](Result<RedisReply, RedisFailure> reply) {
           const auto* saved = reply ? std::get_if<std::int64_t>(&reply->value) : nullptr;
           if (saved == nullptr) {
             Forget(name);  // in doubt: it may have been saved
             return done(Fail(StoreError::kUnavailable));
           }
           if (*saved < 0) {
             Forget(name);
             return done(Fail(StoreError::kConflict));
           }
           Cache(name, {bytes, static_cast<std::uint64_t>(*saved), false});
           done(static_cast<std::uint64_t>(*saved));
         });
  const DueEntry entry{key, Purpose::kDue};
  if (due && !removed) {
    Schedule(entry, *due);
  } else {
    Settle(entry);
  }
}

void Store::Claim(WallTime now, std::size_t count,
                  std::function<void(std::vector<DueEntry>)> done) {
  struct Gathering {
    std::vector<DueEntry> entries;
    int waiting = kDueShards;
  };
  auto gathering = std::make_shared<Gathering>();
  for (int shard = 0; shard < kDueShards; ++shard) {
    Script(kClaimScript, {Shard(shard)},
           {std::to_string(Milliseconds(now)), std::to_string(Milliseconds(now + kLease)),
            std::to_string(count / kDueShards + 1)},
           [gathering, done](Result<RedisReply, RedisFailure> reply) {
             const auto* members =
                 reply ? std::get_if<std::vector<RedisReply>>(&reply->value) : nullptr;
             for (std::size_t i = 0; members != nullptr && i < members->size(); ++i) {
               const auto* member = std::get_if<std::string>(&(*members)[i].value);
               if (std::optional<DueEntry> entry =
                       member != nullptr ? ParseMember(*member) : std::nullopt) {
                 gathering->entries.push_back(*std::move(entry));
               }
             }
             if (--gathering->waiting == 0) done(std::move(gathering->entries));
           });
  }
}

void Store::Settle(const DueEntry& entry) {
  const std::string member = Member(entry.key, entry.purpose);
  redis_->Command({"ZREM", ShardOf(member), member}, [](auto) {});
}

void Store::Schedule(const DueEntry& entry, WallTime when) {
  const std::string member = Member(entry.key, entry.purpose);
  redis_->Command({"ZADD", ShardOf(member), std::to_string(Milliseconds(when)), member},
                  [](auto) {});
}

void Store::EachPresence(std::function<void(const RecordKey&)> visit,
                         std::function<void()> failed) {
  auto walk = std::make_shared<Walk>(Walk{std::move(visit), std::move(failed)});
  for (int shard = 0; shard < kDueShards; ++shard) Scan(shard, "0", walk);
}

void Store::Scan(int shard, std::string cursor, std::shared_ptr<Walk> walk) {
  redis_->Command({"ZSCAN", Shard(shard), cursor, "COUNT", "500"},
                  [this, shard, walk](Result<RedisReply, RedisFailure> reply) {
                    const auto* parts =
                        reply ? std::get_if<std::vector<RedisReply>>(&reply->value) : nullptr;
                    if (parts == nullptr || parts->size() != 2) return walk->failed();
                    const auto* next = std::get_if<std::string>(&(*parts)[0].value);
                    const auto* members = std::get_if<std::vector<RedisReply>>(&(*parts)[1].value);
                    if (next == nullptr || members == nullptr) return walk->failed();
                    for (std::size_t i = 0; i < members->size(); i += 2) {  // member, score
                      const auto* member = std::get_if<std::string>(&(*members)[i].value);
                      const std::optional<DueEntry> entry =
                          member != nullptr ? ParseMember(*member) : std::nullopt;
                      if (entry && entry->purpose == Purpose::kDue &&
                          entry->key.kind == RecordKind::kPresence) {
                        walk->visit(entry->key);
                      }
                    }
                    if (*next != "0") Scan(shard, *next, walk);
                  });
}

// By digest; the body follows only when the server does not have it yet.
void Store::Script(std::string body, std::vector<std::string> keys,
                   std::vector<std::string> arguments, runtime::Redis::OnReply done) {
  std::vector<std::string> words = {"EVALSHA", HexEncode(Sha1(body)), std::to_string(keys.size())};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> again = words;
  again[0] = "EVAL";
  again[1] = std::move(body);
  redis_->Command(std::move(words), [this, again = std::move(again), done = std::move(done)](
                                        Result<RedisReply, RedisFailure> reply) mutable {
    const bool unknown = !reply && reply.error().detail.starts_with("NOSCRIPT");
    if (!unknown) return done(std::move(reply));
    redis_->Command(std::move(again), std::move(done));
  });
}

void Store::Cache(const std::string& key, Stored stored) {
  if (const auto found = cache_.find(key); found != cache_.end()) {
    found->second.stored = std::move(stored);
    ages_.splice(ages_.begin(), ages_, found->second.age);
    return;
  }
  ages_.push_front(key);
  cache_.emplace(key, Cached{std::move(stored), ages_.begin()});
  if (cache_.size() > kCachedMax) {
    cache_.erase(ages_.back());
    ages_.pop_back();
  }
}

void Store::Forget(const RecordKey& key) { Forget(ToString(key)); }

void Store::Forget(const std::string& key) {
  const auto found = cache_.find(key);
  if (found == cache_.end()) return;
  ages_.erase(found->second.age);
  cache_.erase(found);
}

}  // namespace dragoman::store
