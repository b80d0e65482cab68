#include "core/translate/address.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace dragoman::translate {
namespace {

using envelope::Address;

Result<Address, AddressError> FromSip(const std::string& uri) { return ParseSipAddress(uri); }

Result<Address, AddressError> FromXmpp(const std::string& jid) {
  const auto parsed = xmpp::Jid::Parse(jid);
  if (!parsed) return Fail(AddressError::kNoOtherForm);
  return FromJid(*parsed);
}

std::string SipToXmpp(const std::string& uri) {
  const auto address = FromSip(uri);
  if (!address) return "refused";
  const auto jid = ToJid(*address);
  return jid ? jid->ToString() : "no jid";
}

std::string XmppToSip(const std::string& jid) {
  const auto address = FromXmpp(jid);
  if (!address) return "refused";
  const auto uri = ToSipUri(*address);
  return uri ? uri->ToString() : "no uri";
}

struct CharacterRow {
  std::string sip;   // as it stands in a SIP user part
  std::string xmpp;  // as it stands in a localpart
};

// Requirements §2.1, each character between two letters; both directions.
const CharacterRow kCharacters[] = {
    {"!", "!"},      {"$", "$"},      {"(", "("},      {")", ")"},      {"*", "*"},
    {"+", "+"},      {",", ","},      {"-", "-"},      {".", "."},      {";", ";"},
    {"=", "="},      {"?", "?"},      {"_", "_"},      {"~", "~"},      {"&", "\\26"},
    {"'", "\\27"},   {"/", "\\2f"},   {"%20", "\\20"}, {"%22", "\\22"}, {"%3A", "\\3a"},
    {"%3C", "\\3c"}, {"%3E", "\\3e"}, {"%40", "\\40"}, {"%23", "#"},    {"%25", "%"},
    {"%5B", "["},    {"%5C", "\\"},   {"%5D", "]"},    {"%5E", "^"},    {"%60", "`"},
    {"%7B", "{"},    {"%7C", "|"},    {"%7D", "}"},    {"%C3%A9", "é"},
};

TEST(AddressTest, ADDR7_ADDR8_ADDR11_EachCharacterCrossesByTheTable) {
  for (const CharacterRow& row : kCharacters) {
    const std::string sip = "sip:a" + row.sip + "z@example.com";
    const std::string xmpp = "a" + row.xmpp + "z@example.com";
    EXPECT_EQ(SipToXmpp(sip), xmpp) << sip;
    EXPECT_EQ(XmppToSip(xmpp), sip) << xmpp;
  }
}

TEST(AddressTest, ADDR14_UpperCaseBecomesLowerCase) {
  EXPECT_EQ(SipToXmpp("sip:Juliet.C@Example.COM"), "juliet.c@example.com");
}

TEST(AddressTest, ADDR1_SplitsBeforeItDecodes) {
  EXPECT_EQ(SipToXmpp("SIP:a%3Bb@example.com;user=phone"), "a;b@example.com");
  EXPECT_EQ(SipToXmpp("sip:a%40b@example.com"), "a\\40b@example.com");
  EXPECT_EQ(SipToXmpp("sips:juliet@example.com"), "juliet@example.com");
}

TEST(AddressTest, ADDR2_ADDR3_DropsWhatIsNoIdentity) {
  EXPECT_EQ(SipToXmpp("sip:juliet:secret@example.com:5061;transport=tls?subject=x"),
            "juliet@example.com");
  EXPECT_EQ(SipToXmpp("sip:+1-201-555-0123;phone-context=x@example.com;user=phone"),
            "+1-201-555-0123;phone-context=x@example.com");
}

TEST(AddressTest, ADDR4_AUriWithoutUserIsADomain) {
  EXPECT_EQ(SipToXmpp("sip:example.com"), "example.com");
  EXPECT_EQ(XmppToSip("example.com"), "sip:example.com");
}

TEST(AddressTest, ADDR5_RefusesAPercentWithoutTwoHexDigits) {
  for (const std::string user : {"a%", "a%4", "a%zz", "%"}) {
    EXPECT_EQ(FromSip("sip:" + user + "@example.com").error(), AddressError::kBadEscape) << user;
  }
  EXPECT_EQ(SipToXmpp("sip:a%2541@example.com"), "a%41@example.com");  // decoded once
}

TEST(AddressTest, ADDR6_RefusesControlCharactersAndWhatIsNotUtf8) {
  for (const std::string user : {"null-%00-null", "a%0D%0Ab", "a%7F", "%C3", "%ED%A0%80"}) {
    EXPECT_EQ(FromSip("sip:" + user + "@example.com").error(), AddressError::kBadText) << user;
  }
}

TEST(AddressTest, ADDR7_RefusesSeparatorsOutOfWidthMapping) {
  // Full-width @, /, :, <, quote, ampersand, apostrophe, and the backslash.
  for (const std::string wide : {"%EF%BC%A0", "%EF%BC%8F", "%EF%BC%9A", "%EF%BC%9C", "%EF%BC%82",
                                 "%EF%BC%86", "%EF%BC%87", "%EF%BC%BC", "%E3%80%80"}) {
    const auto address = FromSip("sip:a" + wide + "b@example.com");
    ASSERT_FALSE(address.has_value()) << wide;
    EXPECT_EQ(address.error(), AddressError::kNoOtherForm) << wide;
  }
  EXPECT_EQ(SipToXmpp("sip:%EF%BD%81b@example.com"), "ab@example.com");  // a full-width letter
}

TEST(AddressTest, ADDR9_ProtectsWhatLooksLikeAnEscape) {
  EXPECT_EQ(SipToXmpp("sip:a%5C40b@example.com"), "a\\5c40b@example.com");
  EXPECT_EQ(SipToXmpp("sip:a%5C2Fb@example.com"), "a\\5c2fb@example.com");
  EXPECT_EQ(XmppToSip("a\\5c40b@example.com"), "sip:a%5C40b@example.com");
}

TEST(AddressTest, ADDR10_ADDR12_SpaceAtAnEndHasNoOtherForm) {
  EXPECT_EQ(FromSip("sip:%20a@example.com").error(), AddressError::kNoOtherForm);
  EXPECT_EQ(FromSip("sip:a%20@example.com").error(), AddressError::kNoOtherForm);
  EXPECT_EQ(FromXmpp("\\20a@example.com").error(), AddressError::kNoOtherForm);
  EXPECT_EQ(FromXmpp("a\\20@example.com").error(), AddressError::kNoOtherForm);
}

TEST(AddressTest, ADDR12_RefusesAnEscapeThatProtectsNothing) {
  EXPECT_EQ(FromXmpp("a\\5cb@example.com").error(), AddressError::kNoOtherForm);
  EXPECT_EQ(XmppToSip("a\\bb@example.com"), "sip:a%5Cbb@example.com");
}

TEST(AddressTest, ADDR12_NoTwoJidsMeetInOneSipUri) {
  const std::string alphabet = "\\25c04a";
  std::map<std::string, std::string> jid_of_uri;
  std::string local;
  const auto check = [&](auto&& self, int depth) -> void {
    if (!local.empty()) {
      const std::string jid = local + "@example.com";
      const std::string uri = XmppToSip(jid);
      if (uri != "refused") {
        EXPECT_EQ(SipToXmpp(uri), jid);
        const auto [it, added] = jid_of_uri.emplace(uri, jid);
        EXPECT_TRUE(added) << it->second << " and " << jid << " are both " << uri;
      }
    }
    if (depth == 0) return;
    for (const char c : alphabet) {
      local.push_back(c);
      self(self, depth - 1);
      local.pop_back();
    }
  };
  check(check, 4);
}

TEST(AddressTest, ADDR14_RefusesWhatNoLocalpartMayHold) {
  EXPECT_EQ(FromSip("sip:" + std::string(1024, 'a') + "@example.com").error(),
            AddressError::kNoOtherForm);
  EXPECT_TRUE(FromSip("sip:" + std::string(1023, 'a') + "@example.com").has_value());
  // 342 escaped characters are 1026 bytes.
  std::string escapes;
  for (int i = 0; i < 340; ++i) escapes += "&";
  EXPECT_TRUE(FromSip("sip:" + escapes + "abc@example.com").has_value());
  EXPECT_FALSE(FromSip("sip:" + escapes + "abcd@example.com").has_value());
}

TEST(AddressTest, ADDR15_ADDR16_DomainsAreALabelsInSip) {
  EXPECT_EQ(XmppToSip("a@bücher.example"), "sip:a@xn--bcher-kva.example");
  EXPECT_EQ(SipToXmpp("sip:a@xn--bcher-kva.example"), "a@bücher.example");
  EXPECT_EQ(FromSip("sip:a@xn--bcher-kva.example")->domain, "xn--bcher-kva.example");
  EXPECT_EQ(FromSip("sip:a@xn--a.example").error(), AddressError::kBadDomain);
  EXPECT_EQ(FromSip("sip:a@ex%61mple.com").error(), AddressError::kBadDomain);
}

TEST(AddressTest, ADDR18_AResourceIsAGr) {
  EXPECT_EQ(XmppToSip("romeo@example.com/dr4hcr0st3lup4c"),
            "sip:romeo@example.com;gr=dr4hcr0st3lup4c");
  EXPECT_EQ(XmppToSip("romeo@example.com/a b;c=\"<é>"),
            "sip:romeo@example.com;gr=a%20b%3Bc%3D%22%3C%C3%A9%3E");
  EXPECT_EQ(XmppToSip("romeo@example.com/a@b/c"), "sip:romeo@example.com;gr=a%40b/c");
}

TEST(AddressTest, ADDR19_ADDR20_AGrIsAResourceOnlyIfItCanBe) {
  EXPECT_EQ(SipToXmpp("sip:romeo@example.com;gr=a%20b"), "romeo@example.com/a b");
  EXPECT_EQ(SipToXmpp("sip:romeo@example.com;GR=x"), "romeo@example.com/x");
  EXPECT_EQ(SipToXmpp("sip:romeo@example.com;gr"), "romeo@example.com");
  EXPECT_EQ(SipToXmpp("sip:romeo@example.com;gr=%"), "romeo@example.com");
  EXPECT_EQ(SipToXmpp("sip:romeo@example.com;gr=%00"), "romeo@example.com");
  EXPECT_EQ(SipToXmpp("sip:romeo@example.com;gr=%FF"), "romeo@example.com");
}

TEST(AddressTest, ADDR23_ADDR26_GeneratesSipUrisWithUpperCaseEscapes) {
  EXPECT_EQ(XmppToSip("a#b@example.com"), "sip:a%23b@example.com");
  EXPECT_EQ(XmppToSip("ж@example.com"), "sip:%D0%B6@example.com");
}

TEST(AddressTest, ADDR24_ThePresenceEntityIsAPresUri) {
  EXPECT_EQ(PresUri({"a b%c?d^{e}`|#f.g", "example.com", ""}),
            "pres:a%20b%25c%3Fd%5E%7Be%7D%60%7C%23f.g@example.com");
}

TEST(AddressTest, ADDR25_AnonymousSendersHaveNoJid) {
  EXPECT_EQ(FromSip("sip:anonymous@anonymous.invalid").error(), AddressError::kAnonymous);
  EXPECT_EQ(FromSip("tel:+12015550123").error(), AddressError::kScheme);
}

TEST(AddressTest, T23_LineEndsAndQuotesNeverLeaveTheirPlace) {
  // Decoded line ends are refused; what is legal in a resource is escaped in the URI.
  EXPECT_EQ(SipToXmpp("sip:a%0d%0aVia:x@example.com"), "refused");
  const std::string uri = XmppToSip("romeo@example.com/x>;tag=1,<sip:evil@example.org>\"");
  EXPECT_EQ(uri.find_first_of("<>\"\r\n ,"), std::string::npos) << uri;
  EXPECT_EQ(SipToXmpp(uri), "romeo@example.com/x>;tag=1,<sip:evil@example.org>\"");
}

struct XmppUriRow {
  std::string uri;
  envelope::Address address;
};

const XmppUriRow kXmppUris[] = {
    {"xmpp:romeo@example.com", {"romeo", "example.com", ""}},
    {"xmpp:example.com", {"", "example.com", ""}},
    {"xmpp:d%5C27artagnan@example.com", {"d'artagnan", "example.com", ""}},
    {"xmpp:romeo@example.com/bal%20cony%2Fb", {"romeo", "example.com", "bal cony/b"}},
    {"xmpp:j%C3%BCrgen@xn--bcher-kva.example", {"j\u00fcrgen", "xn--bcher-kva.example", ""}},
};

TEST(AddressTest, AnXmppUriNamesAnAddress) {
  for (const XmppUriRow& row : kXmppUris) {
    EXPECT_EQ(ParseXmppUri(row.uri), row.address) << row.uri;
  }
  const envelope::Address romeo{"romeo", "example.com", ""};
  EXPECT_EQ(ParseXmppUri("XMPP:romeo@example.com?message;body=x#y"), romeo);
  EXPECT_EQ(ParseXmppUri("xmpp://guest@b.example/romeo@example.com"), romeo);
  for (const std::string bad :
       {"", "xmpp:", "sip:a@b.example", "xmpp:a%4@b.example", "xmpp:@b.example",
        "xmpp:a@b.example/", "xmpp:a%FF@b.example", "xmpp:a@b@c.example", "xmpp://b.example"}) {
    EXPECT_FALSE(ParseXmppUri(bad)) << bad;
  }
}

}  // namespace
}  // namespace dragoman::translate
