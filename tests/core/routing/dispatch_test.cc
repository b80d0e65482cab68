#include "core/routing/dispatch.h"

#include <gtest/gtest.h>

#include <string>

namespace dragoman::routing {
namespace {

using envelope::Address;
using envelope::Kind;
using envelope::Side;
using policy::Reason;

const Address kSipUser{"romeo", "contoso.com", "phone"};
const Address kXmppUser{"juliet", "jabber.example.com", "balcony"};

policy::Settings Served() {
  policy::Settings settings;
  settings.sip.domains = {"contoso.com"};
  settings.partners.push_back({.domains = {"jabber.example.com"}, .server = {}});
  return settings;
}

envelope::Header Of(Kind kind, Side side) {
  envelope::Header header;
  header.kind = kind;
  header.from_side = side;
  header.from = side == Side::kSip ? kSipUser : kXmppUser;
  header.to = side == Side::kSip ? kXmppUser : kSipUser;
  return header;
}

// Where it goes, in one word and the two users.
std::string Where(const envelope::Header& header) {
  struct Words {
    std::string operator()(const ToPresence& to) {
      return "presence " + ToString(to.watcher) + " of " + ToString(to.presentity);
    }
    std::string operator()(const ToConversation& to) {
      return "conversation " + ToString(to.sip_user) + " " + ToString(to.xmpp_user);
    }
    std::string operator()(const ToSending& to) {
      return "sending " + ToString(to.sip_user) + " " + ToString(to.xmpp_user);
    }
    std::string operator()(const PassOn&) { return "on"; }
    std::string operator()(const ToPage& to) {
      return "page " + ToString(to.sip_user) + " " + ToString(to.xmpp_user);
    }
    std::string operator()(const ToDomains& to) {
      return "domains " + to.sip_domain + " " + to.xmpp_domain;
    }
    std::string operator()(const Refuse& refuse) { return std::string(Name(refuse.reason)); }
  };
  return std::visit(Words{}, Dispatch(header, Served()));
}

struct Row {
  Kind kind;
  std::string from_sip;
  std::string from_xmpp;
};

const std::string kConversation = "conversation romeo@contoso.com juliet@jabber.example.com";
const std::string kSending = "sending romeo@contoso.com juliet@jabber.example.com";
const std::string kRomeoWatches = "presence romeo@contoso.com of juliet@jabber.example.com";
const std::string kJulietWatches = "presence juliet@jabber.example.com of romeo@contoso.com";

const Row kRows[] = {
    {Kind::kChat, kConversation, kSending},
    {Kind::kChatState, kConversation, kSending},
    {Kind::kSessionOpen, kConversation, "unsupported"},
    {Kind::kSessionClose, kConversation, "unsupported"},
    {Kind::kSubscribe, kRomeoWatches, kJulietWatches},
    {Kind::kUnsubscribe, kRomeoWatches, kJulietWatches},
    {Kind::kProbe, "unsupported", kJulietWatches},
    {Kind::kApprove, "unsupported", kRomeoWatches},
    {Kind::kDeny, "unsupported", kRomeoWatches},
    {Kind::kPresenceUpdate, kJulietWatches, kRomeoWatches},
    {Kind::kReceipt, "on", "page romeo@contoso.com juliet@jabber.example.com"},
    {Kind::kStreamLost, "unsupported", "domains contoso.com jabber.example.com"},
    {Kind::kSipCommand, "unsupported", "unsupported"},
    {Kind::kOutcome, "unsupported", "unsupported"},
    {Kind::kHello, "unsupported", "unsupported"},
};

TEST(DispatchTest, EachKindHasItsMachineAndItsPair) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Where(Of(row.kind, Side::kSip)), row.from_sip) << envelope::Name(row.kind);
    EXPECT_EQ(Where(Of(row.kind, Side::kXmpp)), row.from_xmpp) << envelope::Name(row.kind);
  }
}

TEST(DispatchTest, SEC1_NothingPassesBetweenDomainsThatAreNotServed) {
  envelope::Header header = Of(Kind::kChat, Side::kSip);
  header.to.domain = "elsewhere.example";
  EXPECT_EQ(Where(header), "domain-not-served");
  header = Of(Kind::kChat, Side::kSip);
  header.from.domain = "elsewhere.example";
  EXPECT_EQ(Where(header), "sender-not-allowed");
  header = Of(Kind::kChat, Side::kXmpp);
  header.from = {"a", "contoso.com", ""};
  EXPECT_EQ(Where(header), "sender-not-allowed");
}

TEST(DispatchTest, SEC3_WhatHasNoHopsLeftIsALoop) {
  envelope::Header header = Of(Kind::kChat, Side::kXmpp);
  header.hops = 0;
  EXPECT_EQ(Where(header), "loop-detected");
}

}  // namespace
}  // namespace dragoman::routing
