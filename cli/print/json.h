// JSON as the commands write and read it: one flat object on each line. RFC 8259.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace dragoman::cli {

// `text` in quotes, with what a terminal should not see as escapes. Bytes that are not UTF-8 become
// U+FFFD.
std::string JsonString(std::string_view text);

std::string JsonArray(const std::vector<std::string>& values);  // of JSON values

// Members in the order in which they are added.
class JsonObject {
 public:
  JsonObject& Add(std::string_view name, std::string_view text);
  JsonObject& AddNumber(std::string_view name, std::int64_t number);
  JsonObject& AddFlag(std::string_view name, bool flag);
  JsonObject& AddValue(std::string_view name, std::string_view json);
  std::string ToString() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

// An object whose members are all strings. Errors: one line that says what was expected.
Result<std::map<std::string, std::string>, std::string> ParseJsonStrings(std::string_view text);

}  // namespace dragoman::cli
