// A presence document that parses, prints, and the print parses back to the same document;
// isComposing never fails.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/sip/iscomposing.h"
#include "core/sip/pidf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto document = dragoman::sip::ParsePidf(text)) {
    const auto again = dragoman::sip::ParsePidf(dragoman::sip::PrintPidf(*document));
    if (!again || again->tuples.size() != document->tuples.size() ||
        again->notes != document->notes)
      std::abort();
  }
  (void)dragoman::sip::ParseIsComposing(text);
  return 0;
}
