// Replies as a server would send them.
#pragma once

#include <string_view>

#include "runtime/redis/reply_reader.h"

namespace dragoman::runtime {

// "*1\r\n:1\r\n" as a value; the text holds one whole reply that is no error.
inline RedisReply ReplyOf(std::string_view text) {
  ReplyReader reader;
  reader.Feed(text);
  return reader.Next().value().value();
}

}  // namespace dragoman::runtime
