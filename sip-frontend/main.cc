// sip-frontend: reads its settings, checks its certificate, and turns the loop.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "core/sip/peer.h"
#include "runtime/dns/resolver.h"
#include "runtime/service/service.h"
#include "runtime/tls/context.h"
#include "sip-frontend/frontend.h"
#include "sip-frontend/journal.h"

namespace dragoman::sip_frontend {
namespace {

Result<std::shared_ptr<runtime::TlsContext>, std::string> LoadTls(
    const policy::SipSettings& settings, WallTime now) {
  auto tls = runtime::TlsContext::Load({.certificate_file = settings.tls.certificate,
                                        .key_file = settings.tls.key,
                                        .trust_file = settings.tls.trust,
                                        .on_untrusted = runtime::TrustFailure::kClose,
                                        .require_peer_certificate = true,
                                        .minimum = static_cast<std::uint16_t>(settings.tls.minimum),
                                        .alpn = {}},
                                       now);
  if (!tls) return Fail(tls.error());
  // An Edge compares the name that it dialled with the certificate; a mismatch shows there as a
  // bare 504 (ocs-dialect §1.3), so it is found here.
  if (const CertificateNames& names = (*tls)->own_names();
      !sip::CarriesHost(names, settings.fqdn)) {
    return Fail(settings.tls.certificate +
                ": sip.tls.certificate does not carry sip.fqdn: expected " + settings.fqdn +
                ", found " + ToString(names));
  }
  return tls;
}

int Run(runtime::Service& service) {
  const policy::Settings& settings = service.settings();
  auto tls = LoadTls(settings.sip, service.loop().Wall());
  if (!tls) {
    std::fprintf(stderr, "%s\n", tls.error().c_str());
    return runtime::kExitBadConfiguration;
  }
  auto resolver = runtime::Resolver::Create(
      service.loop(), {.servers = settings.dns_servers, .timeout = settings.dns_timeout});
  if (!resolver) {
    std::fprintf(stderr, "%s\n", resolver.error().c_str());
    return runtime::kExitBadConfiguration;
  }
  service.TellNotAfter("sip", (*tls)->not_after());
  Journal journal(service.log(), service.metrics());
  Frontend frontend({.loop = service.loop(),
                     .resolver = **resolver,
                     .random = service.random(),
                     .journal = journal,
                     .log = service.log(),
                     .metrics = service.metrics(),
                     .settings = settings,
                     .tls = *tls,
                     .self = {envelope::Role::kSipFrontend, service.instance(), DRAGOMAN_VERSION}});
  if (const auto started = frontend.Start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().c_str());
    return 1;
  }
  return service.Run({.ready = [&] { return frontend.ready(); },
                      .drain = [&] { frontend.Drain(); },
                      .idle = [&] { return frontend.idle(); },
                      .gauges =
                          [&] {
                            const auto set = [&](std::string_view name, std::size_t value) {
                              service.metrics().Set(name, {}, static_cast<double>(value));
                            };
                            frontend.seat().SetGauges();
                            set("dragoman_sip_in_flight", frontend.in_flight());
                            set("dragoman_sip_connections", frontend.connections());
                          },
                      .reload = [&]() -> Result<bool, std::string> {
                        frontend.seat().ReloadKeys();
                        auto fresh = LoadTls(settings.sip, service.loop().Wall());
                        if (!fresh) return Fail("sip.tls: " + fresh.error());
                        service.TellNotAfter("sip", (*fresh)->not_after());
                        frontend.SetTls(*std::move(fresh));
                        return true;
                      },
                      .give_up = [&] { frontend.GiveUp(); }});
}

}  // namespace
}  // namespace dragoman::sip_frontend

int main(int argc, char** argv) {
  auto created = dragoman::runtime::Service::Create(argc, argv, "sip-frontend");
  if (const int* status = std::get_if<int>(&created)) return *status;
  return dragoman::sip_frontend::Run(*std::get<0>(created));
}
