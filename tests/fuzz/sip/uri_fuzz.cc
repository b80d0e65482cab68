// What parses, prints, and the print parses back to an equal value.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/sip/message.h"
#include "core/sip/uri.h"

using dragoman::sip::NameAddr;
using dragoman::sip::Uri;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto uri = Uri::Parse(text)) {
    const auto again = Uri::Parse(uri->ToString());
    Check(again && *again == *uri);
  }
  if (const auto who = NameAddr::Parse(text)) {
    const auto again = NameAddr::Parse(who->ToString());
    Check(again && again->uri == who->uri && again->tag() == who->tag());
  }
  for (const std::string_view part : dragoman::sip::SplitList(text)) {
    Check(dragoman::sip::SplitList(part).size() <= 1);
  }
  (void)dragoman::sip::Via::Parse(text);
  (void)dragoman::sip::CSeq::Parse(text);
  (void)dragoman::sip::Seconds(text);
  return 0;
}
