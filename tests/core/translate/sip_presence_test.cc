#include "core/translate/sip_presence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using envelope::ResourcePresence;
using envelope::Show;
using testing::ElementsAre;

ResourcePresence Open(const std::string& resource, Show show = Show::kNone, int priority = 0) {
  ResourcePresence presence;
  presence.resource = resource;
  presence.available = true;
  presence.show = show;
  presence.priority = static_cast<std::int8_t>(priority);
  return presence;
}

std::vector<ResourcePresence> There(const std::string& tuples) {
  const auto document = sip::ParsePidf(
      "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' "
      "xmlns:e='urn:ietf:params:xml:ns:pidf:status:rpid-status' "
      "xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' entity='sip:x@y'>" +
      tuples + "</presence>");
  EXPECT_TRUE(document.has_value()) << tuples;
  return document ? ResourcesOf(*document) : std::vector<ResourcePresence>();
}

TEST(SipPresenceTest, PRES5_PRES6_PrioritiesCrossAndComeBack) {
  for (int priority = -128; priority <= 127; ++priority) {
    const auto document = DocumentOf(kJuliet, {Open("r", Show::kNone, priority)}, kNow);
    const auto& tuple = document.tuples.at(0);
    EXPECT_EQ(tuple.priority.has_value(), priority >= 0);
    const auto back = sip::ParsePidf(sip::PrintPidf(document));
    ASSERT_TRUE(back.has_value());
    const auto there = ResourcesOf(*back).at(0).priority;
    if (priority < 0) {
      EXPECT_EQ(there, std::nullopt);
    } else {
      EXPECT_EQ(there, priority);
    }
  }
  const auto q = [](int p) {
    return DocumentOf(kJuliet, {Open("r", Show::kNone, p)}, kNow).tuples[0].priority;
  };
  EXPECT_EQ(q(0), 0);
  EXPECT_EQ(q(1), 7);
  EXPECT_EQ(q(127), 1000);
}

struct ActivityRow {
  std::string name;
  Show show;
};

const ActivityRow kActivities[] = {
    {"busy", Show::kDnd},         {"on-the-phone", Show::kDnd}, {"meeting", Show::kDnd},
    {"presentation", Show::kDnd}, {"performance", Show::kDnd},  {"worship", Show::kDnd},
    {"steering", Show::kDnd},     {"away", Show::kAway},        {"appointment", Show::kAway},
    {"breakfast", Show::kAway},   {"lunch", Show::kAway},       {"dinner", Show::kAway},
    {"meal", Show::kAway},        {"in-transit", Show::kAway},  {"travel", Show::kAway},
    {"shopping", Show::kAway},    {"spectator", Show::kAway},   {"holiday", Show::kXa},
    {"vacation", Show::kXa},      {"sleeping", Show::kXa},      {"permanent-absence", Show::kXa},
    {"working", Show::kNone},     {"playing", Show::kNone},     {"tv", Show::kNone},
    {"other", Show::kNone},       {"unknown", Show::kNone},     {"invented", Show::kNone},
};

TEST(SipPresenceTest, PRES7_2_AnActivityIsAShow) {
  for (const ActivityRow& row : kActivities) {
    const std::string person =
        "<d:person id='p'><r:activities><r:" + row.name + "/></r:activities></d:person>";
    const auto open = There("<tuple id='a'><status><basic>open</basic></status></tuple>" + person);
    EXPECT_EQ(open.at(0).show, row.show) << row.name;
    const auto closed =
        There("<tuple id='a'><status><basic>closed</basic></status></tuple>" + person);
    EXPECT_EQ(closed.at(0).show, Show::kNone) << row.name;
  }
  // As Microsoft's servers write it, and the strongest of several.
  EXPECT_EQ(
      There("<tuple id='0'><status><basic>open</basic><e:activities><e:activity>away</e:activity>"
            "<e:activity>busy</e:activity></e:activities></status></tuple>")
          .at(0)
          .show,
      Show::kDnd);
}

TEST(SipPresenceTest, PRES7_AKnownShowWinsOverTheActivity) {
  const std::string person = "<d:person id='p'><r:activities><r:busy/></r:activities></d:person>";
  const auto with = [&](const std::string& show) {
    return There("<tuple id='a'><status><basic>open</basic><show xmlns='jabber:client'>" + show +
                 "</show></status></tuple>" + person)
        .at(0)
        .show;
  };
  EXPECT_EQ(with("xa"), Show::kXa);
  EXPECT_EQ(with("chat"), Show::kChat);
  EXPECT_EQ(with("dancing"), Show::kDnd);
}

TEST(SipPresenceTest, PRES13_TheResourceIsTheTupleId) {
  const auto resource = [](const std::string& id) {
    return There("<tuple id='" + id + "'><status><basic>open</basic></status></tuple>")
        .at(0)
        .resource;
  };
  EXPECT_EQ(resource("ID-orchard"), "orchard");
  EXPECT_EQ(resource("orchard"), "orchard");
  EXPECT_EQ(resource("ID-ID-x"), "ID-x");
  EXPECT_EQ(resource("ID-"), "");
  EXPECT_EQ(resource(""), "");
}

TEST(SipPresenceTest, ATuplesOwnActivityIsThatOfItsResourceAlone) {
  const std::string tuples =
      "<tuple id='desk'><status><basic>open</basic><e:activities><e:activity>away</e:activity>"
      "</e:activities></status></tuple>"
      "<tuple id='phone'><status><basic>open</basic><e:activities><e:activity>busy</e:activity>"
      "</e:activities></status></tuple><tuple "
      "id='tablet'><status><basic>open</basic></status></tuple>";
  auto there = There(tuples);
  EXPECT_EQ(there.at(0).show, Show::kAway);
  EXPECT_EQ(there.at(1).show, Show::kDnd);
  EXPECT_EQ(there.at(2).show, Show::kNone);
  there = There(tuples + "<d:person id='p'><r:activities><r:sleeping/></r:activities></d:person>");
  EXPECT_EQ(there.at(0).show, Show::kXa);
  EXPECT_EQ(there.at(1).show, Show::kDnd);
  EXPECT_EQ(there.at(2).show, Show::kXa);
}

TEST(SipPresenceTest, PRES18_TheTuplesOwnNoteCounts) {
  const auto there = There(
      "<tuple id='a'><status><basic>open</basic></status><note xml:lang='en'>own</note></tuple>"
      "<tuple id='b'><status><basic>open</basic></status></tuple><note>all</note>");
  EXPECT_THAT(there.at(0).notes, ElementsAre(envelope::Text{"en", "own"}));
  EXPECT_THAT(there.at(1).notes, ElementsAre(envelope::Text{"", "all"}));
}

TEST(SipPresenceTest, PRES1_PRES3_OneTupleForEachResource) {
  const auto document =
      DocumentOf(kJuliet,
                 {Open("dnd", Show::kDnd), Open("a b/é", Show::kXa), Open("away", Show::kAway),
                  Open("low"), Open("high", Show::kNone, 5), Open("chat", Show::kChat)},
                 kNow);
  std::vector<std::string> ids;
  for (const sip::Tuple& tuple : document.tuples) ids.push_back(tuple.id);
  EXPECT_THAT(ids,
              ElementsAre("ID-chat", "ID-high", "ID-low", "ID-away", "IX-6120622fc3a9", "ID-dnd"));
  EXPECT_EQ(document.activity, sip::Activity::kNone);
  EXPECT_EQ(document.tuples[0].contact, "sip:juliet@jabber.example.com;gr=chat");  // PRES-4
  EXPECT_EQ(document.tuples[0].timestamp, "2026-11-23T20:00:00Z");                 // PRES-10
}

TEST(SipPresenceTest, PRES4_EachTupleSaysWhereItsResourceIs) {
  const auto contact = [](const std::string& resource) {
    return DocumentOf(kJuliet, {Open(resource)}, kNow).tuples.at(0).contact;
  };
  EXPECT_EQ(contact("balcony"), "sip:juliet@jabber.example.com;gr=balcony");
  EXPECT_EQ(contact("a b"), "sip:juliet@jabber.example.com;gr=a%20b");
  EXPECT_EQ(contact(""), "sip:juliet@jabber.example.com");
  EXPECT_EQ(DocumentOf(kJuliet, {}, kNow).tuples.at(0).contact, "sip:juliet@jabber.example.com");
}

TEST(SipPresenceTest, PRES2_NobodyThereIsClosed) {
  const auto empty = DocumentOf(kJuliet, {}, kNow);
  ASSERT_EQ(empty.tuples.size(), 1u);
  EXPECT_FALSE(empty.tuples[0].open);
  ResourcePresence gone;
  gone.resource = "balcony";
  gone.show = Show::kAway;
  gone.notes = {{"en", "to bed"}};
  const auto closed = DocumentOf(kJuliet, {gone}, kNow);
  ASSERT_EQ(closed.tuples.size(), 1u);
  EXPECT_FALSE(closed.tuples[0].open);
  EXPECT_EQ(closed.tuples[0].show, "");  // PRES-15
  EXPECT_EQ(closed.tuples[0].notes.at(0).text, "to bed");
  EXPECT_EQ(DocumentOf(kJuliet, {gone, Open("x")}, kNow).tuples.size(), 1u);
}

TEST(SipPresenceTest, ADocumentHoldsAtMostItsBoundOfTuples) {
  std::vector<ResourcePresence> many;
  for (std::size_t i = 0; i <= sip::kTuplesMax; ++i) many.push_back(Open("r" + std::to_string(i)));
  EXPECT_EQ(DocumentOf(kJuliet, many, kNow).tuples.size(), sip::kTuplesMax);
}

TEST(SipPresenceTest, T23_MarkupInNotesAndResourcesStaysText) {
  ResourcePresence presence = Open("\"><x>");
  presence.notes = {{"\"><y>", "</note><tuple id='z'/>\x01&amp;"}};
  const auto back = sip::ParsePidf(sip::PrintPidf(DocumentOf(kJuliet, {presence}, kNow)));
  ASSERT_TRUE(back.has_value());
  ASSERT_EQ(back->tuples.size(), 1u);
  EXPECT_EQ(back->tuples[0].notes.at(0).text, "</note><tuple id='z'/>\xEF\xBF\xBD&amp;");
  EXPECT_EQ(back->tuples[0].notes.at(0).lang, "");
}

}  // namespace
}  // namespace dragoman::translate
