// Whose stream it is: not his whom the header names, but who has proven something.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/xmpp/inbound_stream.h"
#include "tests/core/xmpp/inbound_fixture.h"

namespace dragoman::xmpp {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::string Key(const std::string& from) {
  return "<db:result from='" + from + "' to='sip.example'>key</db:result>";
}

class InboundPartnerTest : public SecuredInTest {
 protected:
  void Judge(const std::string& from, Verdict verdict) {
    Feed(*stream_, Key(from));
    stream_->OnVerdict(from, "sip.example", verdict, t0);
    said = Drain(*stream_);
  }
  std::vector<std::string> said;
};

TEST_F(InboundPartnerTest, T3_TheHeaderProvesNothing) {
  EXPECT_EQ(stream_->peer(), "xmpp.example");
  EXPECT_EQ(stream_->partner(), "");
  EXPECT_FALSE(stream_->Proves("xmpp.example"));
  EXPECT_FALSE(stream_->Proves(""));
  Judge("other.example", Verdict::kValid);
  Judge("a.example", Verdict::kValid);
  EXPECT_EQ(stream_->partner(), "other.example");  // the first
  EXPECT_THAT(stream_->proven(), ElementsAre("a.example", "other.example"));
  EXPECT_TRUE(stream_->Proves("a.example"));
  EXPECT_FALSE(stream_->Proves("xmpp.example"));
}

TEST_F(InboundPartnerTest, ExternalProvesTheIdentity) {
  Authenticate();
  EXPECT_EQ(stream_->partner(), "xmpp.example");
  EXPECT_THAT(stream_->proven(), ElementsAre("xmpp.example"));
}

TEST_F(InboundPartnerTest, L20_WhoHasNoGoodKeyMayNotGoOnForEver) {
  for (std::size_t i = 1; i < kKeyFailuresMax; ++i) {
    Judge("n" + std::to_string(i) + ".example", Verdict::kTimeout);
    EXPECT_THAT(said, Contains(HasSubstr("remote-server-timeout")));
  }
  Judge("last.example", Verdict::kConnectionFailed);
  EXPECT_THAT(said, Contains(HasSubstr("policy-violation")));
  EXPECT_EQ(said.back(), "CLOSE");
}

TEST_F(InboundPartnerTest, WhoHasAGoodOneMay) {
  Judge("good.example", Verdict::kValid);
  for (std::size_t i = 0; i <= kKeyFailuresMax; ++i) {
    Judge("n" + std::to_string(i) + ".example", Verdict::kTimeout);
    EXPECT_THAT(said, Contains(HasSubstr("remote-server-timeout")));
  }
  EXPECT_THAT(Feed(*stream_, Key("more.example")), ElementsAre(HasSubstr("VERIFY more.example")));
}

TEST_F(InboundPartnerTest, L20_AKeyThatIsNotAskedAboutIsAnOverload) {
  Judge("other.example", Verdict::kOverloaded);
  EXPECT_THAT(said, Contains(AllOf(HasSubstr("resource-constraint"), HasSubstr("overloaded"))));
}

}  // namespace
}  // namespace dragoman::xmpp
