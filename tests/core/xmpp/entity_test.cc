#include "core/xmpp/entity.h"

#include <gmock/gmock.h>

#include "core/xml/reader.h"
#include "core/xmpp/iq.h"
#include "core/xmpp/stanza.h"

namespace dragoman::xmpp {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// XEP-0115 §5.2 works out this value for this entity.
TEST(EntityTest, XST6_HashesAsTheSpecificationDoes) {
  const Entity exodus{
      {{"client", "pc", "Exodus 0.9.1"}},
      {"http://jabber.org/protocol/muc", "http://jabber.org/protocol/disco#info",
       "http://jabber.org/protocol/disco#items", "http://jabber.org/protocol/caps"}};
  EXPECT_EQ(CapsVersion(exodus), "QgayPKawpkPSDYmwT/WM94uAlu0=");
}

std::string Ask(const std::string& to, const std::string& node = "") {
  const std::string query =
      "<iq xmlns='jabber:server' type='get' id='1' from='a@x.example/r' to='" + to +
      "'><query xmlns='http://jabber.org/protocol/disco#info'" +
      (node.empty() ? "" : " node='" + node + "'") + "/></iq>";
  return xml::Print(AnswerIq(xml::ParseDocument(query).value()).value(), kServerNs);
}

TEST(EntityTest, XST3_TheDomainIsAServerAndAGateway) {
  EXPECT_THAT(Ask("y.example"), AllOf(HasSubstr("category='server' type='im'"),
                                      HasSubstr("category='gateway' type='simple'"),
                                      HasSubstr("urn:xmpp:ping"), HasSubstr("jid\\20escaping")));
}

TEST(EntityTest, XST4_XST5_UsersAreAccountsAndTheirDevicesClients) {
  EXPECT_THAT(Ask("u@y.example"), AllOf(HasSubstr("category='account' type='registered'"),
                                        Not(HasSubstr("chatstates"))));
  EXPECT_THAT(Ask("u@y.example/r"), AllOf(HasSubstr("category='client' type='pc'"),
                                          HasSubstr("http://jabber.org/protocol/chatstates")));
}

TEST(EntityTest, XST6_TheNodeOfThePresenceIsAnsweredWithItsNameAndNoOther) {
  const std::string node = CapsNode(ClientEntity());
  const xml::Element caps = CapsElement();
  EXPECT_EQ(node, std::string(caps.Attr("node")) + "#" + std::string(caps.Attr("ver")));
  EXPECT_THAT(Ask("u@y.example/r", node), AllOf(HasSubstr("node='" + node), HasSubstr("client")));
  EXPECT_THAT(Ask("u@y.example/r", "something else"), HasSubstr("<item-not-found "));
}

}  // namespace
}  // namespace dragoman::xmpp
