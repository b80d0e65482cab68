// A SIP front-end on one loop with all that it talks to: a router that answers as it is told, and
// Edge Servers that are this test. Real TLS over loopback, real ZeroMQ; throw-away certificates.
#pragma once

#include <stdlib.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/envelope/message.h"
#include "core/sip/framer.h"
#include "runtime/cluster/seat.h"
#include "runtime/net/listener.h"
#include "sip-frontend/frontend.h"

namespace dragoman::sip_frontend {

class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "dragoman-sip-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  // name.crt and name.key, signed by ca.crt, for the DNS name `host`.
  void Certify(const std::string& name, const std::string& host) const {
    const std::string base = path_ + "/" + name;
    if (!std::filesystem::exists(path_ + "/ca.crt")) {
      Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
          "/CN=ca -keyout " +
          path_ + "/ca.key -out " + path_ + "/ca.crt");
    }
    Run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + host +
        " -keyout " + base + ".key -out " + base + ".csr");
    std::ofstream(base + ".ext") << "subjectAltName=DNS:" << host << "\n";
    Run("openssl x509 -req -days 2 -in " + base + ".csr -CA " + path_ + "/ca.crt -CAkey " + path_ +
        "/ca.key -CAcreateserial -extfile " + base + ".ext -out " + base + ".crt");
  }

  std::shared_ptr<runtime::TlsContext> Context(const std::string& name, WallTime now) const {
    auto context = runtime::TlsContext::Load({.certificate_file = path_ + "/" + name + ".crt",
                                              .key_file = path_ + "/" + name + ".key",
                                              .trust_file = path_ + "/ca.crt",
                                              .on_untrusted = runtime::TrustFailure::kClose,
                                              .require_peer_certificate = true,
                                              .alpn = {}},
                                             now);
    if (!context) std::abort();
    return *context;
  }

 private:
  static void Run(const std::string& command) {
    if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) std::abort();
  }
  std::string path_;
};

// One end of a TLS connection with the front-end.
class Peer final : public runtime::ConnectionOwner {
 public:
  Peer(runtime::Loop& loop, std::shared_ptr<runtime::TlsContext> tls)
      : loop_(loop), tls_(std::move(tls)) {}

  void Connect(int port) {
    connection_ = runtime::Connection::Connect(loop_, "127.0.0.1", port, 5s, *this);
  }
  void Adopt(runtime::Listener::Pending& pending) {
    connection_ = pending.Adopt(*this);
    connection_->StartTlsServer(tls_);
  }
  void Send(const std::string& bytes) { connection_->Write(bytes); }
  void Close() { connection_->Close(); }
  void StopReading() { connection_->PauseReading(true); }

  std::vector<sip::Request> requests;
  std::vector<sip::Response> responses;
  int pings = 0;
  int keep_alives = 0;
  bool secure = false;
  std::optional<runtime::CloseInfo> closed;

 private:
  void OnOpen() override { connection_->StartTlsClient(tls_, "gw.example.net"); }
  void OnSecure(const runtime::PeerCertificate&) override { secure = true; }
  void OnBytes(std::string_view bytes) override {
    if (bytes == "\r\n") ++pings;
    framer_.Feed(bytes, loop_.Now());
    while (auto event = framer_.Poll()) {
      if (auto* request = std::get_if<sip::Request>(&*event))
        requests.push_back(std::move(*request));
      if (auto* response = std::get_if<sip::Response>(&*event))
        responses.push_back(std::move(*response));
      if (std::holds_alternative<sip::Framer::KeepAlive>(*event)) ++keep_alives;
    }
  }
  void OnClosed(const runtime::CloseInfo& info) override { closed = info; }

  runtime::Loop& loop_;
  std::shared_ptr<runtime::TlsContext> tls_;
  std::unique_ptr<runtime::Connection> connection_;
  sip::Framer framer_;
};

// Answers every delivery with `outcome`; sends commands.
class Router {
 public:
  Router(runtime::Loop& loop, const std::string& endpoint, runtime::Log& log)
      : seat_({loop, log, metrics_, settings_, {envelope::Role::kRouter, "router-test", "test"}},
              {[this](envelope::Message message) {
                 const envelope::MessageId id = message.header.id;
                 delivered.push_back(std::move(message));
                 if (outcome) seat_.Reply(id, *outcome);
               },
               [this](const envelope::MessageId&, envelope::Outcome given) {
                 outcomes.push_back(std::move(given));
               }}) {
    if (!seat_.Bind(endpoint)) std::abort();
  }

  void Command(const envelope::SipCommand& command, envelope::Address from, envelope::Address to,
               std::uint16_t id) {
    envelope::MessageId message_id{};
    message_id[0] = static_cast<std::uint8_t>(id);
    message_id[1] = static_cast<std::uint8_t>(id >> 8);
    auto message = envelope::MakeMessage(message_id, envelope::Side::kXmpp, std::move(from),
                                         std::move(to), command);
    message.header.budget_ms = 8000;
    seat_.Request(std::move(message), {envelope::Role::kSipFrontend, 1});
  }
  void Answer(const envelope::MessageId& id, const envelope::Outcome& given) {
    seat_.Reply(id, given);
  }
  std::size_t members() const { return seat_.members(envelope::Role::kSipFrontend); }

  std::optional<envelope::Outcome> outcome = envelope::Outcome{};
  std::vector<envelope::Message> delivered;
  std::vector<envelope::Outcome> outcomes;

 private:
  policy::Settings settings_;
  runtime::Metrics metrics_;
  runtime::Seat seat_;
};

}  // namespace dragoman::sip_frontend
