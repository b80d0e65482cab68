// A connection that is made to see how far it comes: addresses in turn, one time limit for all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/check/edge.h"
#include "cli/check/names.h"
#include "runtime/loop/loop.h"
#include "runtime/net/connection.h"

namespace dragoman::check {

inline constexpr Duration kCallMax{5000};         // the whole call
inline constexpr Duration kCallConnectMax{2000};  // one address of several

struct Address {
  std::string ip;
  std::uint16_t port = 0;
  bool direct_tls = false;
};

std::vector<Address> AddressesOf(const policy::HostPort& where, const Names& names);

class Caller : public runtime::ConnectionOwner {
 public:
  Caller(runtime::Loop& loop, std::vector<Address> addresses, Duration limit = kCallMax);
  void Start();

 protected:
  // What is known is complete; once, from the loop.
  virtual void Tell() = 0;
  void OnOpen() override;
  void OnSecure(const runtime::PeerCertificate& certificate) override;
  void OnClosed(const runtime::CloseInfo& info) override;
  void End();

  bool ended() const { return ended_; }
  runtime::Loop& loop() { return loop_; }
  runtime::Connection& connection() { return *connection_; }
  const Address& address() const { return addresses_[next_ - 1]; }
  Call call_;

 private:
  void TryNext();
  runtime::Loop& loop_;
  std::vector<Address> addresses_;
  std::size_t next_ = 0;
  Duration limit_length_;
  runtime::Timer limit_;
  std::unique_ptr<runtime::Connection> connection_, old_connection_;
  bool ended_ = false;
};

}  // namespace dragoman::check
