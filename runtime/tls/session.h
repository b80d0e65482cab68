// One end of a TLS connection without its socket: ciphertext in and out, plaintext in and out.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/tls/context.h"

namespace dragoman::runtime {

class TlsSession {
 public:
  enum class End { kServer, kClient };
  // `sni`: the name the client asks for; empty: none.
  TlsSession(std::shared_ptr<TlsContext> context, End end, const std::string& sni);
  ~TlsSession();

  enum class State { kHandshake, kOpen, kClosedByPeer, kFailed };
  // Takes all of `ciphertext`; appends what became readable to `plaintext`.
  State Receive(std::string_view ciphertext, std::string& plaintext);
  void Send(std::string_view plaintext);  // only in kOpen
  void Close();                           // close_notify
  std::string TakeOutput();               // ciphertext to send

  State state() const { return state_; }
  const std::string& problem() const { return problem_; }  // of kFailed, for people
  PeerCertificate peer() const;

 private:
  struct Io;
  void Fail(const char* what);
  std::shared_ptr<TlsContext> context_;
  std::unique_ptr<Io> io_;
  bssl::UniquePtr<SSL> ssl_;
  State state_ = State::kHandshake;
  std::string problem_;
};

}  // namespace dragoman::runtime
