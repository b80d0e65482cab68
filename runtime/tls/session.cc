#include "runtime/tls/session.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace dragoman::runtime {

// BoringSSL reads straight from the socket's buffer and writes into one string: its own memory BIO
// moves the rest of its buffer at every record.
struct TlsSession::Io {
  std::string_view in;
  std::string out;

  static int Read(BIO* bio, char* to, int size) {
    auto* io = static_cast<Io*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (io->in.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t taken = std::min(static_cast<std::size_t>(size), io->in.size());
    std::memcpy(to, io->in.data(), taken);
    io->in.remove_prefix(taken);
    return static_cast<int>(taken);
  }
  static int Write(BIO* bio, const char* from, int size) {
    static_cast<Io*>(BIO_get_data(bio))->out.append(from, static_cast<std::size_t>(size));
    return size;
  }
  static long Control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH; }

  static const BIO_METHOD* Method() {
    static const BIO_METHOD* method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "dragoman");
      BIO_meth_set_create(made, [](BIO* bio) {
        BIO_set_init(bio, 1);
        return 1;
      });
      BIO_meth_set_read(made, &Read);
      BIO_meth_set_write(made, &Write);
      BIO_meth_set_ctrl(made, &Control);
      return made;
    }();
    return method;
  }
};

TlsSession::TlsSession(std::shared_ptr<TlsContext> context, End end, const std::string& sni)
    : context_(std::move(context)), io_(std::make_unique<Io>()), ssl_(SSL_new(context_->get())) {
  BIO* bio = BIO_new(Io::Method());
  BIO_set_data(bio, io_.get());
  SSL_set_bio(ssl_.get(), bio, bio);  // for both directions: takes one reference (ssl.h)
  SSL_set_renegotiate_mode(ssl_.get(), ssl_renegotiate_never);
  if (end == End::kServer) {
    SSL_set_accept_state(ssl_.get());
    return;
  }
  SSL_set_connect_state(ssl_.get());
  if (!sni.empty()) SSL_set_tlsext_host_name(ssl_.get(), sni.c_str());
  SSL_do_handshake(ssl_.get());
}

TlsSession::~TlsSession() = default;

TlsSession::State TlsSession::Receive(std::string_view ciphertext, std::string& plaintext) {
  io_->in = ciphertext;
  ERR_clear_error();
  if (state_ == State::kHandshake) {
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) {
      state_ = State::kOpen;
    } else if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) {
      Fail("handshake");
    }
  }
  while (state_ == State::kOpen) {
    char buffer[16384];
    const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (got > 0) {
      plaintext.append(buffer, static_cast<std::size_t>(got));
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), got);
    if (error == SSL_ERROR_WANT_READ) break;
    if (error == SSL_ERROR_ZERO_RETURN) {
      state_ = State::kClosedByPeer;
    } else {
      Fail("record");
    }
  }
  io_->in = {};
  return state_;
}

void TlsSession::Send(std::string_view plaintext) {
  while (!plaintext.empty() && state_ == State::kOpen) {
    const std::size_t size = std::min<std::size_t>(plaintext.size(), 16384);
    const int sent = SSL_write(ssl_.get(), plaintext.data(), static_cast<int>(size));
    if (sent <= 0) return Fail("write");
    plaintext.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void TlsSession::Close() {
  if (state_ == State::kOpen || state_ == State::kClosedByPeer) SSL_shutdown(ssl_.get());
}

std::string TlsSession::TakeOutput() { return std::exchange(io_->out, {}); }

PeerCertificate TlsSession::peer() const { return PeerOf(ssl_.get()); }

void TlsSession::Fail(const char* what) {
  state_ = State::kFailed;
  const std::uint32_t code = ERR_peek_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  problem_ = std::string("TLS ") + what + " failed: " + (reason != nullptr ? reason : "closed");
  // Why the certificate was refused says more than that it was.
  if (code != 0 && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    const PeerCertificate shown = peer();
    problem_ += ": " + shown.problem + " (" + ToString(shown.names) + ")";
  }
  ERR_clear_error();
}

}  // namespace dragoman::runtime
