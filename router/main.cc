#include <cstdio>

#include "router/router.h"

int main(int argc, char** argv) {
  using dragoman::runtime::Service;
  auto created = Service::Create(argc, argv, "router");
  if (const int* status = std::get_if<int>(&created)) return *status;
  Service& service = *std::get<std::unique_ptr<Service>>(created);
  dragoman::router::Router router(service);
  if (auto started = router.Start(); !started) {
    std::fprintf(stderr, "router: %s\n", started.error().c_str());
    return 1;
  }
  return service.Run(router.hooks());
}
