// Replies out of the bytes of one connection, through hiredis' reader, bounded: L-27.
#pragma once

#include <hiredis/hiredis.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/redis/reply.h"

namespace dragoman::runtime {

inline constexpr std::size_t kRedisReplyBytesMax = 4 << 20;       // of all strings in one reply
inline constexpr std::size_t kRedisReplyElementsMax = 64 * 1024;  // of all arrays in one reply

class ReplyReader {
 public:
  ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  // An error reply, without its '-', is the other alternative. An error inside an array is a
  // string.
  using Reply = Result<RedisReply, std::string>;
  void Feed(std::string_view bytes);
  std::optional<Reply> Next();  // nullopt: more bytes are needed, or there is a problem
  // Why nothing more comes: not RESP, or above a bound. Empty: none.
  const std::string& problem() const { return problem_; }

 private:
  struct Budget {
    std::size_t bytes = 0;
    std::size_t elements = 0;
    bool is_error = false;  // the reply itself
    bool exceeded = false;
  };
  struct Free {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  static redisReplyObjectFunctions functions_;
  template <typename Value>
  static void* Create(const redisReadTask* task, Value value);
  static void* CreateString(const redisReadTask* task, char* text, std::size_t size);
  static void* CreateArray(const redisReadTask* task, int elements);

  Budget budget_;
  std::unique_ptr<redisReader, Free> reader_;
  std::string problem_;
};

}  // namespace dragoman::runtime
