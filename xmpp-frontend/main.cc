#include <cstdio>

#include "xmpp-frontend/frontend.h"

int main(int argc, char** argv) {
  using namespace dragoman;
  auto created = runtime::Service::Create(argc, argv, "xmpp-frontend");
  if (const int* status = std::get_if<int>(&created)) return *status;
  runtime::Service& service = *std::get<std::unique_ptr<runtime::Service>>(created);
  const policy::Settings& settings = service.settings();

  // An untrusted certificate of a partner is told, not refused: dialback proves who it is (TLS-8).
  runtime::TlsSettings tls_settings;
  tls_settings.certificate_file = settings.xmpp.tls.certificate;
  tls_settings.key_file = settings.xmpp.tls.key;
  tls_settings.trust_file = settings.xmpp.tls.trust;
  auto tls = runtime::TlsContext::Load(tls_settings, service.loop().Wall());
  if (!tls) {
    std::fprintf(stderr, "xmpp.tls: %s\n", tls.error().c_str());
    return runtime::kExitBadConfiguration;
  }
  auto resolver =
      runtime::Resolver::Create(service.loop(), {settings.dns_servers, settings.dns_timeout});
  if (!resolver) {
    std::fprintf(stderr, "%s\n", resolver.error().c_str());
    return runtime::kExitBadConfiguration;
  }
  xmpp_frontend::Frontend frontend(service, *std::move(tls), *std::move(resolver));
  if (auto started = frontend.Start(); !started) {
    std::fprintf(stderr, "xmpp-frontend: %s\n", started.error().c_str());
    return 1;
  }
  return service.Run(frontend.hooks());
}
