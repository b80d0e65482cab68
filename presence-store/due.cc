#include "presence-store/due.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "core/base/digest.h"

namespace dragoman::store {
namespace {

using runtime::RedisFailure;
using runtime::RedisReply;
using Reply = Result<RedisReply, RedisFailure>;

// KEYS[1] shard; ARGV: now, until, count. Takes what is due and puts it off to the end of the
// lease; each member is followed by the time at which it was due.
constexpr std::string_view kClaim = R"(
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[3])
for i = 1, #due, 2 do redis.call('ZADD', KEYS[1], ARGV[2], due[i]) end
return due
)";

constexpr char kErrand = 'e';

std::int64_t Milliseconds(WallTime when) { return when.time_since_epoch().count(); }

// "dpromeo@a.example|juliet@b.example": purpose, kind, and the pair.
std::string MemberOf(const DueEntry& entry) {
  std::string member(1, entry.purpose == Purpose::kDue ? 'd' : 'v');
  member += entry.key.kind == RecordKind::kPresence ? 'p' : 'c';
  return member + PairOf(entry.key);
}
std::string MemberOf(const Errand& errand) { return kErrand + errand.name; }

std::optional<DueEntry> ParseEntry(std::string_view member) {
  if (member.size() < 2 || (member[0] != 'd' && member[0] != 'v') ||
      (member[1] != 'p' && member[1] != 'c'))
    return std::nullopt;
  const RecordKind kind = member[1] == 'p' ? RecordKind::kPresence : RecordKind::kChat;
  std::optional<RecordKey> key = ParsePair(kind, member.substr(2));
  if (!key) return std::nullopt;
  return DueEntry{*std::move(key), member[0] == 'd' ? Purpose::kDue : Purpose::kVerify};
}

std::string Shard(int shard) { return "due:" + std::to_string(shard); }

std::string ShardOf(const std::string& member) {
  // Both purposes of a record live in one shard.
  return Shard(Sha256(std::string_view(member).substr(1))[0] % kDueShards);
}

const std::string* TextOf(const RedisReply& reply) {
  return std::get_if<std::string>(&reply.value);
}
const std::vector<RedisReply>* ListOf(const Reply& reply) {
  return reply ? std::get_if<std::vector<RedisReply>>(&reply->value) : nullptr;
}

// Returns what is no entry and no errand.
std::vector<std::string> Take(const std::vector<RedisReply>& due, WallTime now, Claimed& claimed) {
  std::vector<std::string> strange;
  for (std::size_t i = 0; i + 1 < due.size(); i += 2) {
    const std::string* member = TextOf(due[i]);
    const std::string* score = TextOf(due[i + 1]);
    if (member == nullptr || score == nullptr) continue;
    const WallTime when(Duration(std::strtoll(score->c_str(), nullptr, 10)));
    claimed.lag = std::max(claimed.lag, now - when);
    if (member->starts_with(kErrand)) {
      claimed.errands.push_back({member->substr(1)});
    } else if (std::optional<DueEntry> entry = ParseEntry(*member)) {
      claimed.entries.push_back(*std::move(entry));
    } else {
      strange.push_back(*member);
    }
  }
  return strange;
}

// Of a page of members, each followed by its score.
std::vector<RecordKey> PresenceIn(const std::vector<RedisReply>& members) {
  std::vector<RecordKey> keys;
  for (std::size_t i = 0; i < members.size(); i += 2) {
    const std::string* member = TextOf(members[i]);
    std::optional<DueEntry> entry = member != nullptr ? ParseEntry(*member) : std::nullopt;
    if (!entry || entry->purpose != Purpose::kDue || entry->key.kind != RecordKind::kPresence)
      continue;
    keys.push_back(std::move(entry->key));
  }
  return keys;
}

}  // namespace

DueQueue::DueQueue(runtime::Redis& redis) : redis_(redis), claim_(kClaim) {}

void DueQueue::Claim(WallTime now, std::size_t count, std::function<void(Claimed)> done) {
  struct Gathering {
    Claimed claimed;
    int waiting = kDueShards;
  };
  auto gathering = std::make_shared<Gathering>();
  for (int shard = 0; shard < kDueShards; ++shard) {
    claim_.Run(redis_, Shard(shard),
               {std::to_string(Milliseconds(now)), std::to_string(Milliseconds(now + kLease)),
                std::to_string(count / kDueShards + 1)},
               [this, shard, gathering, done, now](const Reply& reply) {
                 const auto* due = ListOf(reply);
                 if (due != nullptr)
                   PutOff(shard, Take(*due, now, gathering->claimed), now + kStrangeAgain);
                 if (--gathering->waiting == 0) done(std::move(gathering->claimed));
               });
  }
}

// Perhaps a newer version's, who is there too; else it would be claimed again and again.
void DueQueue::PutOff(int shard, const std::vector<std::string>& members, WallTime until) {
  if (members.empty()) return;
  std::vector<std::string> words = {"ZADD", Shard(shard), "XX"};
  for (const std::string& member : members) {
    words.push_back(std::to_string(Milliseconds(until)));
    words.push_back(member);
  }
  redis_.Command({Shard(shard), std::move(words)}, [](const Reply&) {});
}

void DueQueue::Schedule(const DueEntry& entry, WallTime when) { Add(MemberOf(entry), when, false); }
void DueQueue::ScheduleUnlessThere(const DueEntry& entry, WallTime when) {
  Add(MemberOf(entry), when, true);
}
void DueQueue::Settle(const DueEntry& entry) { Remove(MemberOf(entry)); }
void DueQueue::Schedule(const Errand& errand, WallTime when) { Add(MemberOf(errand), when, false); }
void DueQueue::ScheduleUnlessThere(const Errand& errand, WallTime when) {
  Add(MemberOf(errand), when, true);
}
void DueQueue::Settle(const Errand& errand) { Remove(MemberOf(errand)); }

void DueQueue::Add(const std::string& member, WallTime when, bool unless_there) {
  std::string shard = ShardOf(member);
  std::vector<std::string> words = {"ZADD", shard};
  if (unless_there) words.push_back("NX");
  words.push_back(std::to_string(Milliseconds(when)));
  words.push_back(member);
  redis_.Command({std::move(shard), std::move(words)}, [](const Reply&) {});
}

void DueQueue::Remove(const std::string& member) {
  const std::string shard = ShardOf(member);
  redis_.Command({shard, {"ZREM", shard, member}}, [](const Reply&) {});
}

struct DueQueue::Walk {
  std::function<void(std::vector<RecordKey>)> page;
  std::function<void(bool)> done;
  int shard = 0;
  std::string cursor = "0";
};

void DueQueue::EachPresence(std::function<void(std::vector<RecordKey>)> page,
                            std::function<void(bool)> done) {
  Scan(std::make_shared<Walk>(Walk{std::move(page), std::move(done)}));
}

// One page after the other, so that a walk over a million entries leaves Redis and this loop time
// for others.
void DueQueue::Scan(std::shared_ptr<Walk> walk) {
  const std::string shard = Shard(walk->shard);
  redis_.Command({shard, {"ZSCAN", shard, walk->cursor, "COUNT", std::to_string(kWalkPage)}},
                 [this, walk](const Reply& reply) {
                   const auto* parts = ListOf(reply);
                   if (parts == nullptr || parts->size() != 2) return walk->done(false);
                   const std::string* next = TextOf((*parts)[0]);
                   const auto* members = std::get_if<std::vector<RedisReply>>(&(*parts)[1].value);
                   if (next == nullptr || members == nullptr) return walk->done(false);
                   walk->page(PresenceIn(*members));
                   walk->cursor = *next;
                   if (walk->cursor == "0" && ++walk->shard == kDueShards) return walk->done(true);
                   Scan(walk);
                 });
}

void DueQueue::Count(std::function<void(std::optional<std::int64_t>)> done) {
  struct Sum {
    std::int64_t entries = 0;
    bool known = true;
    int waiting = kDueShards;
  };
  auto sum = std::make_shared<Sum>();
  for (int shard = 0; shard < kDueShards; ++shard) {
    redis_.Command({Shard(shard), {"ZCARD", Shard(shard)}}, [sum, done](const Reply& reply) {
      const auto* entries = reply ? std::get_if<std::int64_t>(&reply->value) : nullptr;
      entries != nullptr ? void(sum->entries += *entries) : void(sum->known = false);
      if (--sum->waiting > 0) return;
      done(sum->known ? std::optional(sum->entries) : std::nullopt);
    });
  }
}

}  // namespace dragoman::store
