// The end of a partner's stream that we want: nothing that was said is lost, and none of it is done
// twice. ARCH-16.
#include <gmock/gmock.h>

#include "tests/core/xmpp/inbound_fixture.h"

namespace dragoman::xmpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kStanza = "<message from='a@xmpp.example' to='b@sip.example'/>";

class InboundEndTest : public SecuredInTest {
 protected:
  std::vector<std::string> Finish(TimePoint now = t0) {
    stream_->Finish(now);
    return Drain(*stream_);
  }
  static std::string Sm(std::string_view name, std::string_view more = "") {
    return "<" + std::string(name) + " xmlns='urn:xmpp:sm:3'" + std::string(more) + "/>";
  }
  // On a managed stream; neither is handled yet.
  std::shared_ptr<Acknowledger> TakeTwo() {
    Authenticate();
    Feed(*stream_, Sm("enable", " resume='true'") + std::string(kStanza) + std::string(kStanza));
    return stream_->acknowledger();
  }
};

TEST_F(InboundEndTest, WhatIsStillSaidIsTaken) {
  Authenticate();
  EXPECT_THAT(Finish(), ElementsAre("</stream:stream>"));
  EXPECT_THAT(Feed(*stream_, kStanza), ElementsAre(HasSubstr("STANZA")));
  EXPECT_THAT(Feed(*stream_, "<nonsense/>"), IsEmpty());  // nothing can be answered any more
  EXPECT_THAT(Feed(*stream_, "</stream:stream>"), ElementsAre("CLOSE"));
}

TEST_F(InboundEndTest, ThePeerIsNotWaitedForLong) {
  Authenticate();
  EXPECT_THAT(Finish(), ElementsAre("</stream:stream>"));
  EXPECT_THAT(Finish(t0 + 1s), IsEmpty());
  stream_->Advance(t0 + kStreamCloseMax);
  EXPECT_THAT(Drain(*stream_), ElementsAre("CLOSE"));
}

TEST_F(InboundEndTest, WhoBreaksARuleBehindOurEndIsCutOff) {
  Authenticate();
  Finish();
  EXPECT_THAT(Feed(*stream_, "<message from='a@evil.example' to='b@sip.example'/>"),
              ElementsAre("REFUSED invalid-from", "CLOSE"));
}

TEST_F(InboundEndTest, WhoHasProvenNothingIsToldWhy) {
  EXPECT_THAT(Finish(), ElementsAre(HasSubstr("system-shutdown")));
}

TEST_F(InboundEndTest, WhenPatienceEndsThereIsNothingMoreToSay) {
  Authenticate();
  Finish();
  stream_->Shutdown(StreamError::kSystemShutdown, "shutting-down", t0);
  EXPECT_THAT(Drain(*stream_), ElementsAre("CLOSE"));
}

TEST_F(InboundEndTest, AManagedStreamEndsWithItsLastAcknowledgementAndTakesNothingMore) {
  const auto acks = TakeTwo();
  EXPECT_THAT(Finish(), IsEmpty());  // both are being handled
  EXPECT_THAT(Feed(*stream_, kStanza), IsEmpty());
  acks->Settle(1);
  stream_->OnHandled(t0);
  EXPECT_THAT(Drain(*stream_), IsEmpty());
  acks->Settle(2);
  stream_->OnHandled(t0);
  EXPECT_THAT(Drain(*stream_), ElementsAre(Sm("a", " h='2'"), "</stream:stream>"));
  EXPECT_THAT(Feed(*stream_, std::string(kStanza) + "</stream:stream>"), ElementsAre("CLOSE"));
  EXPECT_EQ(stream_->management_id(), "");
}

TEST_F(InboundEndTest, APeerThatEndsIsToldFirstWhatBecameOfAllThatItSaid) {
  const auto acks = TakeTwo();
  EXPECT_THAT(Feed(*stream_, "</stream:stream>"), IsEmpty());
  EXPECT_TRUE(stream_->peer_ended());
  acks->Settle(1);
  stream_->OnHandled(t0);
  EXPECT_THAT(Drain(*stream_), IsEmpty());
  acks->Settle(2);
  stream_->OnHandled(t0);
  EXPECT_THAT(Drain(*stream_), ElementsAre(Sm("a", " h='2'"), "</stream:stream>", "CLOSE"));
}

TEST_F(InboundEndTest, ItIsNotKeptWaitingForLong) {
  TakeTwo()->Settle(1);
  Feed(*stream_, "</stream:stream>");
  stream_->Advance(t0 + kStreamCloseMax);
  EXPECT_THAT(Drain(*stream_), ElementsAre(Sm("a", " h='1'"), "</stream:stream>", "CLOSE"));
}

}  // namespace
}  // namespace dragoman::xmpp
