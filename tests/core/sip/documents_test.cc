// SDP, isComposing and PIDF.
#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "core/sip/iscomposing.h"
#include "core/sip/pidf.h"
#include "core/sip/sdp.h"

namespace dragoman::sip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SdpTest, ReadsTheOfferOfAnEdgesUser) {
  const SessionDescription offer = ParseSdp(
      "v=0\r\no=- 0 0 IN IP4 10.0.0.57\r\ns=session\r\nc=IN IP4 10.0.0.57\r\nt=0 0\r\nm=message "
      "5060 sip null\r\n"
      "a=accept-types:text/plain multipart/alternative image/gif text/x-msmsgsinvite\r\n");
  EXPECT_TRUE(offer.HasMessages());
  EXPECT_FALSE(offer.HasOtherMedia());
  EXPECT_TRUE(offer.Takes("text/plain"));
  EXPECT_FALSE(offer.Takes("application/im-iscomposing+xml"));
}

TEST(SdpTest, TellsOtherMediaApart) {
  EXPECT_TRUE(ParseSdp("v=0\r\nm=audio 1 RTP/AVP 0\r\nm=message 1 sip null\r\n").HasOtherMedia());
  EXPECT_FALSE(ParseSdp("v=0\r\nm=audio 1 RTP/AVP 0\r\n").HasMessages());
  EXPECT_TRUE(ParseSdp("v=0\nm=x-ms-message 5060 sip null\n").HasMessages());
  EXPECT_TRUE(ParseSdp("m=message 5060 sip null").Takes("text/plain"));
  EXPECT_FALSE(ParseSdp("").HasMessages());
}

TEST(SdpTest, PrintsWhatTheDialectShows) {
  const std::string offer = PrintSdp("192.0.2.10", "null", "text/plain");
  EXPECT_EQ(offer.size(), 123u);
  EXPECT_EQ(PrintSdp("192.0.2.10", "sip:romeo@jabber.example.org", "text/plain").size(), 147u);
  const SessionDescription read = ParseSdp(offer);
  EXPECT_THAT(read.media, ElementsAre("message"));
  EXPECT_THAT(read.accept_types, ElementsAre("text/plain"));
}

TEST(IsComposingTest, COMP1_EveryStateButActiveIsIdle) {
  const auto document = [](const std::string& state) {
    return "<isComposing xmlns='urn:ietf:params:xml:ns:im-iscomposing'><state>" + state +
           "</state></isComposing>";
  };
  EXPECT_EQ(ParseIsComposing(document("active")), (IsComposing{true, 0}));
  EXPECT_EQ(ParseIsComposing(document(" idle ")), (IsComposing{false, 0}));
  EXPECT_EQ(ParseIsComposing(document("pondering")), (IsComposing{false, 0}));
  EXPECT_EQ(ParseIsComposing("<isComposing/>"), std::nullopt);
  EXPECT_EQ(ParseIsComposing("nonsense"), std::nullopt);
}

TEST(IsComposingTest, ReadsWhatItPrints) {
  EXPECT_EQ(ParseIsComposing(PrintIsComposing(true)), (IsComposing{true, 0}));
  EXPECT_EQ(ParseIsComposing(PrintIsComposing(false)), (IsComposing{false, 0}));
}

Tuple OpenTuple(std::string id, std::string contact) {
  Tuple tuple;
  tuple.id = std::move(id);
  tuple.open = true;
  tuple.contact = std::move(contact);
  return tuple;
}

std::string Document(const std::string& inside) {
  return "<?xml version='1.0' encoding='UTF-8'?><presence xmlns='urn:ietf:params:xml:ns:pidf' "
         "xmlns:dm='urn:ietf:params:xml:ns:pidf:data-model' "
         "xmlns:rpid='urn:ietf:params:xml:ns:pidf:rpid' "
         "entity='pres:juliet@contoso.com'>" +
         inside + "</presence>";
}

TEST(PidfTest, PRES9_ReadsWhatItPrints) {
  PresenceDocument document;
  document.entity = "pres:romeo@jabber.example.org";
  Tuple orchard = OpenTuple("ID-orchard", "sip:romeo@jabber.example.org;gr=orchard");
  orchard.show = "away";
  orchard.activity = Activity::kBusy;
  orchard.priority = 7;
  orchard.notes = {{"en", "Wooing <Juliet> & \"friends\""}, {"cs", "Dvořím se"}};
  orchard.timestamp = "2026-11-23T20:00:00Z";
  Tuple balcony;
  balcony.id = "ID-balcony";
  document.tuples = {orchard, balcony};
  document.activity = Activity::kAway;
  const std::string text = PrintPidf(document);
  const auto read = ParsePidf(text);
  ASSERT_TRUE(read) << text;
  EXPECT_EQ(*read, document) << text;
}

TEST(PidfTest, PRES9_OrdersTheChildrenOfATuple) {
  PresenceDocument document;
  Tuple tuple = OpenTuple("a", "sip:a@b");
  tuple.notes = {{"", "hi"}};
  tuple.timestamp = "2026-11-23T20:00:00Z";
  document.tuples = {tuple};
  const std::string text = PrintPidf(document);
  EXPECT_LT(text.find("<status"), text.find("<contact"));
  EXPECT_LT(text.find("<contact"), text.find("<note"));
  EXPECT_LT(text.find("<note"), text.find("<timestamp"));
}

TEST(PidfTest, PRES5_WritesPrioritiesWithAtMostThreeDecimals) {
  const std::pair<std::uint16_t, std::string> table[] = {
      {0, "\"0.0\""}, {7, "\"0.007\""}, {70, "\"0.07\""}, {500, "\"0.5\""}, {1000, "\"1\""}};
  for (const auto& [thousandths, text] : table) {
    PresenceDocument document;
    document.tuples = {OpenTuple("a", "sip:a@b")};
    document.tuples[0].priority = thousandths;
    std::string printed = PrintPidf(document);
    std::replace(printed.begin(), printed.end(), '\'', '"');
    EXPECT_THAT(printed, HasSubstr("priority=" + text));
    EXPECT_EQ(ParsePidf(printed)->tuples.at(0).priority, thousandths);
  }
}

TEST(PidfTest, PRES6_IgnoresPrioritiesOutOfRange) {
  for (const std::string priority : {"1.001", "2", "-0.5", "x", "", "0.5x"}) {
    const auto read =
        ParsePidf(Document("<tuple id='a'><status><basic>open</basic></status><contact priority='" +
                           priority + "'>sip:a@b</contact></tuple>"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->tuples.at(0).priority, std::nullopt) << priority;
  }
}

TEST(PidfTest, PRES8_KeepsTheFirstNoteOfEachLanguageAndNoEmptyOne) {
  const auto read = ParsePidf(
      Document("<tuple id='a'><status><basic>open</basic></status><note xml:lang='en'>one</note>"
               "<note xml:lang='en'>two</note><note></note><note>three</note></tuple>"));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->tuples.at(0).notes, ElementsAre(Note{"en", "one"}, Note{"", "three"}));
}

TEST(PidfTest, PRES17_SkipsTuplesWithoutBasicAndOfOthers) {
  const auto read =
      ParsePidf(Document("<tuple id='a'><status/></tuple>"
                         "<tuple "
                         "id='b'><status><basic>open</basic></"
                         "status><rpid:relationship><rpid:assistant/></rpid:relationship></tuple>"
                         "<tuple "
                         "id='c'><status><basic>open</basic></status><rpid:relationship><rpid:self/"
                         "></rpid:relationship></tuple>"));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->tuples.size(), 1u);
  EXPECT_EQ(read->tuples[0].id, "c");
}

TEST(PidfTest, TheStrongestActivityWins) {
  const auto activity = [](const std::string& names) {
    const auto read = ParsePidf(
        Document("<dm:person id='p'><rpid:activities>" + names + "</rpid:activities></dm:person>"));
    return read ? read->activity : Activity::kNone;
  };
  EXPECT_EQ(activity("<rpid:away/><rpid:on-the-phone/>"), Activity::kBusy);
  EXPECT_EQ(activity("<rpid:vacation/><rpid:lunch/>"), Activity::kExtendedAway);
  EXPECT_EQ(activity("<rpid:lunch/>"), Activity::kAway);
  EXPECT_EQ(activity("<rpid:working/><rpid:tv/>"), Activity::kNone);
}

TEST(PidfTest, PRES19_NamespacesDecideAndUnknownElementsDoNotMatter) {
  const auto read = ParsePidf(
      "<p:presence xmlns:p='urn:ietf:params:xml:ns:pidf' xmlns:x='urn:x' "
      "entity='e'><x:thing><p:tuple id='no'/></x:thing>"
      "<p:tuple id='a'><x:basic>closed</x:basic><p:status><x:basic>closed</x:basic><p:basic> open "
      "</p:basic></p:status></p:tuple></p:presence>");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->tuples.size(), 1u);
  EXPECT_TRUE(read->tuples[0].open);
}

TEST(PidfTest, PRES20_RefusesWhatIsNoDocumentAndEntities) {
  EXPECT_FALSE(ParsePidf(""));
  EXPECT_FALSE(ParsePidf("<presence/>"));
  EXPECT_FALSE(ParsePidf("<presence xmlns='urn:ietf:params:xml:ns:pidf'>"));
  EXPECT_FALSE(ParsePidf(
      "<!DOCTYPE presence [<!ENTITY a 'b'>]><presence xmlns='urn:ietf:params:xml:ns:pidf'/>"));
}

TEST(PidfTest, BoundsTheTuples) {
  std::string tuples;
  for (std::size_t i = 0; i < kTuplesMax; ++i)
    tuples += "<tuple id='a'><status><basic>open</basic></status></tuple>";
  EXPECT_TRUE(ParsePidf(Document(tuples)));
  EXPECT_FALSE(
      ParsePidf(Document(tuples + "<tuple id='a'><status><basic>open</basic></status></tuple>")));
}

}  // namespace
}  // namespace dragoman::sip
