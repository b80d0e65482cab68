// Acknowledged stanzas, both directions.
#include "core/xmpp/stream_management.h"

#include <gmock/gmock.h>

#include "tests/core/xmpp/inbound_fixture.h"

namespace dragoman::xmpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kNs = " xmlns='urn:xmpp:sm:3'";

std::string Sm(std::string_view name, std::string_view attributes = "") {
  return "<" + std::string(name) + std::string(kNs) + std::string(attributes) + "/>";
}

TEST(AcknowledgerTest, SM4_CountsOnlyUpToTheFirstThatIsNotAnsweredFor) {
  Acknowledger acks;
  EXPECT_EQ(acks.Take(), 1u);
  EXPECT_EQ(acks.Take(), 2u);
  EXPECT_EQ(acks.Take(), 3u);
  acks.Settle(2);
  acks.Settle(3);
  EXPECT_EQ(acks.handled(), 0u);
  acks.Settle(1);
  EXPECT_EQ(acks.handled(), 3u);
  acks.Settle(1);  // twice, and one that never came, say nothing
  acks.Settle(9);
  EXPECT_EQ(acks.handled(), 3u);
  EXPECT_EQ(acks.Take(), 4u);
}

TEST(AcknowledgerTest, TellsOnceWhenAllThatWasAskedForIsHandled) {
  Acknowledger acks;
  int progress = 0;
  acks.OnProgress([&] { ++progress; });
  acks.Take();
  acks.Take();
  acks.Ask();
  acks.Take();
  acks.Settle(1);
  EXPECT_FALSE(acks.TakeDue());
  acks.Settle(2);
  EXPECT_TRUE(acks.TakeDue());
  EXPECT_FALSE(acks.TakeDue());
  EXPECT_EQ(progress, 2);
}

TEST(AcknowledgerTest, IsFullAtItsBound) {
  Acknowledger acks;
  for (std::size_t i = 0; i < kOpenStanzasMax; ++i) {
    ASSERT_FALSE(acks.full());
    acks.Take();
  }
  EXPECT_TRUE(acks.full());
  acks.Settle(1);
  EXPECT_FALSE(acks.full());
}

class ManagedInTest : public SecuredInTest {
 protected:
  InboundRules Rules() override {
    InboundRules rules = SecuredInTest::Rules();
    rules.resume = [this](std::string_view id, std::string_view partner) {
      return id == "old" && partner == "xmpp.example" ? old_ : nullptr;
    };
    return rules;
  }
  std::string Stanza() { return "<message from='a@xmpp.example' to='b@sip.example'/>"; }

  std::shared_ptr<Acknowledger> old_ = std::make_shared<Acknowledger>();
};

TEST_F(ManagedInTest, SM3_AcknowledgesWhatIsHandledAndNotWhatHasCome) {
  Authenticate();
  EXPECT_THAT(Feed(*stream_, Sm("enable")), ElementsAre(Sm("enabled"), "MANAGED "));
  Feed(*stream_, Stanza() + Stanza());
  EXPECT_THAT(Feed(*stream_, Sm("r")), ElementsAre(Sm("a", " h='0'")));
  stream_->acknowledger()->Settle(1);
  stream_->OnHandled(t0);
  EXPECT_THAT(Drain(*stream_), IsEmpty());
  stream_->acknowledger()->Settle(2);
  stream_->OnHandled(t0);
  EXPECT_THAT(Drain(*stream_), ElementsAre(Sm("a", " h='2'")));
}

TEST_F(ManagedInTest, StanzasBeforeEnableAreNotCounted) {
  Authenticate();
  Feed(*stream_, Stanza());
  Feed(*stream_, Sm("enable") + Stanza());
  stream_->acknowledger()->Settle(1);
  EXPECT_THAT(Feed(*stream_, Sm("r")), ElementsAre(Sm("a", " h='1'")));
}

TEST_F(ManagedInTest, GivesAnIdToWhoWantsToResumeAndTakesItUpAgain) {
  Authenticate();
  const std::vector<std::string> said = Feed(*stream_, Sm("enable", " resume='true'"));
  EXPECT_THAT(said, ElementsAre(HasSubstr("resume='true' max='120'"), HasSubstr("MANAGED ")));
  EXPECT_EQ("MANAGED " + stream_->management_id(), said[1]);
  SetUp();
  Authenticate();
  old_->Take();
  old_->Take();
  old_->Settle(1);
  EXPECT_THAT(Feed(*stream_, Sm("resume", " previd='old' h='0'")),
              ElementsAre(Sm("resumed", " previd='old' h='1'"), "MANAGED old"));
  old_->Settle(2);  // of the stream that was lost, answered only now
  EXPECT_THAT(Feed(*stream_, Sm("r")), ElementsAre(Sm("a", " h='2'")));
}

TEST_F(ManagedInTest, SM3_AnUnknownStreamIsNotTakenUp) {
  Authenticate();
  EXPECT_THAT(Feed(*stream_, Sm("resume", " previd='other' h='0'")),
              ElementsAre(HasSubstr("<item-not-found ")));
  EXPECT_THAT(Feed(*stream_, Sm("enable")), ElementsAre(Sm("enabled"), "MANAGED "));
  EXPECT_THAT(Feed(*stream_, Sm("enable")), ElementsAre(HasSubstr("<unexpected-request ")));
}

TEST_F(ManagedInTest, NobodyManagesAStreamBeforeItIsProven) {
  EXPECT_THAT(Feed(*stream_, Sm("enable")), Contains("REFUSED not-authorized"));
}

TEST_F(ManagedInTest, SM5_AcknowledgingWhatWasNeverSentEndsTheStream) {
  Authenticate();
  Feed(*stream_, Sm("enable"));
  EXPECT_THAT(Feed(*stream_, Sm("a", " h='0'")), IsEmpty());
  EXPECT_THAT(Feed(*stream_, Sm("a", " h='1'")), Contains("REFUSED undefined-condition"));
}

TEST_F(ManagedInTest, AnOrderlyEndIsNotTakenUp) {
  Authenticate();
  Feed(*stream_, Sm("enable", " resume='1'"));
  EXPECT_NE(stream_->management_id(), "");
  Feed(*stream_, "</stream:stream>");
  EXPECT_EQ(stream_->management_id(), "");
}

class ManagedOutTest : public testing::Test {
 protected:
  std::vector<std::string> Prove(std::optional<Resumption> resume = std::nullopt) {
    stream_.emplace(OutboundRules{.local = "sip.example",
                                  .remote = "xmpp.example",
                                  .policy = {},
                                  .dialback_secrets = {kSecret},
                                  .resume = std::move(resume)},
                    std::nullopt, t0);
    stream_->OnOpen(t0);
    const std::string header = HeaderFrom("xmpp.example", "sip.example", "version='1.0' id='x'");
    Feed(*stream_, header);
    Feed(*stream_, "<stream:features/>");
    Feed(*stream_, kProceed);
    stream_->OnTls(t0);
    Feed(*stream_, header);
    Feed(*stream_, "<stream:features>" + Sm("sm") + "</stream:features>");
    return Feed(*stream_, "<db:result from='xmpp.example' to='sip.example' type='valid'/>");
  }
  std::optional<OutboundStream> stream_;
};

TEST_F(ManagedOutTest, SM3_EnablesWhatThePartnerOffers) {
  EXPECT_THAT(Prove(), ElementsAre(Sm("enable", " resume='true'")));
  EXPECT_FALSE(stream_->ready());
  EXPECT_THAT(Feed(*stream_, Sm("enabled", " id='some' resume='true'")),
              ElementsAre("READY dialback managed some"));
  stream_->AskForAck();
  EXPECT_THAT(Drain(*stream_), ElementsAre(Sm("r")));
  EXPECT_THAT(Feed(*stream_, Sm("a", " h='7'")), ElementsAre("ACKED 7"));
  EXPECT_THAT(Feed(*stream_, Sm("r")), ElementsAre(Sm("a", " h='0'")));
  EXPECT_THAT(Feed(*stream_, Sm("a", " h='x'")), Contains(HasSubstr("<bad-format ")));
}

TEST_F(ManagedOutTest, AStreamThatCannotBeResumedHasNoId) {
  Prove();
  EXPECT_THAT(Feed(*stream_, Sm("enabled", " id='some'")), ElementsAre("READY dialback managed "));
}

TEST_F(ManagedOutTest, ARefusalLeavesAnUnmanagedStream) {
  Prove();
  EXPECT_THAT(Feed(*stream_, Sm("failed")), ElementsAre("READY dialback"));
  stream_->AskForAck();
  EXPECT_THAT(Drain(*stream_), IsEmpty());
}

TEST_F(ManagedOutTest, TakesALostStreamUpAgain) {
  auto acks = std::make_shared<Acknowledger>();
  acks->Take();
  acks->Settle(1);
  EXPECT_THAT(Prove(Resumption{"some", acks}), ElementsAre(Sm("resume", " previd='some' h='1'")));
  EXPECT_THAT(Feed(*stream_, Sm("resumed", " previd='some' h='4'")),
              ElementsAre("READY dialback managed some resumed 4"));
  EXPECT_EQ(stream_->acknowledger(), acks);
}

TEST_F(ManagedOutTest, WhereTheLostStreamIsForgottenANewOneBegins) {
  Prove(Resumption{"some", std::make_shared<Acknowledger>()});
  EXPECT_THAT(Feed(*stream_, Sm("failed")), ElementsAre(Sm("enable", " resume='true'")));
  EXPECT_THAT(Feed(*stream_, Sm("enabled", " id='new' resume='true'")),
              ElementsAre("READY dialback managed new"));
}

}  // namespace
}  // namespace dragoman::xmpp
