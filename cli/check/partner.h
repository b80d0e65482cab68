// An XMPP partner's server, looked at as far as its features, held against what its policy demands.
// TLS-4, TLS-8, TLS-10, XS-6, DB-18.
#pragma once

#include <optional>
#include <string>

#include "cli/check/edge.h"
#include "cli/check/finding.h"
#include "core/policy/settings.h"
#include "core/xmpp/outbound_stream.h"

namespace dragoman::check {

struct PartnerCall {
  Call call;
  bool direct_tls = false;
  std::optional<xmpp::OutboundStream::Offers> in_clear, secured;  // features before and behind TLS
  std::optional<xmpp::OutboundFailure> failure;  // of the stream; the words are in call.trouble
};

struct PartnerQuestion {
  std::string domain;
  policy::Partner partner;
  std::string local;  // the SIP domain that we were
};

Findings JudgePartner(const PartnerQuestion& asked, const PartnerCall& made,
                      const policy::TlsFiles& tls);

}  // namespace dragoman::check
