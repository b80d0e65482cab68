#include "core/ocs/diagnostics.h"

#include "core/base/cursor.h"
#include "core/sip/uri.h"

namespace dragoman::ocs {

std::string PrintDiagnostics(const Diagnostics& diagnostics) {
  return std::to_string(diagnostics.error_id) + ";reason=" + sip::Quote(diagnostics.reason) +
         ";component=\"dragoman\"";
}

std::optional<Diagnostics> ParseDiagnostics(std::string_view value) {
  Cursor in(value);
  const std::optional<std::uint64_t> id = in.TakeNumber();
  if (!id || *id > UINT32_MAX) return std::nullopt;
  Diagnostics diagnostics{static_cast<std::uint32_t>(*id), {}};
  const std::vector<sip::Parameter> parameters = sip::ParseParameters(in.Rest());
  if (const sip::Parameter* reason = sip::FindParameter(parameters, "reason")) {
    std::string_view text = reason->value;
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
      text = text.substr(1, text.size() - 2);
    diagnostics.reason = text;
  }
  return diagnostics;
}

}  // namespace dragoman::ocs
