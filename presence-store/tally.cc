#include "presence-store/tally.h"

#include <charconv>
#include <utility>
#include <variant>
#include <vector>

namespace dragoman::store {
namespace {

using Reply = Result<runtime::RedisReply, runtime::RedisFailure>;

constexpr const char* kKey = "partners";  // a hash: the partner's name, its count

}  // namespace

void Tally::Add(const std::string& partner, int by) {
  redis_.Command({kKey, {"HINCRBY", kKey, partner, std::to_string(by)}}, [](const Reply&) {});
}

void Tally::Read(std::function<void(Counts)> done) {
  redis_.Command({kKey, {"HGETALL", kKey}}, [done = std::move(done)](const Reply& reply) {
    const auto* words =
        reply ? std::get_if<std::vector<runtime::RedisReply>>(&reply->value) : nullptr;
    if (words == nullptr) return;
    Counts counts;
    for (std::size_t i = 0; i + 1 < words->size(); i += 2) {
      const auto* partner = std::get_if<std::string>(&(*words)[i].value);
      const auto* text = std::get_if<std::string>(&(*words)[i + 1].value);
      if (partner == nullptr || text == nullptr) continue;
      std::from_chars(text->data(), text->data() + text->size(), counts[*partner]);
    }
    done(std::move(counts));
  });
}

void Tally::Set(const Counts& counts) {
  if (counts.empty()) return;
  std::vector<std::string> words = {"HSET", kKey};
  for (const auto& [partner, count] : counts) {
    words.push_back(partner);
    words.push_back(std::to_string(count));
  }
  redis_.Command({kKey, std::move(words)}, [](const Reply&) {});
}

}  // namespace dragoman::store
