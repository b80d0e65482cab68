// What the stream tests share: a random source that counts, effects as text, pieces of a stream.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/xmpp/inbound_stream.h"
#include "core/xmpp/outbound_stream.h"

namespace dragoman::xmpp {

inline const TimePoint t0{};
inline const std::string kSecret(32, 's');
inline constexpr std::string_view kStartTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
inline constexpr std::string_view kProceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

class CountingSource : public RandomSource {
 public:
  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_;
    ++next_;
  }

 private:
  std::uint8_t next_ = 1;
};

inline std::string Say(const InboundStream::Effect& effect) {
  struct {
    std::string operator()(const InboundStream::Send& send) { return send.bytes; }
    std::string operator()(const InboundStream::StartTls&) { return "TLS"; }
    std::string operator()(const InboundStream::Verify& ask) {
      return "VERIFY " + ask.from + " " + ask.to + " " + ask.id + " " + ask.key;
    }
    std::string operator()(const InboundStream::Proven& pair) {
      return "PROVEN " + pair.from + " " + pair.to + " " + std::string(Name(pair.proof));
    }
    std::string operator()(const InboundStream::Managed& managed) {
      return "MANAGED " + managed.id;
    }
    std::string operator()(const InboundStream::Stanza& stanza) {
      return "STANZA " + xml::Print(stanza.element, kServerNs);
    }
    std::string operator()(const InboundStream::Refused& refused) {
      return "REFUSED " + refused.what;
    }
    std::string operator()(const InboundStream::Close&) { return "CLOSE"; }
  } say;
  return std::visit(say, effect);
}

inline std::string Say(const OutboundStream::Effect& effect) {
  struct {
    std::string operator()(const OutboundStream::Send& send) { return send.bytes; }
    std::string operator()(const OutboundStream::StartTls&) { return "TLS"; }
    std::string operator()(const OutboundStream::Ready& ready) {
      std::string text = "READY " + std::string(Name(ready.proof));
      if (ready.managed) text += " managed " + ready.management_id;
      if (ready.resumed) text += " resumed " + std::to_string(*ready.resumed);
      return text;
    }
    std::string operator()(const OutboundStream::Acked& acked) {
      return "ACKED " + std::to_string(acked.handled);
    }
    std::string operator()(const OutboundStream::Stanza& stanza) {
      return "STANZA " + xml::Print(stanza.element, kServerNs);
    }
    std::string operator()(const OutboundStream::Answered& answered) {
      return "ANSWERED " + std::to_string(static_cast<int>(answered.verdict));
    }
    std::string operator()(const OutboundStream::Offers& offers) {
      return std::string("OFFERS") + (offers.starttls ? " starttls" : "") +
             (offers.starttls_required ? " required" : "") + (offers.external ? " external" : "") +
             (offers.dialback ? " dialback" : "");
    }
    std::string operator()(const OutboundStream::Failed& failed) {
      return "FAILED " + std::to_string(static_cast<int>(failed.failure));
    }
    std::string operator()(const OutboundStream::Close&) { return "CLOSE"; }
  } say;
  return std::visit(say, effect);
}

// Everything the machine says, one line for each effect.
template <typename Machine>
std::vector<std::string> Drain(Machine& machine) {
  std::vector<std::string> said;
  while (auto effect = machine.Poll()) said.push_back(Say(*effect));
  return said;
}

template <typename Machine>
std::vector<std::string> Feed(Machine& machine, std::string_view bytes, TimePoint now = t0) {
  machine.OnBytes(bytes, now);
  return Drain(machine);
}

inline std::string HeaderFrom(std::string_view from, std::string_view to,
                              std::string_view more = "version='1.0'") {
  return "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
         "xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback' "
         "from='" +
         std::string(from) + "' to='" + std::string(to) + "' " + std::string(more) + ">";
}

}  // namespace dragoman::xmpp
