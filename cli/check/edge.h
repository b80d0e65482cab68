// An Edge Server, called as the gateway calls it. TLS-15; ocs-dialect §1.3, §1.4.
#pragma once

#include <cstdint>
#include <string>

#include "cli/check/finding.h"
#include "core/policy/settings.h"
#include "runtime/tls/context.h"

namespace dragoman::check {

// One call: how far it came.
struct Call {
  std::string address;  // "ip:port" that was reached or tried last; empty: DNS gave none
  bool connected = false;
  bool secure = false;
  runtime::PeerCertificate certificate;  // once secure
  std::string trouble;                   // why it ended early; empty: it did not
  bool late = false;                     // the time was out
};

struct EdgeCall {
  Call call;
  std::string no_tls;        // why ours could not be spoken: our own certificate; empty: it could
  std::uint16_t status = 0;  // of the answer to OPTIONS; 0: none came
  std::string reason;
  std::string server;  // how it calls itself
};

// Without time-outs or refusal a peer's certificate is told of below these.
inline constexpr int kPeerDaysMin = 7;

Findings JudgeEdge(const policy::HostPort& edge, const EdgeCall& made,
                   const policy::SipSettings& sip);

}  // namespace dragoman::check
