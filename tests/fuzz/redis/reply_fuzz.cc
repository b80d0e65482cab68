// A stream of replies gives the same whole or byte by byte; whatever they are, they have a meaning
// or none; and a table of slots owns each slot once.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/redis/handshake.h"
#include "runtime/redis/redirect.h"
#include "runtime/redis/reply_reader.h"
#include "runtime/redis/sentinel_answer.h"
#include "runtime/redis/slot_table.h"

using namespace dragoman::runtime;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

std::string Print(const RedisReply& reply) {
  if (const auto* number = reply.number()) return ":" + std::to_string(*number);
  if (const auto* text = reply.text()) return "'" + *text + "'";
  if (reply.items() == nullptr) return "nil";
  std::string list = "[";
  for (const RedisReply& item : *reply.items()) list += Print(item) + " ";
  return list + "]";
}

std::string Read(std::string_view input, std::size_t step, std::vector<RedisReply>* replies) {
  ReplyReader reader;
  std::string printed;
  for (std::size_t at = 0; at < input.size(); at += step) {
    reader.Feed(input.substr(at, step));
    while (auto reply = reader.Next()) {
      printed += *reply ? Print(**reply) : "error " + reply->error();
      if (replies != nullptr && *reply) replies->push_back(**reply);
      if (!*reply) {
        const auto redirect = ParseRedirect(reply->error(), "host");
        Check(!redirect || ClassifyRefusal(reply->error()).remedy == RedisRemedy::kRedirect);
      }
    }
  }
  return printed + (reader.problem().empty() ? "" : "problem");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<RedisReply> replies;
  Check(Read(input, size + 1, &replies) == Read(input, 1, nullptr));
  for (const RedisReply& reply : replies) {
    if (const auto table = SlotTable::Parse(reply, "host")) {
      std::size_t nobody = 0;
      for (std::uint16_t slot = 0; slot < kRedisSlots; ++slot) {
        const auto* owner = table->Owner(slot);
        nobody += owner == nullptr;
        Check(owner == nullptr || table->IsMaster(*owner));
      }
      Check(nobody == table->uncovered() && nobody < kRedisSlots);
    }
    Check(ParseSentinels(reply).size() <= kSentinelsMax);
    ParseConfigEpoch(reply);
    if (const auto master = ParseMasterAddress(reply))
      Check(!master->host.empty() && master->port != 0);
    Handshake handshake({}, 0, RoleWanted::kMaster);
    handshake.Take(reply);
  }
  return 0;
}
