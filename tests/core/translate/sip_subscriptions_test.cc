// SUBSCRIBE and NOTIFY on their way in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/translate/samples.h"
#include "tests/core/translate/sip_intake_fixture.h"

namespace dragoman::translate {
namespace {

using testing::ElementsAre;

class SipSubscriptionsTest : public SipIntakeFixture {};

struct SubscribeRow {
  std::string headers;
  std::uint32_t expires;
};

const SubscribeRow kSubscribes[] = {
    {"", 3600},  // EVT-2
    {"Expires: 600\n", 600},
    {"Expires: 60\n", 60},
    {"Expires: 0\n", 0},  // EVT-3
    {"Expires: 4294967295\n", 28800},
    {"Expires: never\n", 3600},  // SIP-4
    {"Accept: application/msrtc-event-categories+xml, text/xml+msrtc.pidf, application/pidf+xml\n",
     3600},
    {"Accept: */*\n", 3600},
    {"Require: adhoclist, categoryList\nProxy-Require: ms-benotify\n", 3600},
    {"Content-Type: application/msrtc-adrl-categorylist+xml\n\n<batchSub xmlns='u'><action>"
     "<adhocList><resource uri='a'/></adhocList></action></batchSub>",
     3600},
};

TEST_F(SipSubscriptionsTest, EVT2_EVT8_ASubscriptionIsTakenWithItsLifetime) {
  for (const SubscribeRow& row : kSubscribes) {
    const SipEvent event = Event(
        FromRomeo("SUBSCRIBE", std::string(kContact) + "Event: presence;id=a7\n" + row.headers));
    const auto subscribe = PayloadOf<envelope::Subscribe>(event.message);
    EXPECT_EQ(subscribe.expires, row.expires) << row.headers;
    ASSERT_TRUE(subscribe.dialog.has_value());
    EXPECT_EQ(subscribe.dialog->event_id, "a7");
    EXPECT_EQ(subscribe.dialog->local_tag, event.local_tag);
    EXPECT_EQ(event.message.header.budget_ms, kPresenceBudgetMs);
  }
}

TEST_F(SipSubscriptionsTest, EVT8_ASubscriptionRemembersTheFormatItsWatcherTakes) {
  const auto dialog = [&](const std::string& headers) {
    const SipEvent event =
        Event(FromRomeo("SUBSCRIBE", std::string(kContact) + "Event: presence\n" + headers));
    return *PayloadOf<envelope::Subscribe>(event.message).dialog;
  };
  const std::string takes_benotify =
      "Supported: ms-piggyback-first-notify\nSupported: ms-benotify\n";
  EXPECT_EQ(dialog("").format, envelope::PresenceFormat::kPidf);
  EXPECT_EQ(dialog("Accept: text/xml+msrtc.pidf\n").format, envelope::PresenceFormat::kMsrtc);
  EXPECT_FALSE(dialog(takes_benotify).benotify);
  settings_.sip.presence.benotify = true;
  EXPECT_TRUE(dialog(takes_benotify).benotify);
  EXPECT_FALSE(dialog("").benotify);
}

const char kPidf[] =
    "Content-Type: application/pidf+xml\n\n"
    "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:romeo@contoso.com'>"
    "<tuple id='ID-orchard'><status><basic>open</basic></status>"
    "<note xml:lang='en'>here</note></tuple></presence>";

TEST_F(SipSubscriptionsTest, EVT15_ANotificationIsACompleteUpdate) {
  const SipEvent event = Event(FromRomeo(
      "NOTIFY",
      std::string("Event: presence\nSubscription-State: active;expires=3599\n") + kContact + kPidf,
      "gw1"));
  const auto update = PayloadOf<envelope::PresenceUpdate>(event.message);
  EXPECT_TRUE(update.complete);
  EXPECT_TRUE(update.has_document);
  EXPECT_EQ(update.subscription, envelope::SubscriptionState::kActive);
  EXPECT_EQ(update.expires, 3599u);
  ASSERT_EQ(update.resources.size(), 1u);
  EXPECT_EQ(update.resources[0].resource, "orchard");
  EXPECT_TRUE(update.resources[0].available);
  EXPECT_THAT(update.resources[0].notes, ElementsAre(envelope::Text{"en", "here"}));
  ASSERT_TRUE(update.dialog.has_value());
  EXPECT_EQ(update.dialog->remote_tag, "r1");
  EXPECT_EQ(event.message.header.budget_ms, kPresenceBudgetMs);
}

TEST_F(SipSubscriptionsTest, EVT6_PRES16_TheStateOfASubscriptionIsRead) {
  const auto update_of = [&](const std::string& state) {
    const SipEvent event =
        Event(FromRomeo("NOTIFY", "Event: presence\nSubscription-State: " + state + "\n", "gw1"));
    return PayloadOf<envelope::PresenceUpdate>(event.message);
  };
  const auto pending = update_of("pending");
  EXPECT_EQ(pending.subscription, envelope::SubscriptionState::kPending);
  EXPECT_FALSE(pending.has_document);
  const auto ended = update_of("Terminated ; reason=Probation; retry-after=60");
  EXPECT_EQ(ended.subscription, envelope::SubscriptionState::kTerminated);
  EXPECT_EQ(ended.termination_reason, "probation");
  EXPECT_EQ(ended.retry_after, 60u);
  EXPECT_EQ(update_of("quite-new").subscription, envelope::SubscriptionState::kPending);
}

TEST_F(SipSubscriptionsTest, ANotificationMayHaveMicrosoftsFormats) {
  const std::pair<std::string, std::string> bodies[] = {
      {"text/xml+msrtc.pidf",
       "<presentity uri='romeo@contoso.com'><availability aggregate='300'/>"
       "<activity aggregate='600'/></presentity>"},
      {"application/xpidf+xml",
       "<!DOCTYPE presence PUBLIC '-//IETF//DTD RFCxxxx XPIDF 1.0//EN' 'xpidf.dtd'>"
       "<presence><presentity uri='sip:romeo@contoso.com;method=SUBSCRIBE'/><atom>"
       "<address><status status='inuse'/><msnsubstatus substatus='busy'/></address></atom>"
       "</presence>"},
      {"application/msrtc-event-categories+xml",
       "<categories uri='sip:romeo@contoso.com'><category name='state'><state>"
       "<availability>6500</availability></state></category></categories>"}};
  for (const std::string method : {"NOTIFY", "BENOTIFY"}) {
    for (const auto& [type, body] : bodies) {
      const SipEvent event = Event(FromRomeo(
          method,
          "Event: presence\nSubscription-State: active\nContent-Type: " + type + "\n\n" + body,
          "gw1"));
      const auto update = PayloadOf<envelope::PresenceUpdate>(event.message);
      EXPECT_TRUE(update.has_document);
      ASSERT_EQ(update.resources.size(), 1u) << type;
      EXPECT_EQ(update.resources[0].resource, "");
      EXPECT_EQ(update.resources[0].show, envelope::Show::kDnd) << type;
    }
  }
}

TEST_F(SipSubscriptionsTest, PRES13_ADocumentAboutSomebodyElseIsRefused) {
  const auto response = Reply(
      FromRomeo("NOTIFY",
                "Event: presence\nSubscription-State: active\nContent-Type: text/xml+msrtc.pidf\n\n"
                "<presentity uri='tybalt@contoso.com'/>",
                "gw1"));
  EXPECT_EQ(response.status(), 400);
}

TEST_F(SipSubscriptionsTest, ABenotifyIsNeverAnswered) {
  const SipEvent event = Event(FromRomeo(
      "BENOTIFY", std::string("Event: presence\nSubscription-State: active\n") + kPidf, "gw1"));
  EXPECT_EQ(event.message.header.budget_ms, 0u);
  EXPECT_FALSE(event.response.has_value());
  EXPECT_TRUE(std::holds_alternative<SipIgnored>(Receive(FromRomeo("BENOTIFY", "", "gw1"))));
}

}  // namespace
}  // namespace dragoman::translate
