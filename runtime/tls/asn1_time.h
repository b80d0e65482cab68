// A time as certificates write it.
#pragma once

#include <openssl/asn1.h>

#include "core/base/time.h"

namespace dragoman::runtime {

// The epoch if it is none.
WallTime TimeOf(const ASN1_TIME* time);

}  // namespace dragoman::runtime
