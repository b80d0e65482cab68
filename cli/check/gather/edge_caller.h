// Calls an Edge Server: TLS with our certificate, then OPTIONS to the Edge itself.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/check/gather/caller.h"
#include "core/base/random.h"
#include "core/policy/settings.h"
#include "core/sip/framer.h"
#include "runtime/tls/context.h"

namespace dragoman::check {

class EdgeCaller : public Caller {
 public:
  struct To {
    policy::HostPort edge;
    std::vector<Address> addresses;
    std::shared_ptr<runtime::TlsContext> tls;  // null: `no_tls` says why
    std::string no_tls;
  };
  using Done = std::function<void(const EdgeCall&)>;
  // `from`: the domain that the request comes from; `options` is the request.
  EdgeCaller(runtime::Loop& loop, To to, std::string options, Done done);

 private:
  void Tell() override;
  void OnOpen() override;
  void OnSecure(const runtime::PeerCertificate& certificate) override;
  void OnBytes(std::string_view bytes) override;

  To to_;
  std::string options_;
  Done done_;
  EdgeCall made_;
  sip::Framer framer_;
};

// For the Edge itself: a proxy does not pass it on, whoever sends it (Max-Forwards: 0). It comes
// from a partner domain, because an Edge looks for that on its allow list.
std::string PrintOptions(const policy::HostPort& edge, const policy::Settings& settings,
                         RandomSource& random);

}  // namespace dragoman::check
