#include "core/xmpp/jid.h"

#include <gtest/gtest.h>

#include <string>

#include "core/xmpp/precis.h"

namespace dragoman::xmpp {
namespace {

TEST(JidTest, ADDR13_SplitsBeforeAnythingElse) {
  const auto jid = Jid::Parse("juliet@example.com/a@b/c");
  ASSERT_TRUE(jid);
  EXPECT_EQ(jid->local(), "juliet");
  EXPECT_EQ(jid->domain(), "example.com");
  EXPECT_EQ(jid->resource(), "a@b/c");
  EXPECT_EQ(jid->ToString(), "juliet@example.com/a@b/c");
  EXPECT_EQ(jid->Bare().ToString(), "juliet@example.com");
  EXPECT_TRUE(Jid::Parse("example.com")->local().empty());
}

TEST(JidTest, ADDR14_PreparesEachPart) {
  const struct {
    const char* text;
    const char* expected;
  } kRows[] = {
      {"Juliet@EXAMPLE.com/Balcony", "juliet@example.com/Balcony"},
      {"\xC3\x84rger@b\xC3\xBC"
       "cher.example",
       "\xC3\xA4rger@b\xC3\xBC"
       "cher.example"},                                   // lower case
      {"a\xCC\x88@example.com", "\xC3\xA4@example.com"},  // NFC
      {"\xEF\xBC\xA1@example.com", "a@example.com"},      // width
      {"a@example.com/a\xE2\x80\x83"
       "b",
       "a@example.com/a b"},                                                             // spaces
      {"\xCE\xA3\xCE\xB1\xCF\x82@example.com", "\xCF\x83\xCE\xB1\xCF\x82@example.com"},  // sigma
      {"a\\20b@example.com", "a\\20b@example.com"},
      {"a@example.com.", "a@example.com"},
      {"a@[2001:DB8::1]", "a@[2001:db8::1]"},
      {"a@192.0.2.1", "a@192.0.2.1"},
  };
  for (const auto& row : kRows) {
    const auto jid = Jid::Parse(row.text);
    ASSERT_TRUE(jid) << row.text;
    EXPECT_EQ(jid->ToString(), row.expected);
    EXPECT_EQ(*Jid::Parse(jid->ToString()), *jid) << "preparing twice changes nothing";
  }
}

TEST(JidTest, ADDR14_RefusesWhatIsNoAddress) {
  const struct {
    std::string text;
    JidError error;
  } kRows[] = {
      {"", JidError::kEmptyPart},
      {"@example.com", JidError::kEmptyPart},
      {"a@", JidError::kEmptyPart},
      {"a@example.com/", JidError::kEmptyPart},
      {"a b@example.com", JidError::kBadLocal},
      {"a:b@example.com", JidError::kBadLocal},
      {"a\"b@example.com", JidError::kBadLocal},
      {"\xEF\xBC\xA0@example.com", JidError::kBadLocal},  // a full-width at sign (ADDR-7)
      {"\xE2\x99\xA5@example.com", JidError::kBadLocal},  // a symbol
      {"a\xC2\xAD@example.com", JidError::kBadLocal},     // soft hyphen
      {"a\xD7\x90@example.com", JidError::kBadLocal},     // both directions in one word
      {"a@b@c", JidError::kBadDomain},
      {"a@example..com", JidError::kBadDomain},
      {"a@example.com..", JidError::kBadDomain},
      {"a@.", JidError::kBadDomain},
      {"a@ex_ample.com", JidError::kBadDomain},
      {"a@-example.com", JidError::kBadDomain},
      {"a@\xE2\x98\x95.example", JidError::kBadDomain},  // a symbol: not in IDNA2008
      {"a@xn--a", JidError::kBadDomain},
      {"a@[::1", JidError::kBadDomain},
      {"a@example.com/\x07", JidError::kBadResource},
      {"a@example.com/\xff", JidError::kBadUtf8},
  };
  for (const auto& row : kRows) {
    const auto jid = Jid::Parse(row.text);
    ASSERT_FALSE(jid) << row.text << " became " << jid->ToString();
    EXPECT_EQ(jid.error(), row.error) << row.text;
  }
}

TEST(JidTest, L16_EachPartHolds1023Bytes) {
  const std::string most(1023, 'a');
  EXPECT_TRUE(Jid::Parse(most + "@example.com/" + most));
  EXPECT_EQ(Jid::Parse(most + "a@example.com").error(), JidError::kPartTooLong);
  EXPECT_EQ(Jid::Parse("a@example.com/" + most + "a").error(), JidError::kPartTooLong);
  EXPECT_FALSE(Jid::Parse("a@" + most));  // a DNS name ends much earlier
}

TEST(JidTest, ADDR15_DomainsHaveTwoForms) {
  for (const char* text : {"b\xC3\xBC"
                           "cher.example",
                           "B\xC3\x9C"
                           "CHER.example.",
                           "xn--bcher-kva.example"}) {
    const auto jid = Jid::Parse(text);
    ASSERT_TRUE(jid) << text;
    EXPECT_EQ(jid->ascii_domain(), "xn--bcher-kva.example");
    EXPECT_EQ(jid->domain(),
              "b\xC3\xBC"
              "cher.example");
  }
  EXPECT_EQ(Jid::Parse("stra\xC3\x9F"
                       "e.example")
                ->ascii_domain(),
            "xn--strae-oqa.example");  // nontransitional
}

TEST(DomainTest, WhatIsNoDomainHasNoALabelsAndStaysAsItIs) {
  EXPECT_EQ(AsciiDomain("b\xC3\xBC"
                        "cher.example"),
            "xn--bcher-kva.example");
  EXPECT_EQ(UnicodeDomain("XN--BCHER-KVA.example."),
            "b\xC3\xBC"
            "cher.example");
  EXPECT_EQ(AsciiDomain("a b"), "");
  EXPECT_EQ(UnicodeDomain("A b"), "A b");
}

}  // namespace
}  // namespace dragoman::xmpp
