// What parses, prints, and the print parses back to an equal value: CPIM messages and IMDN
// documents.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/sip/cpim.h"
#include "core/sip/imdn.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dragoman::sip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto message = ParseCpim(text)) {
    message->requires_more = false;  // what is not known is not printed
    const std::string printed = PrintCpim(*message);
    const bool has_headers = !printed.starts_with("\r\n");
    if (has_headers && ParseCpim(printed) != message) std::abort();
  }
  if (const auto imdn = ParseImdn(text); imdn && imdn->delivery) {
    if (ParseImdn(PrintImdn(*imdn)) != imdn) std::abort();
  }
  return 0;
}
