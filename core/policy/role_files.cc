#include "core/policy/role_files.h"

#include <algorithm>
#include <array>

namespace dragoman::policy {
namespace {

struct Row {
  std::string_view role;
  std::array<std::string_view, 4> keys;  // what begins so
};
constexpr auto kRows = std::to_array<Row>({
    {"router", {"redis.", "router."}},
    // The secret seals what a receipt is about (translate/receipt.h).
    {"sip-frontend", {"sip.", "router.", "xmpp.dialback_secret", "xmpp.previous_dialback_secret"}},
    {"xmpp-frontend", {"xmpp.", "router."}},
});

}  // namespace

bool OpensFileOf(std::string_view role, std::string_view key) {
  const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                 [role](const Row& candidate) { return candidate.role == role; });
  if (row == kRows.end()) return true;
  return std::any_of(row->keys.begin(), row->keys.end(), [key](std::string_view begin) {
    return !begin.empty() && key.starts_with(begin);
  });
}

}  // namespace dragoman::policy
