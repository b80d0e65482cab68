#include <cstdio>

#include "xmpp-frontend/frontend.h"

int main(int argc, char** argv) {
  using namespace dragoman;
  auto created = runtime::Service::Create(argc, argv, "xmpp-frontend");
  if (const int* status = std::get_if<int>(&created)) return *status;
  runtime::Service& service = *std::get<std::unique_ptr<runtime::Service>>(created);
  const policy::Settings& settings = service.settings();

  auto credentials = xmpp_frontend::Credentials::Load(settings.xmpp.tls, service.loop().Wall());
  if (!credentials) {
    std::fprintf(stderr, "xmpp.tls: %s\n", credentials.error().c_str());
    return runtime::kExitBadConfiguration;
  }
  auto resolver =
      runtime::Resolver::Create(service.loop(), {settings.dns_servers, settings.dns_timeout});
  if (!resolver) {
    std::fprintf(stderr, "%s\n", resolver.error().c_str());
    return runtime::kExitBadConfiguration;
  }
  xmpp_frontend::Frontend frontend(service, *std::move(credentials), *std::move(resolver));
  if (auto started = frontend.Start(); !started) {
    std::fprintf(stderr, "xmpp-frontend: %s\n", started.error().c_str());
    return 1;
  }
  return service.Run(frontend.hooks());
}
