// What an operator sees of the SIP side: log lines with reason codes, and counters. Bodies never.
// What was taken, delivered and refused is counted by the Seat.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/envelope/message.h"
#include "core/policy/reason.h"
#include "runtime/log/log.h"
#include "runtime/metrics/metrics.h"
#include "sip-frontend/channel.h"

namespace dragoman::sip_frontend {

class Journal {
 public:
  Journal(runtime::Log& log, runtime::Metrics& metrics) : log_(log), metrics_(metrics) {}

  void Refused(const envelope::Header& header, const envelope::Outcome& outcome);
  // Refused here, with this answer.
  void RefusedAtGate(const Channel& channel, const sip::Response& answer);

  void Listening(const std::string& address, int port);
  void Connected(const Channel& channel);
  void PeerRefused(const Channel& channel, const std::vector<std::string>& found,
                   const std::vector<std::string>& expected);
  // Above a limit, or for want of descriptors.
  void ConnectionRefused(const std::string& address, const std::string& why);
  void BadBytes(const Channel& channel, const std::string& why, policy::Reason reason);
  void Closed(const Channel& channel, const runtime::CloseInfo& info);
  // How an outcome was told. Of refusals only.
  void Answered(const Channel* channel, const sip::Response& response);
  // It goes no further, and wants no answer.
  void Dropped(const Channel& channel, const std::string& why);

 private:
  runtime::Log& log_;
  runtime::Metrics& metrics_;
};

}  // namespace dragoman::sip_frontend
