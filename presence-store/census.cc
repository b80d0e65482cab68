#include "presence-store/census.h"

#include <deque>
#include <optional>
#include <utility>
#include <variant>

namespace dragoman::store {
namespace {

const std::string* TextOf(const runtime::RedisReply& reply) {
  return std::get_if<std::string>(&reply.value);
}

}  // namespace

// One at a time: a page of one user's records, a pause, the next.
struct Census::Walk : std::enable_shared_from_this<Walk> {
  Visit visit;
  Done done;  // empty: it has ended
  Duration pause{0};
  std::deque<std::string> hashes{};  // users that are still to be read
  std::string cursor = "0";          // in the first of them
  bool named = false;                // all users are known
  bool reading = false;
  bool whole = true;
  std::unique_ptr<runtime::Timer> timer{};
};

void Census::Each(RecordKind kind, Duration pause, Visit visit, Done done) {
  const WalkPtr walk = Begin(std::move(visit), std::move(done), pause);
  redis_.Scan(
      PrefixOf(kind) + "*",
      [this, walk](std::vector<std::string> hashes) {
        if (!walk->done) return;
        for (std::string& hash : hashes) walk->hashes.push_back(std::move(hash));
        if (!walk->reading) Next(walk);
      },
      [this, walk](const auto& scanned) {
        walk->named = true;
        walk->whole = walk->whole && scanned.has_value();
        if (walk->done && !walk->reading) Next(walk);
      });
}

void Census::Of(const RecordKey& key, Visit visit, Done done) {
  const WalkPtr walk = Begin(std::move(visit), std::move(done), Duration(0));
  walk->hashes.push_back(HashOf(key));
  walk->named = true;
  Next(walk);
}

Census::WalkPtr Census::Begin(Visit visit, Done done, Duration pause) {
  auto walk = std::make_shared<Walk>();
  walk->visit = std::move(visit);
  walk->done = std::move(done);
  walk->pause = pause;
  walk->timer =
      std::make_unique<runtime::Timer>(loop_, [this, paused = walk.get()] { Read(*paused); });
  walks_.insert(walk);
  return walk;
}

void Census::Next(const WalkPtr& walk) {
  walk->reading = !walk->hashes.empty();
  if (walk->reading) return walk->timer->StartAt(loop_.Now() + walk->pause);
  if (!walk->named) return;  // more users may come
  walks_.erase(walk);
  std::exchange(walk->done, {})(walk->whole);
}

void Census::Read(Walk& paused) {
  const WalkPtr walk = paused.shared_from_this();
  const std::string& hash = walk->hashes.front();
  redis_.Command({hash, {"HSCAN", hash, walk->cursor, "COUNT", std::to_string(kCensusPage)}},
                 [this, walk](const Reply& reply) {
                   if (Take(*walk, reply)) return Next(walk);
                   walk->hashes.clear();
                   walk->named = true;  // enough, whoever else there is
                   Next(walk);
                 });
}

// Whether the walk goes on.
bool Census::Take(Walk& walk, const Reply& reply) {
  const auto* parts =
      reply ? std::get_if<std::vector<runtime::RedisReply>>(&reply->value) : nullptr;
  const std::string* next = parts != nullptr && parts->size() == 2 ? TextOf((*parts)[0]) : nullptr;
  const auto* words =
      next != nullptr ? std::get_if<std::vector<runtime::RedisReply>>(&(*parts)[1].value) : nullptr;
  if (words == nullptr) return walk.whole = false;
  std::vector<Entry> entries;
  for (std::size_t i = 0; i + 1 < words->size(); i += 2) {
    const std::string* field = TextOf((*words)[i]);
    const std::string* value = TextOf((*words)[i + 1]);
    if (field == nullptr || value == nullptr) continue;
    std::optional<RecordKey> key = ParseName(walk.hashes.front(), *field);
    if (key) entries.push_back({*std::move(key), ReadStored(*value, packer_)});
  }
  walk.cursor = *next;
  if (walk.cursor == "0") walk.hashes.pop_front();
  return walk.visit(std::move(entries));
}

}  // namespace dragoman::store
