// What parses, prints, and the print parses back to the same document.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/sip/xpidf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dragoman::sip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = ParseXpidf(text);
  if (!document) return 0;
  const auto again = ParseXpidf(PrintXpidf(*document));
  if (again != document) std::abort();
  return 0;
}
