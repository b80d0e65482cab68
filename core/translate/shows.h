// <show/> by name. RFC 6121 §4.7.2.1.
#pragma once

#include <string_view>

#include "core/envelope/payload.h"

namespace dragoman::translate {

std::string_view Name(envelope::Show show);          // "away"; empty for kNone
envelope::Show ShowFromName(std::string_view name);  // kNone for any other word (PRES-7)

}  // namespace dragoman::translate
