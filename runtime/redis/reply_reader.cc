#include "runtime/redis/reply_reader.h"

#include <utility>

namespace dragoman::runtime {
namespace {

constexpr std::size_t kLengthBytesMax = 32;  // of what stands before a string: "$4194304\r\n"

}  // namespace

// hiredis calls these for each value that it reads; the values of an array have their place in it
// already. nullptr ends the reading.
redisReplyObjectFunctions ReplyReader::functions_ = {
    &CreateString, &CreateArray,
    [](const redisReadTask* task, long long number) {
      return Create(task, static_cast<std::int64_t>(number));
    },
    [](const redisReadTask* task) { return Create(task, RedisReply::Nil{}); },
    [](void* root) { delete static_cast<RedisReply*>(root); }};

template <typename Value>
void* ReplyReader::Create(const redisReadTask* task, Value value) {
  if (task->parent == nullptr) return new RedisReply{std::move(value)};
  auto& items =
      std::get<std::vector<RedisReply>>(static_cast<RedisReply*>(task->parent->obj)->value);
  RedisReply& place = items[static_cast<std::size_t>(task->idx)];
  place.value = std::move(value);
  return &place;
}

void* ReplyReader::CreateString(const redisReadTask* task, char* text, std::size_t size) {
  Budget& budget = *static_cast<Budget*>(task->privdata);
  budget.bytes += size;
  budget.exceeded |= budget.bytes > kRedisReplyBytesMax;
  if (budget.exceeded) return nullptr;
  if (task->parent == nullptr) budget.is_error = task->type == REDIS_REPLY_ERROR;
  return Create(task, std::string(text, size));
}

void* ReplyReader::CreateArray(const redisReadTask* task, int elements) {
  Budget& budget = *static_cast<Budget*>(task->privdata);
  budget.exceeded |=
      elements < 0 || static_cast<std::size_t>(elements) > kRedisReplyElementsMax - budget.elements;
  if (budget.exceeded) return nullptr;
  budget.elements += static_cast<std::size_t>(elements);
  return Create(task, std::vector<RedisReply>(static_cast<std::size_t>(elements)));
}

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(&functions_)) {
  reader_->privdata = &budget_;
}

void ReplyReader::Feed(std::string_view bytes) {
  if (problem_.empty() && redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK)
    problem_ = reader_->errstr;
}

std::optional<ReplyReader::Reply> ReplyReader::Next() {
  if (!problem_.empty()) return std::nullopt;
  void* read = nullptr;
  const int status = redisReaderGetReply(reader_.get(), &read);
  std::unique_ptr<RedisReply> reply(static_cast<RedisReply*>(read));
  // A string that is not here in full yet is waited for in the reader's buffer.
  const bool hoarding = reader_->len - reader_->pos > kRedisReplyBytesMax + kLengthBytesMax;
  if (status != REDIS_OK || (reply == nullptr && hoarding)) {
    const bool large = budget_.exceeded || hoarding;
    problem_ = large ? "a reply that is too large" : reader_->errstr;
    return std::nullopt;
  }
  if (reply == nullptr) return std::nullopt;
  const bool is_error = std::exchange(budget_, {}).is_error;
  if (is_error) return Reply(dragoman::Fail(*reply->text()));
  return Reply(std::move(*reply));
}

}  // namespace dragoman::runtime
