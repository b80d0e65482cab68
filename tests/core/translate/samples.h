// What the tests of this folder share: a configuration, predictable randomness, and messages in
// short.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/envelope/message.h"
#include "core/policy/settings.h"
#include "core/sip/message.h"
#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::translate {

class CountingRandom : public RandomSource {
 public:
  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

inline const WallTime kNow{Duration(1'795'464'000'000)};  // 2026-11-23T20:00:00Z

// contoso.com is the SIP side, jabber.example.com a partner, public.example.org an unverified one.
inline policy::Settings SampleSettings(policy::Dialect dialect = policy::Dialect::kAuto) {
  policy::Settings settings;
  settings.sip.domains = {"contoso.com"};
  settings.sip.fqdn = "xmppgw.contoso.com";
  settings.sip.dialect = dialect;
  policy::Partner partner;
  partner.domains = {"jabber.example.com"};
  settings.partners.push_back(partner);
  partner.domains = {"public.example.org"};
  partner.type = policy::TrustClass::kPublicUnverified;
  settings.partners.push_back(partner);
  return settings;
}

inline const envelope::Address kRomeo{"romeo", "contoso.com", ""};           // SIP
inline const envelope::Address kJuliet{"juliet", "jabber.example.com", ""};  // XMPP

// `text` with LF instead of CRLF: start line, headers, an empty line, the body.
inline sip::Request SipRequest(std::string_view text) {
  const std::size_t split = text.find("\n\n");
  std::string head;
  for (const char c : text.substr(0, split)) {
    if (c == '\n') head += '\r';
    head += c;
  }
  std::string body(split == std::string_view::npos ? "" : text.substr(split + 2));
  auto request = sip::Request::Parse(std::move(head), std::move(body));
  EXPECT_TRUE(request.has_value()) << text;
  return request ? *std::move(request) : sip::Request();
}

// A request of Romeo's client for Juliet. `more`: header lines, then perhaps "\n" and a body.
inline sip::Request FromRomeo(const std::string& method, const std::string& more,
                              const std::string& to_tag = {}) {
  const std::string to = to_tag.empty() ? "" : ";tag=" + to_tag;
  const std::string uri = to_tag.empty() ? "sip:juliet@jabber.example.com"
                                         : "sip:xmppgw.contoso.com:5061;transport=tls";
  return SipRequest(method + " " + uri +
                    " SIP/2.0\n"
                    "Via: SIP/2.0/TLS edge.contoso.com:5061;branch=z9hG4bK1\n"
                    "Max-Forwards: 69\n"
                    "From: \"Romeo\"<sip:romeo@contoso.com>;tag=r1;epid=b84a59c035\n"
                    "To: <sip:juliet@jabber.example.com>" +
                    to +
                    "\n"
                    "Call-ID: call-1\n"
                    "CSeq: 7 " +
                    method + "\n" + more);
}

inline xml::Element Xml(const std::string& text) {
  auto element = xml::ParseDocument(text);
  EXPECT_TRUE(element.has_value()) << text;
  return element ? *std::move(element) : xml::Element();
}

template <typename Payload>
Payload PayloadOf(const envelope::Message& message) {
  EXPECT_EQ(message.header.kind, envelope::KindOf<Payload>());
  auto payload = envelope::Decode<Payload>(message.payload);
  EXPECT_TRUE(payload.has_value());
  return payload ? *std::move(payload) : Payload{};
}

}  // namespace dragoman::translate
