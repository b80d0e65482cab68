// The first byte chooses the type, the rest is the body of a NOTIFY. What it says of a user,
// written in any format, can be read again; PIDF keeps how available each resource is, the others
// the best one's availability.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/translate/presence_body.h"
#include "core/translate/sip_presence.h"

namespace {

using dragoman::envelope::PresenceFormat;

constexpr std::array<std::string_view, 4> kTypes = {"application/pidf+xml", "text/xml+msrtc.pidf",
                                                    "application/xpidf+xml",
                                                    "application/msrtc-event-categories+xml"};

dragoman::sip::Request Notify(std::string_view type, std::string_view body) {
  dragoman::sip::Request request("NOTIFY", "sip:gateway.example");
  request.SetBody(type, std::string(body));
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dragoman;
  if (size == 0) return 0;
  const envelope::Address romeo{"romeo", "contoso.com", ""};
  const WallTime now{Duration(1'795'464'000'000)};
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto said = translate::ReadPresence(Notify(kTypes[data[0] % 4], body), romeo, now);
  if (!said || !*said) return 0;
  const auto open = [](const std::vector<envelope::ResourcePresence>& resources) {
    return std::ranges::count_if(resources, &envelope::ResourcePresence::available);
  };
  for (int format = 0; format < 4; ++format) {
    const translate::PresenceBody written = translate::WritePresence(
        static_cast<PresenceFormat>(format), romeo, "sip:romeo@contoso.com", **said, {}, now);
    const auto again = translate::ReadPresence(Notify(written.type, written.text), romeo, now);
    if (!again || !*again) std::abort();
    const bool whole = format == 0;
    if (whole && open(**again) != open(**said)) std::abort();
    if (!whole && (open(**again) > 0) != (open(**said) > 0)) std::abort();
  }
  return 0;
}
