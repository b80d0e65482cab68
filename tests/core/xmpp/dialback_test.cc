#include "core/xmpp/dialback.h"

#include <gtest/gtest.h>

#include <utility>

#include "core/xml/reader.h"

namespace dragoman::xmpp {
namespace {

const DialbackPair kPair{"xmpp.example.com", "example.org", "D60000229F"};
constexpr std::string_view kSecret = "s3cr3tf0rd14lb4ck";

TEST(DialbackTest, DB1_TheKeyIsThatOfTheExample) {  // XEP-0185 §3
  EXPECT_EQ(DialbackKey(kSecret, kPair),
            "37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643");
}

TEST(DialbackTest, DB15_AKeyIsGoodOnlyForItsPairAndStream) {
  const std::vector<std::string> secrets{std::string(kSecret)};
  const std::string key = DialbackKey(kSecret, kPair);
  EXPECT_TRUE(IsDialbackKey(secrets, kPair, key));
  EXPECT_TRUE(IsDialbackKey(secrets, kPair, "\n " + key + " \n"));
  DialbackPair other = kPair;
  other.stream_id = "D60000229E";
  EXPECT_FALSE(IsDialbackKey(secrets, other, key));
  other = kPair;
  std::swap(other.receiving, other.sender);
  EXPECT_FALSE(IsDialbackKey(secrets, other, key));
  EXPECT_FALSE(IsDialbackKey(secrets, kPair, key.substr(0, 63)));
  EXPECT_FALSE(IsDialbackKey(secrets, kPair, ""));
  std::string capitals = key;
  for (char& c : capitals) c = c == 'c' ? 'C' : c;
  EXPECT_FALSE(IsDialbackKey(secrets, kPair, capitals));
  EXPECT_FALSE(IsDialbackKey({}, kPair, key));
}

TEST(DialbackTest, DB4_TheOlderSecretIsAcceptedToo) {
  EXPECT_TRUE(IsDialbackKey({"newer", std::string(kSecret)}, kPair, DialbackKey(kSecret, kPair)));
}

TEST(DialbackTest, DB16_ElementsReadAsTheyWereWritten) {
  const DialbackElement error{.name = "result",
                              .from = "a.example",
                              .to = "b.example",
                              .id = "",
                              .type = "error",
                              .key = "",
                              .error = Condition::kItemNotFound,
                              .error_text = "why"};
  const std::string text = Print(error);
  EXPECT_EQ(text,
            "<db:result from='a.example' to='b.example' type='error'><error type='cancel'>"
            "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>why</text></error></db:result>");
  const auto stream = xml::ParseDocument(
      "<s xmlns='jabber:server' xmlns:db='jabber:server:dialback'>" + text + "</s>");
  ASSERT_TRUE(stream);
  const auto parsed = ParseDialback(*stream->Children().front());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->type, "error");
  EXPECT_EQ(parsed->error, Condition::kItemNotFound);
}

TEST(DialbackTest, DB17_AnyPrefixIsAcceptedAndNoOtherNamespace) {
  const auto element = [](std::string_view text) {
    return ParseDialback(xml::ParseDocument(text).value());
  };
  const auto verify =
      element("<verify xmlns='jabber:server:dialback' from='a' to='b' id='i'> k\n</verify>");
  ASSERT_TRUE(verify);
  EXPECT_EQ(verify->key, "k");
  EXPECT_EQ(verify->id, "i");
  EXPECT_FALSE(element("<verify from='a' to='b'>k</verify>"));
  EXPECT_FALSE(element("<result xmlns='jabber:server:dialback' to='b'>k</result>"));
  EXPECT_FALSE(element("<other xmlns='jabber:server:dialback' from='a' to='b'>k</other>"));
}

}  // namespace
}  // namespace dragoman::xmpp
