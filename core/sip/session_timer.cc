#include "core/sip/session_timer.h"

#include "core/base/ascii.h"
#include "core/sip/message.h"

namespace dragoman::sip {

std::optional<SessionExpires> SessionExpires::Parse(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  const std::optional<std::uint32_t> seconds = Seconds(value.substr(0, semicolon));
  if (!seconds) return std::nullopt;
  SessionExpires parsed{*seconds, Refresher::kNotSaid};
  if (semicolon == std::string_view::npos) return parsed;
  const std::vector<Parameter> parameters = ParseParameters(value.substr(semicolon));
  if (const Parameter* refresher = FindParameter(parameters, "refresher")) {
    if (EqualsIgnoreCase(refresher->value, "uac")) parsed.refresher = Refresher::kUac;
    if (EqualsIgnoreCase(refresher->value, "uas")) parsed.refresher = Refresher::kUas;
  }
  return parsed;
}

}  // namespace dragoman::sip
