// Our own certificates: the one that an Edge sees and the one that XMPP servers see. TLS-2, TLS-8,
// TLS-10..14; ocs-dialect §1.3, §1.4.
#pragma once

#include <string>
#include <vector>

#include "cli/check/finding.h"
#include "core/base/time.h"
#include "core/policy/settings.h"
#include "runtime/tls/own_certificate.h"

namespace dragoman::check {

inline constexpr int kDaysLeftMin = 30;  // below: a warning

// An Edge takes it only if it names `fqdn`, for both ends of TLS.
Findings JudgeSipCertificate(const runtime::OwnCertificate& own, const policy::TlsFiles& files,
                             const std::string& fqdn, WallTime now);
// It speaks for every hosted domain.
Findings JudgeXmppCertificate(const runtime::OwnCertificate& own, const policy::TlsFiles& files,
                              const std::vector<std::string>& domains, WallTime now);

}  // namespace dragoman::check
