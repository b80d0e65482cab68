#include "runtime/tls/asn1_time.h"

#include <openssl/base.h>

#include <chrono>

namespace dragoman::runtime {

WallTime TimeOf(const ASN1_TIME* time) {
  const bssl::UniquePtr<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0, seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return {};
  return WallTime(std::chrono::hours(24) * days + std::chrono::seconds(seconds));
}

}  // namespace dragoman::runtime
