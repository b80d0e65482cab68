// An address that was prepared is prepared to itself, and holds no separator where none may stand.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/xmpp/jid.h"

using dragoman::xmpp::Jid;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto jid = Jid::Parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!jid) return 0;
  const auto again = Jid::Parse(jid->ToString());
  Check(again && *again == *jid);
  Check(jid->local().find_first_of("\"&'/:<>@ ") == std::string::npos);
  Check(jid->domain().find_first_of("@/ ") == std::string::npos);
  for (const char c : jid->ascii_domain()) Check(static_cast<unsigned char>(c) < 0x80);
  return 0;
}
