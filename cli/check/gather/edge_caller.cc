#include "cli/check/gather/edge_caller.h"

#include <utility>
#include <variant>

#include "cli/check/names.h"
#include "core/sip/message.h"

namespace dragoman::check {

EdgeCaller::EdgeCaller(runtime::Loop& loop, To to, std::string options, Done done)
    : Caller(loop, to.addresses),
      to_(std::move(to)),
      options_(std::move(options)),
      done_(std::move(done)) {
  made_.no_tls = to_.no_tls;
}

void EdgeCaller::Tell() {
  made_.call = call_;
  done_(made_);
}

void EdgeCaller::OnOpen() {
  Caller::OnOpen();
  if (to_.tls == nullptr) return End();
  connection().StartTlsClient(to_.tls, to_.edge.host);
}

void EdgeCaller::OnSecure(const runtime::PeerCertificate& certificate) {
  Caller::OnSecure(certificate);
  connection().Write(options_);
}

void EdgeCaller::OnBytes(std::string_view bytes) {
  if (ended()) return;
  framer_.Feed(bytes, loop().Now());
  while (auto event = framer_.Poll()) {
    if (const auto* response = std::get_if<sip::Response>(&*event)) {
      if (response->IsProvisional()) continue;
      made_.status = response->status();
      made_.reason = response->reason();
      made_.server = response->Get("Server");
      return End();
    }
    if (const auto* broken = std::get_if<sip::Framer::Broken>(&*event)) {
      call_.trouble = "not SIP: " + broken->why;
      return End();
    }
  }
}

std::string PrintOptions(const policy::HostPort& edge, const policy::Settings& settings,
                         RandomSource& random) {
  std::string from = settings.sip.fqdn;
  for (const policy::Partner& partner : settings.partners) {
    if (const auto named = NamedDomains(partner); !named.empty()) {
      from = named.front();
      break;
    }
  }
  const std::string us = settings.sip.fqdn + ":" + std::to_string(settings.sip.public_port);
  const std::string target = "sip:" + policy::ToString(edge) + ";transport=tls";
  sip::Request request("OPTIONS", target);
  request.Add("Via", "SIP/2.0/TLS " + us + ";branch=z9hG4bK" + RandomToken(random));
  request.Add("Max-Forwards", "0");
  request.Add("From", "<sip:" + from + ">;tag=" + RandomToken(random));
  request.Add("To", "<" + target + ">");
  request.Add("Call-ID", RandomToken(random));
  request.Add("CSeq", "1 OPTIONS");
  request.Add("Contact", "<sip:" + us + ";transport=tls>");
  request.Add("Accept", "application/sdp");
  return request.ToString();
}

}  // namespace dragoman::check
