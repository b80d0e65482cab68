#include "cli/check/gather/caller.h"

#include <utility>

namespace dragoman::check {

std::vector<Address> AddressesOf(const policy::HostPort& where, const Names& names) {
  std::vector<Address> addresses;
  if (const HostAnswer host = names.Host(where.host)) {
    for (const std::string& ip : *host) addresses.push_back({ip, where.port});
  }
  return addresses;
}

Caller::Caller(runtime::Loop& loop, std::vector<Address> addresses, Duration limit)
    : loop_(loop), addresses_(std::move(addresses)), limit_length_(limit), limit_(loop, [this] {
        call_.late = true;
        if (call_.trouble.empty()) call_.trouble = "no answer in time";
        End();
      }) {}

void Caller::Start() {
  limit_.StartAt(loop_.Now() + limit_length_);
  TryNext();
}

void Caller::TryNext() {
  if (next_ == addresses_.size()) return End();
  const Address& to = addresses_[next_++];
  connection_ = runtime::Connection::Connect(loop_, to.ip, to.port, kCallConnectMax, *this);
  call_.address = connection_->peer_address();
}

void Caller::OnOpen() {
  call_.connected = true;
  call_.trouble.clear();
}

void Caller::OnSecure(const runtime::PeerCertificate& certificate) {
  call_.secure = true;
  call_.certificate = certificate;
}

void Caller::OnClosed(const runtime::CloseInfo& info) {
  if (ended_) return;
  call_.trouble = info.detail;
  if (!call_.connected) {
    old_connection_ = std::move(connection_);  // it may not be destroyed inside its own call
    return TryNext();
  }
  if (call_.trouble.empty()) call_.trouble = "closed by the other side";
  End();
}

void Caller::End() {
  if (std::exchange(ended_, true)) return;
  limit_.Stop();
  if (connection_ != nullptr) connection_->Close();
  loop_.Defer([this] { Tell(); });
}

}  // namespace dragoman::check
