// A command as RESP writes it: an array of strings with their lengths, so that no word is ever
// taken for more than data (T-53).
#pragma once

#include <string>
#include <vector>

namespace dragoman::runtime {

std::string FormatRequest(const std::vector<std::string>& words);

}  // namespace dragoman::runtime
