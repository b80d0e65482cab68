// Where DNS says that the servers of a SIP domain are: which services are asked for, in which
// order, and what of the answer is used. DISC-8; ocs-dialect §1.2, §1.3.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "core/base/srv_record.h"

namespace dragoman::sip {

// Microsoft's: an Edge looks for a partner domain by no other.
inline constexpr std::string_view kFederationService = "_sipfederationtls._tcp.";

// Each stands before a domain. The first with a usable record is the one; without any, the domain
// itself is taken for the host.
inline constexpr std::array<std::string_view, 2> kServices = {kFederationService,
                                                              "_sips._tcp."};  // RFC 3263 §4.1

// Those that name `domain` itself or a host of it (IsHostOf), as they came. Others are not called.
std::vector<SrvRecord> Usable(const std::vector<SrvRecord>& records, std::string_view domain);

}  // namespace dragoman::sip
