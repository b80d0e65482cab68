// Opens a stream to a partner's server, as far as the last features, and ends it in order.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/check/gather/caller.h"
#include "cli/check/names.h"
#include "cli/check/partner.h"
#include "core/base/random.h"
#include "runtime/tls/context.h"

namespace dragoman::check {

inline constexpr std::size_t kAddressesMax = 16;  // tried for one partner

// As an xmpp-frontend would try them: the configured server, else by SRV (DISC-1, DISC-3..5).
std::vector<Address> AddressesOf(const std::string& domain, const policy::Partner& partner,
                                 const Names& names, RandomSource& random);

class PartnerCaller : public Caller {
 public:
  struct Tls {
    std::shared_ptr<runtime::TlsContext> starttls, direct;  // null: `problem` says why
    std::string problem;
  };
  using Done = std::function<void(const PartnerCall&)>;
  PartnerCaller(runtime::Loop& loop, PartnerQuestion asked, std::vector<Address> addresses, Tls tls,
                Done done);

 private:
  void Tell() override;
  void OnOpen() override;
  void OnSecure(const runtime::PeerCertificate& certificate) override;
  void OnBytes(std::string_view bytes) override;
  void Drain();
  void OnOffers(const xmpp::OutboundStream::Offers& offers);
  void StartTls();

  PartnerQuestion asked_;
  Tls tls_;
  Done done_;
  PartnerCall made_;
  std::optional<xmpp::OutboundStream> machine_;
};

}  // namespace dragoman::check
