// The inside of a Connection, shared with the listener that accepts one.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "runtime/net/connection.h"
#include "runtime/tls/session.h"

namespace dragoman::runtime {

class Connection::Impl : public std::enable_shared_from_this<Connection::Impl> {
 public:
  Impl(Loop& loop, ConnectionOwner& owner);
  void Connect(const std::string& address, int port, Duration timeout);
  void ConnectPath(const std::string& path, Duration timeout);
  void Opened();  // the socket is connected (also: accepted)
  void SetOwner(ConnectionOwner& owner) { owner_ = &owner; }
  uv_tcp_t* tcp() { return &socket_->tcp; }

  void StartTls(std::shared_ptr<TlsContext> context, TlsSession::End end, const std::string& sni);
  void Write(std::string_view bytes);
  std::uint64_t written() const { return written_; }
  void WatchAcknowledgements() { watched_ = true; }
  void PauseReading(bool paused);
  void Close();
  void Abort();
  void Forget();  // the owner is gone

  bool congested() const { return congested_; }
  std::size_t queued_bytes() const { return pending_.size() + out_.size() + writing_; }
  bool secure() const { return tls_ && tls_->state() == TlsSession::State::kOpen; }
  const std::string& peer_address() const { return peer_address_; }

 private:
  union Socket {
    uv_tcp_t tcp;
    uv_pipe_t pipe;  // a Unix socket
  };
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(socket_.get()); }
  uv_connect_t* ConnectRequest();
  static void OnConnectDone(uv_connect_t* request, int status);
  void OnConnected(int status);
  void OpenedTcp();
  void UpdateReading();
  void OnRead(ssize_t size, const char* bytes);
  void OnCiphertext(std::string_view ciphertext);
  void OnTimer();
  void Arm();
  void ScheduleFlush();
  void Flush();
  void Pump();
  void Mark();
  void CheckAcknowledged();
  void WriteLater();
  void ShutDown();
  void Finish(CloseInfo info);

  Loop& loop_;
  ConnectionOwner* owner_;
  Timer timer_;
  Timer acknowledged_timer_;
  std::unique_ptr<Socket, UvClose<Socket>> socket_;
  std::optional<TlsSession> tls_;
  std::string peer_address_;
  std::string pending_;      // plaintext of this turn
  std::string out_;          // what goes to the kernel next
  std::size_t writing_ = 0;  // bytes the kernel would not take at once
  struct Turn {
    std::uint64_t sent;     // bytes on the wire at its end
    std::uint64_t written;  // bytes given to Write at its end
  };
  std::deque<Turn> turns_;  // whose bytes the peer's TCP has not acknowledged all
  std::uint64_t written_ = 0;
  std::uint64_t sent_ = 0;  // taken by the kernel
  bool watched_ = false;
  TimePoint progress_at_ = TimePoint::max();
  TimePoint deadline_ = TimePoint::max();
  bool open_ = false;
  bool closing_ = false;
  bool close_notified_ = false;
  bool shut_down_ = false;
  bool finished_ = false;
  bool paused_ = false;  // by the owner
  bool congested_ = false;
  bool flush_scheduled_ = false;
};

}  // namespace dragoman::runtime
