#include "core/sip/services.h"

#include <gmock/gmock.h>

namespace dragoman::sip {
namespace {

using testing::ElementsAre;
using testing::Field;

TEST(ServicesTest, DISC8_MicrosoftsServiceIsAskedForFirst) {
  EXPECT_THAT(kServices, ElementsAre("_sipfederationtls._tcp.", "_sips._tcp."));
  EXPECT_EQ(kServices.front(), kFederationService);
}

TEST(ServicesTest, OnlyHostsOfTheDomainAreUsable) {
  const std::vector<SrvRecord> found = {{10, 0, 5061, "edge.contoso.com"},
                                        {0, 0, 5061, "edge.fabrikam.com"},
                                        {0, 0, 5061, "a.edge.contoso.com"},
                                        {5, 0, 5062, "contoso.com"},
                                        {0, 0, 0, "."}};
  EXPECT_THAT(Usable(found, "contoso.com"),
              ElementsAre(Field(&SrvRecord::target, "edge.contoso.com"),
                          Field(&SrvRecord::target, "contoso.com")));
  EXPECT_TRUE(Usable({{0, 0, 0, "."}}, "contoso.com").empty());
  EXPECT_TRUE(Usable({}, "contoso.com").empty());
}

}  // namespace
}  // namespace dragoman::sip
