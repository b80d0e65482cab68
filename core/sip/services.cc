#include "core/sip/services.h"

#include "core/sip/peer.h"

namespace dragoman::sip {

std::vector<SrvRecord> Usable(const std::vector<SrvRecord>& records, std::string_view domain) {
  std::vector<SrvRecord> usable;
  for (const SrvRecord& one : records) {
    if (IsHostOf(one.target, domain)) usable.push_back(one);
  }
  return usable;
}

}  // namespace dragoman::sip
