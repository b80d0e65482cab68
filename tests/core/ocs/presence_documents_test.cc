// text/xml+msrtc.pidf and application/msrtc-event-categories+xml.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/ocs/availability_number.h"
#include "core/ocs/categories.h"
#include "core/ocs/presentity.h"

namespace dragoman::ocs {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AvailabilityNumberTest, HasABound) {
  EXPECT_EQ(ParseAvailability(" 3500\r\n"), 3500);
  EXPECT_EQ(ParseAvailability("0"), 0);
  EXPECT_EQ(ParseAvailability("65535"), kAvailabilityMax);
  for (const std::string text :
       {"65536", "-1", "", " ", "3500.5", "x", "99999999999999999999999999"}) {
    EXPECT_EQ(ParseAvailability(text), std::nullopt) << text;
  }
}

const char kPresentity[] =
    "<?xml version=\"1.0\"?>\r\n"
    "<presentity xmlns=\"http://schemas.microsoft.com/2002/09/sip/presence\" "
    "uri=\"romeo@contoso.com\">\r\n"
    "<availability aggregate=\"300\" description=\"online\"/>\r\n"
    "<activity aggregate=\"600\" description=\"Busy\"/>\r\n"
    "<displayName displayName=\"Romeo\"/>\r\n"
    "<email email=\"romeo@contoso.com\"/>\r\n"
    "<userInfo><note> In Mantua </note><states>"
    "<state avail=\"6500\" since=\"2026-11-23T19:00:00Z\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"machineState\"/>"
    "<state avail=\"9500\" since=\"2026-11-23T20:00:00Z\"/><state avail=\"12\"/></states>"
    "</userInfo><devices><devicePresence epid=\"1\"><availability aggregate=\"0\"/>"
    "</devicePresence></devices></presentity>";

TEST(PresentityTest, ReadsWhatAServerWrites) {
  const auto read = ParsePresentity(kPresentity);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->uri, "romeo@contoso.com");
  EXPECT_EQ(read->availability, 300);
  EXPECT_EQ(read->activity, 600);
  EXPECT_EQ(read->state, 9500);
  EXPECT_EQ(read->since, "2026-11-23T20:00:00Z");
  EXPECT_EQ(read->note, "In Mantua");
  EXPECT_EQ(read->display_name, "Romeo");
}

TEST(PresentityTest, TakesBothNamespacesAndNone) {
  const std::string rest = "uri='a@b'><availability aggregate='300'/></presentity>";
  for (const std::string ns : {"xmlns='http://schemas.microsoft.com/2002/09/sip/presence' ",
                               "xmlns='http://schemas.microsoft.com/09/2002/sip/presence' ", ""}) {
    const auto read = ParsePresentity("<presentity " + ns + rest);
    ASSERT_TRUE(read) << ns;
    EXPECT_EQ(read->availability, 300);
    EXPECT_EQ(read->activity, 0);
  }
  EXPECT_FALSE(ParsePresentity("<presentity xmlns='urn:x' " + rest));
}

TEST(PresentityTest, PRES20_RefusesWhatIsNoDocument) {
  for (const std::string text : {"", "<presentity", "<presence/>", "<presentity>", "{}",
                                 "<!DOCTYPE p [<!ENTITY a 'b'>]><presentity uri='a@b'/>"}) {
    EXPECT_FALSE(ParsePresentity(text)) << text;
  }
}

TEST(PresentityTest, BoundsTheStates) {
  const auto with = [](std::size_t states) {
    std::string text = "<presentity uri='a@b'><userInfo><states>";
    for (std::size_t i = 0; i < states; ++i) text += "<state avail='3500'/>";
    return ParsePresentity(text + "</states></userInfo></presentity>").has_value();
  };
  EXPECT_TRUE(with(kStatesMax));
  EXPECT_FALSE(with(kStatesMax + 1));
}

TEST(PresentityTest, ReadsWhatItPrints) {
  Presentity presentity{.uri = "romeo@jabber.example.org",
                        .availability = 300,
                        .activity = 600,
                        .state = 9500,
                        .since = "2026-11-23T20:00:00Z",
                        .note = "Wooing <Juliet> & \"friends\"",
                        .display_name = "Romeo"};
  EXPECT_EQ(ParsePresentity(PrintPresentity(presentity)), presentity);
  presentity = {.uri = "a@b"};
  EXPECT_EQ(ParsePresentity(PrintPresentity(presentity)), presentity);
}

TEST(PresentityTest, PrintsWhatTheDialectShows) {
  EXPECT_EQ(PrintPresentity({.uri = "romeo@jabber.example.org",
                             .availability = 300,
                             .activity = 600,
                             .description = "Busy",
                             .since = {},
                             .note = {},
                             .display_name = "Romeo"}),
            "<?xml version=\"1.0\"?>\r\n"
            "<presentity xmlns='http://schemas.microsoft.com/2002/09/sip/presence' "
            "uri='romeo@jabber.example.org'>"
            "<availability aggregate='300' description='online'/>"
            "<activity aggregate='600' description='Busy'/>"
            "<displayName displayName='Romeo'/></presentity>");
}

std::string State(const std::string& type, const std::string& inside) {
  return "<category name='state' instance='1' publishTime='2026-11-23T20:00:00.123' container='2' "
         "version='1'><state xmlns='http://schemas.microsoft.com/2006/09/sip/state' "
         "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='" +
         type + "'>" + inside + "</state></category>";
}

std::string CategoriesWith(const std::string& inside) {
  return "<categories xmlns='http://schemas.microsoft.com/2006/09/sip/categories' "
         "uri='sip:romeo@contoso.com'>" +
         inside + "</categories>";
}

TEST(CategoriesTest, ReadsWhatAServerWrites) {
  const auto read = ParseCategories(CategoriesWith(
      "<category name='calendarData' instance='0'><calendarData/></category>" +
      State("aggregateState",
            "<availability>6500</availability>"
            "<activity token='on-the-phone' minAvailability='6500' "
            "maxAvailability='8999'><custom LCID='1033'>On air</custom>"
            "</activity><endpointLocation/>") +
      "<category name='note' instance='0'><note "
      "xmlns='http://schemas.microsoft.com/2006/09/sip/note'><body type='personal' "
      "uri=''>In Mantua</body></note></category>"
      "<category name='contactCard' instance='0'><contactCard "
      "xmlns='http://schemas.microsoft.com/2006/09/sip/contactcard'><identity><name>"
      "<displayName>Romeo</displayName></name></identity></contactCard></category>"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->uri, "sip:romeo@contoso.com");
  EXPECT_EQ(read->state,
            (CategoryState{6500, "on-the-phone", "On air", "2026-11-23T20:00:00.123"}));
  EXPECT_EQ(read->note, "In Mantua");
  EXPECT_EQ(read->display_name, "Romeo");
}

TEST(CategoriesTest, OfSeveralStatesTheAggregateWinsElseTheLast) {
  const auto number = [](const std::string& states) {
    const auto read = ParseCategories(CategoriesWith(states));
    return read && read->state ? read->state->availability : 0;
  };
  const std::string machine = State("machineState", "<availability>3500</availability>");
  const std::string user = State("userState", "<availability>15500</availability>");
  const std::string all = State("aggregateState", "<availability>9500</availability>");
  EXPECT_EQ(number(all + machine + user), 9500);
  EXPECT_EQ(number(machine + all + user), 9500);
  EXPECT_EQ(number(machine + user + all), 9500);
  EXPECT_EQ(number(machine + user), 15500);
  EXPECT_EQ(number(user + machine), 3500);
  EXPECT_EQ(number(user + State("x:aggregateState", "<availability>9500</availability>") + user),
            9500);
}

TEST(CategoriesTest, EVT16_WithoutAStateItSaysNothingOfIt) {
  for (const std::string inside :
       {"", "<category name='state'/>", "<category name='state'><state/></category>",
        "<category name='state'><state><availability>much</availability></state></category>",
        "<category><state><availability>3500</availability></state></category>",
        "<category name='note'><note><body>hi</body></note></category>"}) {
    const auto read = ParseCategories(CategoriesWith(inside));
    ASSERT_TRUE(read) << inside;
    EXPECT_EQ(read->state, std::nullopt) << inside;
  }
}

TEST(CategoriesTest, TheFirstNoteThatSaysSomethingCounts) {
  const auto note = [](const std::string& body) {
    return "<category name='note'><note>" + body + "</note></category>";
  };
  const auto read = ParseCategories(CategoriesWith(
      note("") + note("<body> </body>") + note("<body>a</body>") + note("<body>b</body>")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->note, "a");
}

TEST(CategoriesTest, PRES20_RefusesWhatIsNoDocumentAndMoreThanItsBound) {
  for (const std::string text : {"", "<categories", "<category/>", "<!DOCTYPE c><categories/>"}) {
    EXPECT_FALSE(ParseCategories(text)) << text;
  }
  std::string many;
  for (std::size_t i = 0; i < kCategoriesMax; ++i) many += "<category name='note'/>";
  EXPECT_TRUE(ParseCategories(CategoriesWith(many)));
  EXPECT_FALSE(ParseCategories(CategoriesWith(many + "<category/>")));
}

TEST(CategoriesTest, ReadsWhatItPrints) {
  Categories categories;
  categories.uri = "sip:romeo@jabber.example.org";
  categories.state = CategoryState{9500, "in-presentation", "On <air>", "2026-11-23T20:00:00Z"};
  categories.note = "Wooing & \"more\"";
  categories.display_name = "Romeo";
  const std::string text = PrintCategories(categories);
  EXPECT_EQ(ParseCategories(text), categories) << text;
  EXPECT_THAT(text, HasSubstr("aggregateState"));
  categories.note.clear();
  categories.display_name.clear();
  EXPECT_THAT(PrintCategories(categories), Not(HasSubstr("contactCard")));
  EXPECT_EQ(ParseCategories(PrintCategories(categories)), categories);
}

}  // namespace
}  // namespace dragoman::ocs
