#include "sip-frontend/journal.h"

namespace dragoman::sip_frontend {
namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

std::string_view NameOf(runtime::CloseCause cause) {
  switch (cause) {
    case runtime::CloseCause::kPeerClosed:
      return "peer-closed";
    case runtime::CloseCause::kPeerReset:
      return "peer-reset";
    case runtime::CloseCause::kLocal:
      return "local";
    case runtime::CloseCause::kConnectFailed:
      return "connect-failed";
    case runtime::CloseCause::kHandshakeFailed:
      return "handshake-failed";
    case runtime::CloseCause::kNoProgress:
      return "no-progress";
    case runtime::CloseCause::kTimeout:
      return "timeout";
  }
  return "unknown";
}

std::string Direction(const Channel& channel) { return channel.outgoing() ? "out" : "in"; }

}  // namespace

void Journal::Refused(const envelope::Header& header, const envelope::Outcome& outcome) {
  log_.Info("refused", {{"kind", std::string(envelope::Name(header.kind))},
                        {"reason", std::string(policy::Name(outcome.reason))},
                        {"sip_status", std::to_string(outcome.sip_status)},
                        {"from", envelope::ToString(header.from)},
                        {"to", envelope::ToString(header.to)},
                        {"id", envelope::ToString(header.id)},
                        {"detail", outcome.text}});
}

void Journal::Listening(const std::string& address, int port) {
  log_.Info("listening", {{"address", address}, {"port", std::to_string(port)}});
}

void Journal::Connected(const Channel& channel) {
  metrics_.Count("dragoman_sip_connections_total", {{"direction", Direction(channel)}});
  log_.Info("peer connected", {{"address", channel.address()},
                               {"peer", channel.peer()},
                               {"direction", Direction(channel)}});
}

void Journal::PeerRefused(const Channel& channel, const std::vector<std::string>& found,
                          const std::vector<std::string>& expected) {
  const std::string reason(policy::Name(policy::Reason::kPeerNotAuthorized));
  metrics_.Count("dragoman_sip_peers_refused_total", {{"reason", reason}});
  log_.Warn("peer refused", {{"reason", reason},
                             {"address", channel.address()},
                             {"expected", Joined(expected)},
                             {"found", Joined(found)}});
}

void Journal::TooManyConnections(const std::string& address) {
  metrics_.Count("dragoman_sip_peers_refused_total", {{"reason", "too-many-connections"}});
  log_.Warn("peer refused", {{"reason", "too-many-connections"}, {"address", address}});
}

void Journal::NoDescriptors(const std::string& address, const std::string& why) {
  metrics_.Count("dragoman_sip_peers_refused_total", {{"reason", "too-many-connections"}});
  log_.Warn("peer refused",
            {{"reason", "too-many-connections"}, {"address", address}, {"detail", why}});
}

void Journal::BadBytes(const Channel& channel, const std::string& why) {
  metrics_.Count("dragoman_sip_malformed_total", {});
  log_.Warn("malformed", {{"reason", std::string(policy::Name(policy::Reason::kMalformed))},
                          {"address", channel.address()},
                          {"peer", channel.peer()},
                          {"detail", why}});
}

void Journal::Closed(const Channel& channel, const runtime::CloseInfo& info) {
  log_.Info("connection closed", {{"address", channel.address()},
                                  {"peer", channel.peer()},
                                  {"direction", Direction(channel)},
                                  {"cause", std::string(NameOf(info.cause))},
                                  {"detail", info.detail}});
}

void Journal::Answered(const Channel* channel, const sip::Response& response) {
  if (response.status() < 400) return;
  const auto cseq = sip::CSeq::Parse(response.Get("CSeq"));
  log_.Info("answered", {{"method", cseq ? cseq->method : ""},
                         {"status", std::to_string(response.status())},
                         {"call_id", std::string(response.Get("Call-ID"))},
                         {"peer", channel != nullptr ? channel->peer() : ""}});
}

void Journal::Ignored(const Channel& channel, const std::string& why) {
  metrics_.Count("dragoman_sip_ignored_total", {});
  log_.Info("ignored", {{"peer", channel.peer()}, {"detail", why}});
}

}  // namespace dragoman::sip_frontend
