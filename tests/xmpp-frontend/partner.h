// A partner's XMPP server on the test's own loop, in clear and by dialback: it proves us at once,
// acknowledges what it is told to, and keeps every stanza that it read.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/net/listener.h"
#include "xmpp-frontend/outgoing.h"

namespace dragoman::xmpp_frontend {

enum class Manages { kNot, kCounts, kForgets, kResumes };  // what it can of XEP-0198

// One stream to it, with what stands on it cut into elements.
class Served final : public runtime::ConnectionOwner {
 public:
  // `tls`: STARTTLS first, then it offers bidi (XEP-0288).
  explicit Served(Manages manages, std::shared_ptr<runtime::TlsContext> tls = nullptr)
      : manages_(manages), tls_(std::move(tls)) {}
  void Adopt(runtime::Listener::Pending& pending) { connection_ = pending.Adopt(*this); }
  void Send(std::string_view bytes) { connection_->Write(bytes); }
  void Acknowledge(std::size_t handled) {
    Send("<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(handled) + "'/>");
  }
  void BreakOff() { connection_->Abort(); }  // no </stream>
  void Close() { connection_->Close(); }     // nor here: a bare FIN

  bool acknowledges = true;  // at once, when it is asked
  bool verifies = true;      // says that each key is its own
  bool breaks = false;       // at each stanza
  bool resumed = false;      // it was asked to take up a lost stream
  std::size_t questions = 0;
  std::vector<std::string> stanzas;
  bool closed = false;

 private:
  void OnBytes(std::string_view bytes) override {
    text_ += bytes;
    for (std::size_t end = 0; (end = text_.find('>')) != std::string::npos;) {
      const std::string name = text_.substr(0, text_.find_first_of(" />"));
      const bool whole = name == "<message" || name == "<db:result" || name == "<db:verify";
      if (whole) {
        const std::string close = "</" + name.substr(1) + ">";
        const std::size_t at = text_.find(close);
        if (at == std::string::npos) return;
        end = at + close.size() - 1;
      }
      OnElement(text_.substr(0, end + 1));
      text_.erase(0, end + 1);
    }
  }
  void OnElement(const std::string& text) {
    if (text.starts_with("<stream:stream")) {
      Send(
          "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
          "xmlns:db='jabber:server:dialback' id='s' version='1.0'><stream:features>");
      if (tls_ && !connection_->secure())
        return Send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>");
      if (tls_) Send("<bidi xmlns='urn:xmpp:features:bidi'/>");
      Send("<dialback xmlns='urn:xmpp:features:dialback'/>");
      Send(manages_ == Manages::kNot ? "</stream:features>"
                                     : "<sm xmlns='urn:xmpp:sm:3'/></stream:features>");
    } else if (text.starts_with("<starttls")) {
      Send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
      connection_->StartTlsServer(tls_);
    } else if (text.starts_with("<db:result")) {
      Send("<db:result from='xmpp.example' to='sip.example' type='valid'/>");
    } else if (text.starts_with("<db:verify")) {
      if (!verifies) return;
      Send("<db:verify from='" + Value(text, "to") + "' to='" + Value(text, "from") + "' id='" +
           Value(text, "id") + "' type='valid'/>");
    } else if (text.starts_with("<enable")) {
      Send(manages_ >= Manages::kForgets
               ? "<enabled xmlns='urn:xmpp:sm:3' id='lost' resume='true'/>"
               : "<enabled xmlns='urn:xmpp:sm:3'/>");
    } else if (text.starts_with("<resume")) {
      resumed = true;
      Send(manages_ == Manages::kResumes ? "<resumed xmlns='urn:xmpp:sm:3' previd='lost' h='0'/>"
                                         : "<failed xmlns='urn:xmpp:sm:3'/>");
    } else if (text.starts_with("<r ")) {
      ++questions;
      if (acknowledges) Acknowledge(stanzas.size());
    } else if (text.starts_with("<message")) {
      stanzas.push_back(text);
      if (breaks) BreakOff();
    } else if (text == "</stream:stream>") {
      Send(text);
      Close();
    }
  }
  void OnClosed(const runtime::CloseInfo&) override { closed = true; }
  static std::string Value(const std::string& element, const std::string& name) {
    std::size_t at = element.find(" " + name + "=");
    if (at == std::string::npos) return {};
    at += name.size() + 2;
    return element.substr(at + 1, element.find(element[at], at + 1) - at - 1);
  }

  Manages manages_;
  std::shared_ptr<runtime::TlsContext> tls_;
  std::string text_;
  std::unique_ptr<runtime::Connection> connection_;
};

class PartnerTest : public testing::Test {
 protected:
  void SetUp() override {
    partner.domains = {"xmpp.example"};
    partner.tls = policy::Need::kDisabled;
    settings.xmpp.dialback_secrets = {std::string(32, 's')};
    Listen();
  }

  void Listen(int port = 0) {
    auto listening =
        runtime::Listener::Listen(loop, "127.0.0.1:" + std::to_string(port), [this](auto pending) {
          served.push_back(std::make_unique<Served>(manages, tls));
          served.back()->acknowledges = acknowledges;
          served.back()->verifies = verifies;
          served.back()->breaks = breaks;
          served.back()->Adopt(*pending);
        });
    if (!listening) std::abort();
    listener = *std::move(listening);
    partner.server = {{"127.0.0.1", static_cast<std::uint16_t>(listener->port())}};
  }

  // Turns the loop until `done`; false after ten seconds.
  bool Until(const std::function<bool()>& done) {
    const TimePoint give_up = loop.Now() + Duration(10'000);
    runtime::Timer tick(loop, [&] { loop.Stop(); });
    while (!done() && loop.Now() < give_up) {
      tick.StartAt(loop.Now() + Duration(1));
      loop.Run();
    }
    return done();
  }

  // Does `work` in every turn, before all else that is put off to its end, while this is kept.
  using Turns = std::shared_ptr<std::function<void()>>;
  [[nodiscard]] Turns EachTurn(std::function<void()> work) {
    auto turns = std::make_shared<std::function<void()>>(std::move(work));
    Turn(turns);
    return turns;
  }

  struct Local final : runtime::Resolver {
    void Addresses(const std::string&, OnAddresses done) override {
      done(std::vector<std::string>{"127.0.0.1"});
    }
    void Srv(const std::string&, OnSrv done) override { done(Fail(runtime::DnsError::kNotFound)); }
  };

  runtime::Loop loop;
  runtime::SystemRandom random;
  Local local;
  Finder finder{loop, local, random};
  policy::Settings settings;
  policy::Partner partner;
  Credentials credentials;  // none: in clear
  Outgoing::Place place{loop, finder, settings, credentials};
  Manages manages = Manages::kCounts;
  bool acknowledges = true, verifies = true, breaks = false;
  std::shared_ptr<runtime::TlsContext> tls;
  std::unique_ptr<runtime::Listener> listener;
  std::vector<std::unique_ptr<Served>> served;

 private:
  void Turn(const std::weak_ptr<std::function<void()>>& turns) {
    loop.Defer([this, turns] {
      const Turns kept = turns.lock();
      if (kept == nullptr) return;
      (*kept)();
      Turn(turns);
    });
  }
};

}  // namespace dragoman::xmpp_frontend
