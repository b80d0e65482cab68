#include "cli/explain/facts.h"

#include <gmock/gmock.h>

#include "tests/cli/explain/court.h"

namespace dragoman::explain {
namespace {

using envelope::Side;

struct Typed {
  const char* text;
  const char* address;  // empty: none
  Side side;
  const char* other_form;
};

const Typed kTyped[] = {
    {"romeo@montague.example", "romeo@montague.example", Side::kSip, "romeo@montague.example"},
    {"sip:romeo@montague.example", "romeo@montague.example", Side::kSip, "romeo@montague.example"},
    {"SIP:Romeo@Montague.example:5061;transport=tls", "romeo@montague.example", Side::kSip,
     "romeo@montague.example"},
    {"xmpp:romeo@montague.example", "romeo@montague.example", Side::kSip, "romeo@montague.example"},
    {" juliet@capulet.example/balcony ", "juliet@capulet.example", Side::kXmpp,
     "sip:juliet@capulet.example"},
    {"sip:juliet@capulet.example", "juliet@capulet.example", Side::kXmpp,
     "sip:juliet@capulet.example"},
    {"sip:d'artagnan@montague.example", "d'artagnan@montague.example", Side::kSip,
     "d\\27artagnan@montague.example"},
    {"d\\27artagnan@montague.example", "d'artagnan@montague.example", Side::kSip,
     "d\\27artagnan@montague.example"},
    // as logs and `dragoman subs` write it
    {"d'artagnan@montague.example", "d'artagnan@montague.example", Side::kSip,
     "d\\27artagnan@montague.example"},
    {"a@b@capulet.example", "a@b@capulet.example", Side::kXmpp, "sip:a%40b@capulet.example"},
    {"tel:+15551234", "", Side::kXmpp, ""},
    {"@capulet.example", "", Side::kXmpp, ""},
    {"romeo@", "", Side::kXmpp, ""},
    {"", "", Side::kXmpp, ""},
};

TEST(FactsTest, AnAddressIsUnderstoodAsPeopleTypeIt) {
  for (const Typed& one : kTyped) {
    SCOPED_TRACE(one.text);
    const Party party = ReadParty(one.text, Configured());
    EXPECT_EQ(party.typed, one.text);
    EXPECT_EQ(party.side, one.side);
    EXPECT_EQ(party.other_form, one.other_form);
    EXPECT_EQ(party.problem.empty(), *one.address != '\0');
    if (*one.address != '\0') {
      EXPECT_EQ(ToString(party.address), one.address);
    } else {
      EXPECT_EQ(party.address.domain, "");
    }
  }
}

TEST(FactsTest, ThePartnerIsTheEntryThatMatchesBest) {
  EXPECT_EQ(FactsOf(kJuliet, kRomeo, Configured()).entry,
            "partners[1], capulet.example, b.example");
  EXPECT_EQ(FactsOf(kRomeo, "a@chat.example.org", Configured()).entry,
            "partners[0], *.example.org");
  EXPECT_EQ(FactsOf(kRomeo, "a@elsewhere.example", Configured()).entry, "");
  EXPECT_EQ(FactsOf(kRomeo, "a@verona.example", Configured()).entry, "");
}

TEST(FactsTest, TheExaminationIsNarrowedToTheTwo) {
  const Facts facts = FactsOf("a@chat.example.org", "b@verona.example", Configured());
  const policy::Settings narrow = NarrowedTo(facts, Configured());
  EXPECT_THAT(narrow.sip.domains, testing::ElementsAre("verona.example"));
  ASSERT_EQ(narrow.partners.size(), 1u);
  EXPECT_THAT(narrow.partners[0].domains, testing::ElementsAre("chat.example.org"));
  EXPECT_EQ(narrow.sip.edges, Configured().sip.edges);
  EXPECT_TRUE(NarrowedTo(FactsOf("a@elsewhere.example", kRomeo, Configured()), Configured())
                  .partners.empty());
}

}  // namespace
}  // namespace dragoman::explain
