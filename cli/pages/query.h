// The request-target of an admin page with its questions. RFC 3986 §2.1, §3.4.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman::pages {

// "/subs?watcher=a%40b"; a question with an empty value is left out.
std::string TargetOf(std::string_view path,
                     const std::vector<std::pair<std::string, std::string>>& questions);

}  // namespace dragoman::pages
