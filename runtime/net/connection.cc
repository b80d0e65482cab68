#include "runtime/net/connection.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "runtime/net/connection_impl.h"

namespace dragoman::runtime {
namespace {

constexpr std::size_t kWriteBytesMax =
    256 * 1024;  // handed to the kernel at once, so that progress is seen

CloseCause CauseOf(int status) {
  return status == UV_EOF ? CloseCause::kPeerClosed : CloseCause::kPeerReset;
}

}  // namespace

void Connection::Impl::StartTls(std::shared_ptr<TlsContext> context, TlsSession::End end,
                                const std::string& sni) {
  if (finished_) return;
  out_ += std::exchange(pending_, {});  // what was written before stays in clear
  tls_.emplace(std::move(context), end, sni);
  deadline_ = loop_.Now() + kHandshakeMax;
  Arm();
  ScheduleFlush();
}

void Connection::Impl::Write(std::string_view bytes) {
  if (finished_ || closing_) return;
  pending_ += bytes;
  written_ += bytes.size();
  ScheduleFlush();
}

void Connection::Impl::ScheduleFlush() {
  if (std::exchange(flush_scheduled_, true)) return;
  loop_.Defer([weak = weak_from_this()] {
    if (auto self = weak.lock()) {
      self->flush_scheduled_ = false;
      self->Flush();
    }
  });
}

// Once for each turn: everything written in it becomes as few records and system calls as can be.
void Connection::Impl::Flush() {
  if (finished_ || !open_) return;
  if (!tls_) {
    out_ += std::exchange(pending_, {});
  } else {
    if (tls_->state() == TlsSession::State::kOpen) tls_->Send(std::exchange(pending_, {}));
    out_ += tls_->TakeOutput();
  }
  if (closing_ && pending_.empty() && !close_notified_) {
    close_notified_ = true;
    if (tls_) {
      tls_->Close();
      out_ += tls_->TakeOutput();
    }
  }
  Mark();
  Pump();
  CheckAcknowledged();
  congested_ |= out_.size() + writing_ > kWriteQueueBytesMax;
  UpdateReading();
}

void Connection::Impl::Pump() {
  if (writing_ || finished_) return;
  while (!out_.empty()) {
    uv_buf_t buffer =
        uv_buf_init(out_.data(), static_cast<unsigned>(std::min(out_.size(), kWriteBytesMax)));
    const int sent = uv_try_write(stream(), &buffer, 1);
    if (sent == UV_EAGAIN) return WriteLater();
    if (sent < 0) return Finish({CauseOf(sent), uv_strerror(sent)});
    out_.erase(0, static_cast<std::size_t>(sent));
    sent_ += static_cast<std::uint64_t>(sent);
    progress_at_ = loop_.Now();
  }
  congested_ = false;
  if (close_notified_ && !shut_down_) ShutDown();
}

// Remembers how far on the wire the bytes of this turn go.
void Connection::Impl::Mark() {
  if (!watched_ || !pending_.empty()) return;
  const Turn turn{sent_ + writing_ + out_.size(), written_};
  if (!turns_.empty() && turns_.back().written == written_) return;
  if (turns_.size() >= kAcknowledgedMarksMax) turns_.pop_back();
  turns_.push_back(turn);
}

// The kernel keeps what the peer has not acknowledged: all but that has arrived.
void Connection::Impl::CheckAcknowledged() {
  if (turns_.empty() || finished_) return;
  uv_os_fd_t fd = -1;
  int kept = 0;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(tcp()), &fd) != 0 ||
      ioctl(fd, SIOCOUTQ, &kept) != 0) {
    return;
  }
  // Of what is being written the kernel may have a part already.
  const std::uint64_t taken = sent_ + writing_ - stream()->write_queue_size;
  const auto missing = static_cast<std::uint64_t>(kept);
  const std::uint64_t arrived = taken > missing ? taken - missing : 0;
  std::optional<std::uint64_t> told;
  while (!turns_.empty() && turns_.front().sent <= arrived) {
    told = turns_.front().written;
    turns_.pop_front();
  }
  if (!turns_.empty()) acknowledged_timer_.StartAt(loop_.Now() + kAcknowledgedPoll);
  if (told && owner_ != nullptr) owner_->OnAcknowledged(*told);
}

void Connection::Impl::WriteLater() {
  struct Request {
    uv_write_t write;
    std::string bytes;
    std::weak_ptr<Impl> owner;
  };
  auto* request = new Request{{}, out_.substr(0, kWriteBytesMax), weak_from_this()};
  out_.erase(0, request->bytes.size());
  writing_ = request->bytes.size();
  request->write.data = request;
  uv_buf_t buffer =
      uv_buf_init(request->bytes.data(), static_cast<unsigned>(request->bytes.size()));
  if (progress_at_ == TimePoint::max()) progress_at_ = loop_.Now();
  Arm();
  const int started =
      uv_write(&request->write, stream(), &buffer, 1, [](uv_write_t* done, int status) {
        std::unique_ptr<Request> freed(static_cast<Request*>(done->data));
        auto self = freed->owner.lock();
        if (self == nullptr || self->finished_) return;
        self->sent_ += self->writing_;
        self->writing_ = 0;
        self->progress_at_ = self->loop_.Now();
        if (status != 0) return self->Finish({CauseOf(status), uv_strerror(status)});
        self->Arm();
        self->Flush();
      });
  if (started != 0) {
    delete request;
    Finish({CauseOf(started), uv_strerror(started)});
  }
}

void Connection::Impl::ShutDown() {
  shut_down_ = true;
  deadline_ = loop_.Now() + kCloseMax;
  Arm();
  auto* request = new uv_shutdown_t;
  if (uv_shutdown(request, stream(), [](uv_shutdown_t* done, int) { delete done; }) != 0) {
    delete request;
    return Finish({CloseCause::kLocal, {}});
  }
  PauseReading(false);  // the peer's end is waited for
}

void Connection::Impl::OnRead(ssize_t size, const char* bytes) {
  if (size == 0 || finished_) return;
  if (size < 0) {
    const bool truncated = tls_ && tls_->state() == TlsSession::State::kHandshake;
    if (truncated)
      return Finish({CloseCause::kHandshakeFailed, "closed by the peer during the handshake"});
    return Finish({closing_ ? CloseCause::kLocal : CauseOf(static_cast<int>(size)),
                   uv_strerror(static_cast<int>(size))});
  }
  const std::string_view received(bytes, static_cast<std::size_t>(size));
  if (!tls_) {
    if (owner_ != nullptr && !closing_) owner_->OnBytes(received);
    return;
  }
  OnCiphertext(received);
}

void Connection::Impl::OnCiphertext(std::string_view ciphertext) {
  const bool was_open = tls_->state() == TlsSession::State::kOpen;
  std::string plaintext;
  const TlsSession::State state = tls_->Receive(ciphertext, plaintext);
  if (state == TlsSession::State::kFailed) {
    out_ += tls_->TakeOutput();  // the alert
    Pump();
    return Finish(
        {was_open ? CloseCause::kPeerReset : CloseCause::kHandshakeFailed, tls_->problem()});
  }
  if (!was_open && state != TlsSession::State::kHandshake) {
    deadline_ = TimePoint::max();
    Arm();
    if (owner_ != nullptr && !closing_) owner_->OnSecure(tls_->peer());
  }
  ScheduleFlush();
  if (!plaintext.empty() && owner_ != nullptr && !closing_ && !finished_)
    owner_->OnBytes(plaintext);
  if (state == TlsSession::State::kClosedByPeer && !finished_) {
    Finish({closing_ ? CloseCause::kLocal : CloseCause::kPeerClosed, "closed by the peer"});
  }
}

void Connection::Impl::PauseReading(bool paused) {
  paused_ = paused;
  UpdateReading();
}

void Connection::Impl::UpdateReading() {
  if (!open_ || finished_) return;
  if (paused_ || congested_) {
    uv_read_stop(stream());
    return;
  }
  uv_read_start(
      stream(),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        // What is read is handed on at once.
        const std::span<char> shared = static_cast<Impl*>(handle->data)->loop_.ReadBuffer();
        *buffer = uv_buf_init(shared.data(), static_cast<unsigned>(shared.size()));
      },
      [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
        auto self = static_cast<Impl*>(stream->data)->shared_from_this();
        self->OnRead(size, buffer->base);
      });
}

void Connection::Impl::Close() {
  if (finished_ || std::exchange(closing_, true)) return;
  if (!open_) return Finish({CloseCause::kLocal, {}});
  deadline_ = loop_.Now() + kCloseMax;
  Arm();
  ScheduleFlush();
}

void Connection::Impl::Abort() {
  if (finished_) return;
  uv_os_fd_t fd = -1;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(tcp()), &fd) == 0) {
    const linger reset{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  Finish({CloseCause::kLocal, {}});
}

void Connection::Impl::OnTimer() {
  if (finished_) return;
  const TimePoint now = loop_.Now();
  if (deadline_ <= now) {
    if (closing_) return Finish({CloseCause::kLocal, {}});
    return Finish(
        {CloseCause::kTimeout, open_ ? "handshake took too long" : "connecting took too long"});
  }
  if (writing_ > 0 && progress_at_ + kNoProgressMax <= now) {
    return Finish({CloseCause::kNoProgress, "the peer reads nothing"});
  }
  Arm();
}

void Connection::Impl::Arm() {
  TimePoint when = deadline_;
  if (writing_ > 0) when = std::min(when, progress_at_ + kNoProgressMax);
  timer_.StartAt(when);
}

// The owner hears of it from the loop, after everything that was under way.
void Connection::Impl::Finish(CloseInfo info) {
  if (std::exchange(finished_, true)) return;
  timer_.Stop();
  acknowledged_timer_.Stop();
  socket_.reset();
  loop_.Defer([weak = weak_from_this(), told = std::move(info)] {
    auto self = weak.lock();
    if (self == nullptr || self->owner_ == nullptr) return;
    std::exchange(self->owner_, nullptr)->OnClosed(told);
  });
}

void Connection::Impl::Forget() {
  owner_ = nullptr;
  Finish({});
}

std::unique_ptr<Connection> Connection::Connect(Loop& loop, const std::string& address, int port,
                                                Duration timeout, ConnectionOwner& owner) {
  auto impl = std::make_shared<Impl>(loop, owner);
  impl->Connect(address, port, timeout);
  return std::make_unique<Connection>(std::move(impl));
}

std::unique_ptr<Connection> Connection::ConnectPath(Loop& loop, const std::string& path,
                                                    Duration timeout, ConnectionOwner& owner) {
  auto impl = std::make_shared<Impl>(loop, owner);
  impl->ConnectPath(path, timeout);
  return std::make_unique<Connection>(std::move(impl));
}

Connection::Connection(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() { impl_->Forget(); }
void Connection::StartTlsServer(std::shared_ptr<TlsContext> context) {
  impl_->StartTls(std::move(context), TlsSession::End::kServer, {});
}
void Connection::StartTlsClient(std::shared_ptr<TlsContext> context, const std::string& sni) {
  impl_->StartTls(std::move(context), TlsSession::End::kClient, sni);
}
void Connection::Write(std::string_view bytes) { impl_->Write(bytes); }
std::uint64_t Connection::written() const { return impl_->written(); }
void Connection::WatchAcknowledgements() { impl_->WatchAcknowledgements(); }
void Connection::PauseReading(bool paused) { impl_->PauseReading(paused); }
void Connection::Close() { impl_->Close(); }
void Connection::Abort() { impl_->Abort(); }
std::size_t Connection::queued_bytes() const { return impl_->queued_bytes(); }
bool Connection::congested() const { return impl_->congested(); }
bool Connection::secure() const { return impl_->secure(); }
const std::string& Connection::peer_address() const { return impl_->peer_address(); }

}  // namespace dragoman::runtime
