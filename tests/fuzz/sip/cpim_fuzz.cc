// What parses, prints, and the print parses back to an equal value: CPIM messages and IMDN
// documents.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/sip/cpim.h"
#include "core/sip/imdn.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dragoman::sip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto message = ParseCpim(text)) {
    message->requires_more = false;  // what is not known is not printed
    const auto again = ParseCpim(PrintCpim(*message));
    // Control characters go with the first print; a message of nothing known has no headers left.
    const auto third = again ? ParseCpim(PrintCpim(*again)) : std::nullopt;
    const bool empty = message->from.empty() && message->to.empty() && message->subject.empty() &&
                       message->date_time.empty() && message->message_id.empty() &&
                       !message->wants_delivered && !message->wants_failed;
    if (!empty && (!again || again->content != message->content || again->head != message->head))
      std::abort();
    if (again && third != again) std::abort();
  }
  if (const auto imdn = ParseImdn(text); imdn && imdn->delivery) {
    if (ParseImdn(PrintImdn(*imdn)) != imdn) std::abort();
  }
  return 0;
}
