#include "presence-store/store.h"

#include <array>
#include <utility>

#include "core/base/digest.h"

namespace dragoman::store {
namespace {

using runtime::RedisFailure;
using runtime::RedisReply;
using Reply = Result<RedisReply, RedisFailure>;

// KEYS[1] the records of a user. ARGV: field, version that was loaded, new bytes, version that a
// new record gets, whether it waits (0 or 1), how many records and how many that wait there may be.
// Returns the new version (0: removed), -1 on a conflict, -2 above a limit.
//
// A value is four bytes, lowest first, and the record: its version, and in the highest bit whether
// it waits; the field "pending" counts those. What is shorter counts as nothing.
constexpr std::string_view kSave = R"(
local key, field, waits = KEYS[1], ARGV[1], ARGV[5] == '1'
local old = redis.call('HGET', key, field)
local version, waited = 0, false
if old and #old >= 4 then
  version = struct.unpack('<I4', old)
  waited = version >= 2147483648
  version = version % 2147483648
end
if version ~= tonumber(ARGV[2]) then return -1 end
local function pending(by)
  local count = redis.call('HINCRBY', key, 'pending', by)
  if count <= 0 then redis.call('HDEL', key, 'pending') end
  return count
end
if ARGV[3] == '' then
  redis.call('HDEL', key, field)
  if waited then pending(-1) end
  return 0
end
if not old then
  local records = redis.call('HLEN', key) - redis.call('HEXISTS', key, 'pending')
  if records >= tonumber(ARGV[6]) then return -2 end
end
if waits and not waited and pending(1) > tonumber(ARGV[7]) then
  pending(-1)
  return -2
end
if waited and not waits then pending(-1) end
local new = version == 0 and tonumber(ARGV[4]) or version % 2147483647 + 1
redis.call('HSET', key, field, struct.pack('<I4', new + (waits and 2147483648 or 0)) .. ARGV[3])
return new
)";

constexpr std::int64_t kConflict = -1;

// Of its content: where a record was removed and made again, a copy of the old one does not have
// the version of the new one, unless it says the same.
std::uint32_t FirstVersion(std::string_view bytes) {
  const std::array<std::uint8_t, 20> digest = Sha1(bytes);
  const std::uint32_t version =
      digest[0] | digest[1] << 8 | digest[2] << 16 | static_cast<std::uint32_t>(digest[3]) << 24;
  return std::max(version & kVersionMask, 1u);
}

std::string Limit(std::uint32_t limit) {
  return limit == 0 ? std::to_string(kVersionMask) : std::to_string(limit);
}

}  // namespace

Store::Store(runtime::Loop& loop, std::unique_ptr<runtime::Redis> redis)
    : redis_(loop, std::move(redis)), save_(kSave), due_(redis_), census_(loop, redis_, packer_) {}

void Store::Load(const RecordKey& key, OnLoaded done) {
  ForgetOld();
  std::string name = ToString(key);
  if (const auto found = kept_.find(name); found != kept_.end()) {
    ages_.splice(ages_.begin(), ages_, found->second.age);
    Stored kept = found->second.stored;
    kept.kept = true;
    return done(std::move(kept));
  }
  redis_.Command({HashOf(key), {"HGET", HashOf(key), FieldOf(key)}},
                 [this, name = std::move(name), done = std::move(done)](const Reply& reply) {
                   if (!reply) return done(Fail(StoreError::kUnavailable));
                   const auto* value = std::get_if<std::string>(&reply->value);
                   Stored stored = value != nullptr ? ReadStored(*value, packer_) : Stored{};
                   Keep(name, stored);
                   done(std::move(stored));
                 });
}

void Store::Save(const RecordKey& key, Change change, OnSaved done) {
  if (change.bytes.size() > kRecordBytesMax) return done(Fail(StoreError::kTooLarge));
  const bool removed = change.bytes.empty();
  const bool settled = removed || !change.due;
  const DueEntry entry{key, Purpose::kDue};
  std::vector<std::string> arguments = {FieldOf(key),
                                        std::to_string(change.version),
                                        removed ? std::string() : packer_.Pack(change.bytes),
                                        std::to_string(FirstVersion(change.bytes)),
                                        change.pending ? "1" : "0",
                                        Limit(change.records_max),
                                        Limit(change.pending_max)};
  save_.Run(
      redis_, HashOf(key), std::move(arguments),
      [this, name = ToString(key), bytes = std::move(change.bytes), before = change.version,
       settled, entry, done = std::move(done)](const Reply& reply) mutable {
        const auto* saved = reply ? std::get_if<std::int64_t>(&reply->value) : nullptr;
        if (saved == nullptr || *saved < 0) {
          Drop(name);  // of another version than the one kept; or in doubt
          if (saved == nullptr) return done(Fail(StoreError::kUnavailable));
          return done(Fail(*saved == kConflict ? StoreError::kConflict : StoreError::kTooMany));
        }
        // Not before: what was not saved has settled nothing, and Redis may take this where it
        // refuses the save.
        if (settled) due_.Settle(entry);
        const auto version = static_cast<std::uint32_t>(*saved);
        Keep(name, {.bytes = std::move(bytes), .version = version});
        done(Saved{version, before == 0 && version > 0, before > 0 && version == 0});
      });
  if (!settled) due_.Schedule(entry, *change.due);
}

// What a failover has lost may not look like what is there: versions would be the same again.
void Store::ForgetOld() {
  const std::uint64_t connections = redis_.connections();
  if (std::exchange(connections_, connections) == connections) return;
  kept_.clear();
  ages_.clear();
}

void Store::Keep(const std::string& name, Stored stored) {
  ForgetOld();
  if (const auto found = kept_.find(name); found != kept_.end()) {
    found->second.stored = std::move(stored);
    ages_.splice(ages_.begin(), ages_, found->second.age);
    return;
  }
  ages_.push_front(name);
  kept_.emplace(name, Kept{std::move(stored), ages_.begin()});
  if (kept_.size() > kCachedMax) {
    kept_.erase(ages_.back());
    ages_.pop_back();
  }
}

void Store::Forget(const RecordKey& key) { Drop(ToString(key)); }

void Store::Drop(const std::string& name) {
  const auto found = kept_.find(name);
  if (found == kept_.end()) return;
  ages_.erase(found->second.age);
  kept_.erase(found);
}

}  // namespace dragoman::store
