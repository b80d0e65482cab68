#include "runtime/cluster/refusals.h"

#include <string>

namespace dragoman::runtime {

void TellRefused(Log& log, const envelope::Header& header, const envelope::Outcome& outcome) {
  log.Info("refused", {{"kind", std::string(envelope::Name(header.kind))},
                       {"reason", std::string(policy::Name(outcome.reason))},
                       {"sip_status", std::to_string(outcome.sip_status)},
                       {"from", envelope::ToString(header.from)},
                       {"to", envelope::ToString(header.to)},
                       {"id", envelope::ToString(header.id)},
                       {"detail", outcome.text}});
}

}  // namespace dragoman::runtime
