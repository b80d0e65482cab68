// A partner's stream to us that is secured, its certificate good for xmpp.example.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

#include "tests/core/xmpp/stream_samples.h"

namespace dragoman::xmpp {

class SecuredInTest : public testing::Test {
 protected:
  virtual InboundRules Rules() {
    InboundRules rules;
    rules.hosts = [](std::string_view domain) { return domain == "sip.example"; };
    rules.policy = [](std::string_view) { return PeerPolicy{}; };
    rules.dialback_secrets = {kSecret};
    return rules;
  }
  void SetUp() override {
    stream_.emplace(Rules(), random_, t0);
    Feed(*stream_, HeaderFrom("xmpp.example", "sip.example"));
    Feed(*stream_, kStartTls);
    stream_->OnTls(t0, {[](std::string_view domain) { return domain == "xmpp.example"; }});
    Feed(*stream_, HeaderFrom("xmpp.example", "sip.example"));
  }
  void Authenticate() {
    Feed(*stream_, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>");
    Feed(*stream_, HeaderFrom("xmpp.example", "sip.example"));
  }

  CountingSource random_;
  std::optional<InboundStream> stream_;
};

}  // namespace dragoman::xmpp
