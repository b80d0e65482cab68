// ComposeSip for Juliet, who writes to Romeo, with a sample configuration.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "core/translate/sip_outgoing.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {

class SipOutgoingTest : public testing::Test {
 protected:
  template <typename Act>
  Result<OutgoingSip, policy::Reason> Try(const Act& act, const envelope::SipDialog& dialog = {}) {
    envelope::Header header;
    header.id = id_;
    header.from = from_;
    header.to = to_;
    header.from_side = envelope::Side::kXmpp;
    header.hops = 40;
    return ComposeSip(header, {dialog, act}, {settings_, random_, kNow});
  }
  template <typename Act>
  OutgoingSip Compose(const Act& act, const envelope::SipDialog& dialog = {}) {
    auto sent = Try(act, dialog);
    EXPECT_TRUE(sent.has_value());
    return sent ? *std::move(sent) : OutgoingSip{};
  }
  static std::string Header(const OutgoingSip& sent, std::string_view name) {
    return std::string(sent.request.Get(name));
  }

  policy::Settings settings_ = SampleSettings();
  CountingRandom random_;
  envelope::MessageId id_{1};
  envelope::Address from_ = {"juliet", "jabber.example.com", "balcony"};
  envelope::Address to_ = kRomeo;
};

inline envelope::Chat Text(const std::string& text, const std::string& lang = {}) {
  envelope::Chat chat;
  chat.bodies = {{lang, text}};
  return chat;
}

inline envelope::SipDialog OpenDialog() {
  envelope::SipDialog dialog;
  dialog.call_id = "call-1";
  dialog.local_tag = "gw1";
  dialog.remote_tag = "r1";
  dialog.local_uri = "sip:juliet@jabber.example.com";
  dialog.remote_uri = "sip:romeo@contoso.com";
  dialog.remote_params = ";epid=b84a59c035";
  dialog.remote_target = "sip:romeo@contoso.com;opaque=user:epid:x;gruu";
  dialog.route_set = {"<sip:edge.contoso.com:5061;transport=tls;lr;ms-route-sig=x>;tag=9"};
  dialog.local_cseq = 12;
  dialog.event_id = "a7";
  return dialog;
}

}  // namespace dragoman::translate
