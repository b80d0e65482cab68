#include "core/sip/uri.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace dragoman::sip {
namespace {

using testing::ElementsAre;

struct Good {
  std::string text;
  std::string user;
  std::string host;
  std::uint16_t port;
  std::string printed;
};

TEST(UriTest, ADDR1_SplitsBeforeDecoding) {
  const std::vector<Good> table = {
      {"sip:romeo@jabber.example.org", "romeo", "jabber.example.org", 0,
       "sip:romeo@jabber.example.org"},
      {"SIP:Romeo@Jabber.Example.ORG:5061", "Romeo", "jabber.example.org", 5061,
       "sip:Romeo@jabber.example.org:5061"},
      {"sip:a%40b@c.example", "a@b", "c.example", 0, "sip:a%40b@c.example"},
      {"sip:d'artagnan@c.example", "d'artagnan", "c.example", 0, "sip:d'artagnan@c.example"},
      {"sip:%c3%a9ric@c.example", "\xC3\xA9ric", "c.example", 0, "sip:%C3%A9ric@c.example"},
      {"sip:c.example", "", "c.example", 0, "sip:c.example"},
      {"sips:x@[2001:DB8::1]:5061;lr", "x", "[2001:db8::1]", 5061, "sips:x@[2001:db8::1]:5061;lr"},
      {"sip:x@c.example.", "x", "c.example", 0, "sip:x@c.example"},
  };
  for (const Good& row : table) {
    SCOPED_TRACE(row.text);
    const auto uri = Uri::Parse(row.text);
    ASSERT_TRUE(uri);
    EXPECT_EQ(uri->user, row.user);
    EXPECT_EQ(uri->host, row.host);
    EXPECT_EQ(uri->port, row.port);
    EXPECT_EQ(uri->ToString(), row.printed);
  }
}

TEST(UriTest, ADDR2_DropsThePassword) {
  const auto uri = Uri::Parse("sip:romeo:secret@c.example");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->user, "romeo");
  EXPECT_EQ(uri->ToString(), "sip:romeo@c.example");
}

TEST(UriTest, ADDR3_KeepsParametersInsideTheUserPartAndDropsHeaders) {
  const auto uri = Uri::Parse("sip:+1555;phone-context=x@c.example;user=phone?Subject=hi");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->user, "+1555;phone-context=x");
  EXPECT_EQ(uri->ToString(), "sip:+1555;phone-context=x@c.example;user=phone");
}

TEST(UriTest, ADDR20_TellsAGrWithoutValueFromAnEmptyOne) {
  const auto none = Uri::Parse("sip:a@c.example;gr");
  const auto empty = Uri::Parse("sip:a@c.example;GR=");
  ASSERT_TRUE(none && empty);
  EXPECT_FALSE(FindParameter(none->parameters, "gr")->has_value);
  EXPECT_TRUE(FindParameter(empty->parameters, "gr")->has_value);
}

TEST(UriTest, RefusesWhatIsNoUri) {
  const std::vector<std::pair<std::string, UriError>> table = {
      {"", UriError::kMalformed},
      {"romeo", UriError::kMalformed},
      {"tel:+15551234", UriError::kScheme},
      {"http://c.example/", UriError::kScheme},
      {"sip:", UriError::kBadHost},
      {"sip:@c.example", UriError::kMalformed},
      {"sip::pw@c.example", UriError::kMalformed},
      {"sip:a@b@c.example", UriError::kMalformed},
      {"sip:a b@c.example", UriError::kMalformed},
      {"<sip:a@c.example>", UriError::kScheme},
      {"sip:a@", UriError::kBadHost},
      {"sip:a@.", UriError::kBadHost},
      {"sip:a@[::1", UriError::kBadPort},
      {"sip:a@[]", UriError::kBadHost},
      {"sip:a@b..c", UriError::kBadHost},
      {"sip:a@b..", UriError::kBadHost},
      {"sip:a@c.example:", UriError::kBadPort},
      {"sip:a@c.example:0", UriError::kBadPort},
      {"sip:a@c.example:65536", UriError::kBadPort},
      {"sip:a@c.example:50 61", UriError::kMalformed},
      {std::string("sip:a\0b@c.example", 17), UriError::kBadText},
  };
  for (const auto& [text, error] : table) {
    SCOPED_TRACE(text);
    const auto uri = Uri::Parse(text);
    ASSERT_FALSE(uri);
    EXPECT_EQ(uri.error(), error);
  }
}

TEST(UriTest, ADDR5_RefusesAPercentWithoutTwoHexDigits) {
  for (const std::string user : {"a%", "a%4", "a%4g", "%zz", "%%41"}) {
    SCOPED_TRACE(user);
    const auto uri = Uri::Parse("sip:" + user + "@c.example");
    ASSERT_FALSE(uri);
    EXPECT_EQ(uri.error(), UriError::kBadEscape);
  }
}

TEST(UriTest, ADDR6_RefusesControlsAndBrokenUtf8OnceDecoded) {
  for (const std::string user :
       {"a%00b", "%0d%0aVia", "%7f", "%ff", "%c3", "%ed%a0%80", "%c0%af"}) {
    SCOPED_TRACE(user);
    const auto uri = Uri::Parse("sip:" + user + "@c.example");
    ASSERT_FALSE(uri);
    EXPECT_EQ(uri.error(), UriError::kBadText);
  }
}

TEST(UriTest, ADDR16_RefusesEscapesInTheHost) { EXPECT_FALSE(Uri::Parse("sip:a@c%2eexample")); }

TEST(NameAddrTest, AcceptsAQuotedNameRightBeforeTheBracket) {
  const auto who =
      NameAddr::Parse("\"Juliet \\\"J\\\"\"<sip:juliet@contoso.com>;tag=9d5c;epid=b84a");
  ASSERT_TRUE(who);
  EXPECT_EQ(who->display, "Juliet \"J\"");
  EXPECT_EQ(who->uri, "sip:juliet@contoso.com");
  EXPECT_EQ(who->tag(), "9d5c");
  EXPECT_EQ(FindParameter(who->parameters, "EPID")->value, "b84a");
  EXPECT_EQ(who->ToString(), "\"Juliet \\\"J\\\"\"<sip:juliet@contoso.com>;tag=9d5c;epid=b84a");
}

TEST(NameAddrTest, GivesTheParametersOfABareUriToTheHeader) {
  const auto who = NameAddr::Parse("sip:romeo@a.example;tag=1");
  ASSERT_TRUE(who);
  EXPECT_EQ(who->uri, "sip:romeo@a.example");
  EXPECT_EQ(who->tag(), "1");
}

TEST(NameAddrTest, KeepsTheUriByteForByte) {
  const std::string uri = "sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu";
  const auto who = NameAddr::Parse("Juliet Capulet <" + uri + ">");
  ASSERT_TRUE(who);
  EXPECT_EQ(who->uri, uri);
  EXPECT_EQ(who->display, "Juliet Capulet");
}

TEST(NameAddrTest, RefusesWhatCannotBeWrittenBack) {
  for (const std::string text : {"", "<>", "<sip:a@b", "\"open <sip:a@b>", "\"x\" sip:a@b",
                                 "<sip:a@b> x", "<<sip:a@b>", "<sip:a @b>", "<sip:a\"@b>"}) {
    EXPECT_FALSE(NameAddr::Parse(text)) << text;
  }
}

TEST(ListTest, PartsOutsideQuotesAndBracketsOnly) {
  EXPECT_THAT(SplitList("<sip:a;x=1,2>;q=\"a,b\", <sip:b>,, \"c,d\"<sip:c>"),
              ElementsAre("<sip:a;x=1,2>;q=\"a,b\"", "<sip:b>", "\"c,d\"<sip:c>"));
}

TEST(QuoteTest, LetsNoControlThrough) {
  EXPECT_EQ(Quote("a\"b\\c\r\nX: y"), "\"a\\\"b\\\\c  X: y\"");
}

}  // namespace
}  // namespace dragoman::sip
