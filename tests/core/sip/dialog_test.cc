#include "core/sip/dialog.h"

#include <gmock/gmock.h>

#include <string>

namespace dragoman::sip {
namespace {

using testing::ElementsAre;

const Self kSelf{.fqdn = "gw.example.net", .port = 5061};

constexpr std::string_view kEdgeRoute =
    "<sip:sip.contoso.com:5061;transport=tls;lr;epid=1a2b3c;ms-key-info=AAEAAQ;ms-route-sig="
    "aaB1cD2eF3>;tag=5D41";
constexpr std::string_view kGruu =
    "sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu";

Request Invite(const std::string& extra) {
  auto request = Request::Parse(
      "INVITE sip:romeo@jabber.example.org SIP/2.0\r\n"
      "Record-Route: " +
          std::string(kEdgeRoute) +
          "\r\n"
          "Record-Route: <sip:pool.contoso.com;lr>\r\n"
          "Via: SIP/2.0/TLS 198.51.100.5:52344;branch=z9hG4bK2DA3\r\n"
          "From: \"Juliet\"<sip:juliet@contoso.com>;tag=9d5c2a38ba;epid=b84a59c035\r\n"
          "To: <sip:romeo@jabber.example.org>\r\n"
          "Call-ID: ce878a\r\nCSeq: 3 INVITE\r\n" +
          extra,
      {});
  EXPECT_TRUE(request);
  return *std::move(request);
}

TEST(DialogTest, SIP27_TakesTheRouteSetInReceivedOrderAsUas) {
  const auto dialog = DialogFromRequest(Invite("Contact: <" + std::string(kGruu) + ">"), "gw-1");
  ASSERT_TRUE(dialog);
  EXPECT_THAT(dialog->route_set, ElementsAre(kEdgeRoute, "<sip:pool.contoso.com;lr>"));
  EXPECT_EQ(dialog->remote_target, kGruu);
  EXPECT_EQ(dialog->remote_tag, "9d5c2a38ba");
  EXPECT_EQ(dialog->remote_params, ";epid=b84a59c035");
  EXPECT_EQ(dialog->local_tag, "gw-1");
  EXPECT_EQ(dialog->remote_cseq, 3u);
}

TEST(DialogTest, SIP27_WantsExactlyOneContact) {
  EXPECT_FALSE(DialogFromRequest(Invite("Contact: <sip:a@b>, <sip:c@d>"), "gw-1"));
  EXPECT_FALSE(DialogFromRequest(Invite("Contact: *"), "gw-1"));
  EXPECT_FALSE(DialogFromRequest(Invite("Subject: none"), "gw-1"));
  EXPECT_TRUE(DialogOfRequest(Invite("Subject: none"), "gw-1"));
}

TEST(DialogTest, SIP27_ReversesTheRouteSetAsUac) {
  Dialog dialog;
  dialog.call_id = "c";
  dialog.local_tag = "gw-1";
  dialog.local_uri = "sip:romeo@jabber.example.org";
  dialog.remote_uri = "sip:juliet@contoso.com";
  dialog.local_cseq = 1;
  auto ok = Response::Parse("SIP/2.0 200 OK\r\nRecord-Route: <sip:pool.contoso.com;lr>, " +
                                std::string(kEdgeRoute) +
                                "\r\nTo: <sip:juliet@contoso.com>;tag=77;epid=ab\r\nContact: <" +
                                std::string(kGruu) + ">",
                            {});
  ASSERT_TRUE(ok);
  dialog = Confirmed(dialog, *ok);
  EXPECT_THAT(dialog.route_set, ElementsAre(kEdgeRoute, "<sip:pool.contoso.com;lr>"));
  EXPECT_EQ(dialog.remote_tag, "77");
  EXPECT_EQ(dialog.remote_params, ";epid=ab");
  EXPECT_EQ(dialog.remote_target, kGruu);
}

TEST(DialogTest, SIP31_NothingUpdatesTheRouteSet) {
  Dialog dialog;
  dialog.remote_tag = "77";
  dialog.remote_target = "sip:old@contoso.com";
  dialog.route_set = {"<sip:a;lr>"};
  auto ok = Response::Parse(
      "SIP/2.0 200 OK\r\nRecord-Route: <sip:b;lr>\r\nTo: <sip:j@c>;tag=77\r\nContact: "
      "<sip:new@contoso.com>",
      {});
  ASSERT_TRUE(ok);
  dialog = Confirmed(dialog, *ok);
  EXPECT_THAT(dialog.route_set, ElementsAre("<sip:a;lr>"));
  EXPECT_EQ(dialog.remote_target, "sip:new@contoso.com");
}

TEST(DialogTest, SIP28_LooseRouting) {
  Dialog dialog;
  dialog.call_id = "c";
  dialog.local_tag = "gw-1";
  dialog.remote_tag = "9d";
  dialog.local_uri = "sip:romeo@jabber.example.org";
  dialog.remote_uri = "sip:juliet@contoso.com";
  dialog.remote_params = ";epid=b8";
  dialog.remote_target = std::string(kGruu);
  dialog.route_set = {std::string(kEdgeRoute), "<sip:pool.contoso.com;lr>"};
  dialog.local_cseq = 7;
  const Request request = MakeRequest("INFO", dialog, kSelf, "abc");
  EXPECT_EQ(request.uri(), kGruu);
  EXPECT_THAT(request.List("Route"), ElementsAre(kEdgeRoute, "<sip:pool.contoso.com;lr>"));
  EXPECT_EQ(request.Get("Via"), "SIP/2.0/TLS gw.example.net:5061;branch=z9hG4bKabc");
  EXPECT_EQ(request.Get("From"), "<sip:romeo@jabber.example.org>;tag=gw-1");
  EXPECT_EQ(request.Get("To"), "<sip:juliet@contoso.com>;tag=9d;epid=b8");
  EXPECT_EQ(request.Get("CSeq"), "7 INFO");
  const auto hop = NextHopOf(request);
  ASSERT_TRUE(hop);
  EXPECT_EQ(hop->host, "sip.contoso.com");
  EXPECT_EQ(hop->port, 5061);
  EXPECT_TRUE(hop->from_route);
}

TEST(DialogTest, SIP28_StrictRouting) {
  Dialog dialog;
  dialog.remote_target = "sip:juliet@10.0.0.1";
  dialog.route_set = {"<sip:old.example>", "<sip:pool;lr>"};
  dialog.local_cseq = 2;
  const Request request = MakeRequest("BYE", dialog, kSelf, "abc");
  EXPECT_EQ(request.uri(), "sip:old.example");
  EXPECT_THAT(request.List("Route"), ElementsAre("<sip:pool;lr>", "<sip:juliet@10.0.0.1>"));
}

TEST(DialogTest, SIP29_WithoutRouteTheRequestUriSaysWhereToGo) {
  Dialog dialog;
  dialog.remote_uri = "sip:juliet@contoso.com";
  dialog.local_cseq = 1;
  const auto hop = NextHopOf(MakeRequest("MESSAGE", dialog, kSelf, "abc"));
  ASSERT_TRUE(hop);
  EXPECT_EQ(hop->host, "contoso.com");
  EXPECT_EQ(hop->port, 0);
  EXPECT_FALSE(hop->from_route);
}

}  // namespace
}  // namespace dragoman::sip
