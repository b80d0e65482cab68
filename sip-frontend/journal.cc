#include "sip-frontend/journal.h"

#include "core/translate/address.h"
#include "core/translate/sip_reply.h"
#include "runtime/cluster/refusals.h"

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

// Of From or To: as other lines have it, or as it stands there if it is no address of both sides.
std::string AddressIn(std::string_view field) {
  const auto named = sip::NameAddr::Parse(field);
  if (!named) return std::string(field);
  const auto address = translate::ParseSipAddress(named->uri);
  return address ? envelope::ToString(*address) : named->uri;
}

std::string MethodOf(const sip::Response& response) {
  const auto cseq = sip::CSeq::Parse(response.Get("CSeq"));
  return cseq ? cseq->method : "";
}

}  // namespace

void Journal::Refused(const envelope::Header& header, const envelope::Outcome& outcome) {
  runtime::TellRefused(log_, header, outcome);
}

void Journal::RefusedAtGate(const Channel& channel, const sip::Response& answer) {
  const translate::SipCause cause = translate::CauseOf(answer);
  log_.Info("refused", {{"kind", std::string(runtime::kGate)},
                        {"reason", std::string(policy::Name(cause.reason))},
                        {"method", MethodOf(answer)},
                        {"status", std::to_string(answer.status())},
                        {"from", AddressIn(answer.Get("From"))},
                        {"to", AddressIn(answer.Get("To"))},
                        {"call_id", std::string(answer.Get("Call-ID"))},
                        {"peer", channel.peer()},
                        {"detail", cause.text}});
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

void Journal::ConnectionRefused(const std::string& address, const std::string& why) {
  const std::string reason(policy::Name(policy::Reason::kOverloaded));
  metrics_.Count("dragoman_sip_peers_refused_total", {{"reason", reason}});
  log_.Warn("connection refused", {{"reason", reason}, {"address", address}, {"detail", why}});
}

void Journal::BadBytes(const Channel& channel, const std::string& why, policy::Reason reason) {
  metrics_.Count("dragoman_sip_malformed_total", {});
  log_.Warn("malformed", {{"reason", std::string(policy::Name(reason))},
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
  const policy::Reason reason = translate::CauseOf(response).reason;
  log_.Info("answered", {{"method", MethodOf(response)},
                         {"status", std::to_string(response.status())},
                         {"reason", std::string(policy::Name(reason))},
                         {"call_id", std::string(response.Get("Call-ID"))},
                         {"peer", channel != nullptr ? channel->peer() : ""}});
}

void Journal::Dropped(const Channel& channel, const std::string& why) {
  metrics_.Count("dragoman_dropped_total", {{"from", "sip"}});
  log_.Info("dropped", {{"peer", channel.peer()}, {"why", why}});
}

}  // namespace dragoman::sip_frontend
