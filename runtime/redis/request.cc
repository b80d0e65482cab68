#include "runtime/redis/request.h"

#include <hiredis/hiredis.h>

#include <cstdlib>

namespace dragoman::runtime {

std::string FormatRequest(const std::vector<std::string>& words) {
  std::vector<const char*> data;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    data.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* formatted = nullptr;
  const int size =
      redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), data.data(), sizes.data());
  if (size < 0) std::abort();  // out of memory
  std::string request(formatted, static_cast<std::size_t>(size));
  redisFreeCommand(formatted);
  return request;
}

}  // namespace dragoman::runtime
