#include "runtime/redis/redirect.h"

#include "core/base/cursor.h"
#include "runtime/redis/slot.h"

namespace dragoman::runtime {

// An IPv6 address stands there without brackets: the last colon is the port's.
std::optional<Redirect> ParseRedirect(std::string_view text, const std::string& asked) {
  Cursor in(text);
  Redirect redirect;
  redirect.ask = in.Take("ASK ");
  if (!redirect.ask && !in.Take("MOVED ")) return std::nullopt;
  const std::optional<std::uint64_t> slot = in.TakeNumber();
  if (!slot || *slot >= kRedisSlots || !in.Take(' ')) return std::nullopt;
  redirect.slot = static_cast<std::uint16_t>(*slot);
  const std::string_view where = in.Rest();
  const std::size_t colon = where.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  Cursor number(where.substr(colon + 1));
  const std::optional<std::uint64_t> port = number.TakeNumber();
  if (!port || !number.AtEnd() || *port == 0 || *port > 65535) return std::nullopt;
  const std::string_view host = where.substr(0, colon);
  if (host.find(' ') != std::string_view::npos || (host.empty() && asked.empty()))
    return std::nullopt;
  redirect.node = {host.empty() ? asked : LowerCase(host), static_cast<std::uint16_t>(*port)};
  return redirect;
}

}  // namespace dragoman::runtime
