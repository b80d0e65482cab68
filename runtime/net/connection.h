// One TCP connection (or one to a Unix socket), in clear or under TLS: bytes in order, a bounded
// write queue, one end.
//
// Writes of one loop turn leave in one system call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "runtime/loop/loop.h"
#include "runtime/tls/context.h"

namespace dragoman::runtime {

using namespace std::chrono_literals;

// L-7: above, nothing is read until it is written: who does not read the answers asks no more.
inline constexpr std::size_t kWriteQueueBytesMax = 1 << 20;
inline constexpr Duration kNoProgressMax = 30s;  // L-8: unsent bytes and no byte accepted: reset
inline constexpr std::chrono::seconds kTcpIdleMax =
    60s;  // F-13: then TCP asks if the peer is there
inline constexpr std::chrono::seconds kTcpAskAgain = 10s;
inline constexpr Duration kHandshakeMax = 10s;      // L-5
inline constexpr Duration kCloseMax = 5s;           // for flushing and the peer's close
inline constexpr Duration kAcknowledgedPoll = 5ms;  // while the peer's TCP owes an acknowledgement
inline constexpr std::size_t kAcknowledgedMarksMax =
    64;  // turns told apart; beyond, they count as one

enum class CloseCause {
  kPeerClosed,  // orderly end by the peer (close_notify or FIN)
  kPeerReset,
  kLocal,  // Close() or Abort()
  kConnectFailed,
  kHandshakeFailed,
  kNoProgress,
  kTimeout,  // connecting or handshake took too long
};

struct CloseInfo {
  CloseCause cause = CloseCause::kLocal;
  std::string detail;  // for people and logs: "connection refused", "certificate has expired"
};

// Callbacks never run inside a call to the connection; always from the loop.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void OnOpen() {}                           // an outgoing connect succeeded
  virtual void OnSecure(const PeerCertificate&) {}   // the handshake is done
  virtual void OnBytes(std::string_view bytes) = 0;  // plaintext; valid only during the call
  // The peer's TCP has acknowledged the first `bytes` of all that was written; only if watched.
  virtual void OnAcknowledged(std::uint64_t) {}
  virtual void OnClosed(const CloseInfo& info) = 0;  // once, last; destroy the Connection after it
};

class Connection {
 public:
  // An outgoing connection. `address` is a numeric "ip" (v4 or v6 without brackets).
  static std::unique_ptr<Connection> Connect(Loop& loop, const std::string& address, int port,
                                             Duration timeout, ConnectionOwner& owner);
  // The same to the Unix socket of this name.
  static std::unique_ptr<Connection> ConnectPath(Loop& loop, const std::string& path,
                                                 Duration timeout, ConnectionOwner& owner);
  ~Connection();

  // After OnOpen, or on an accepted connection. Bytes that were read but not consumed before must
  // not exist (T-1).
  void StartTlsServer(std::shared_ptr<TlsContext> context);
  void StartTlsClient(std::shared_ptr<TlsContext> context, const std::string& sni);

  void Write(std::string_view bytes);
  std::uint64_t written() const;  // all bytes given to Write so far
  void WatchAcknowledgements();   // of what is written from here on
  void PauseReading(bool paused);
  void Close();  // flush, close_notify, FIN; OnClosed follows
  void Abort();  // reset; OnClosed follows

  std::size_t queued_bytes() const;
  bool congested() const;  // more than kWriteQueueBytesMax wait for the kernel
  bool secure() const;
  const std::string& peer_address()
      const;  // "192.0.2.1:5061", "[2001:db8::1]:5061", "unix:///path"

  class Impl;
  explicit Connection(std::shared_ptr<Impl> impl);

 private:
  std::shared_ptr<Impl> impl_;  // shared with work that is deferred to the end of the turn
};

}  // namespace dragoman::runtime
