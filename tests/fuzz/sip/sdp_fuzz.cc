// What a session description says of messages survives being printed anew.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/sip/sdp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dragoman::sip;
  const SessionDescription read =
      ParseSdp(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!read.HasMessages()) return 0;
  std::string types;
  for (const std::string& type : read.accept_types) types += (types.empty() ? "" : " ") + type;
  const SessionDescription again = ParseSdp(PrintSdp("192.0.2.1", "null", types));
  const bool same = again.HasMessages() && !again.HasOtherMedia() &&
                    (types.empty() || again.accept_types == read.accept_types) &&
                    again.Takes("text/plain") == read.Takes("text/plain");
  if (!same) std::abort();
  return 0;
}
