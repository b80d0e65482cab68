// The table of ocs-dialect §4.5, both ways.
#include "core/translate/availability.h"

#include <gtest/gtest.h>

#include <string>

#include "core/translate/microsoft_presence.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using envelope::ResourcePresence;
using envelope::Show;
using policy::DndAs;
using sip::XpidfStatus;

TEST(AvailabilityTest, EachRowHasWhatItWritesWithinItself) {
  for (const Availability& row : Availabilities()) {
    EXPECT_LE(row.first, row.number) << row.name;
    EXPECT_LE(row.number, row.last) << row.name;
  }
}

TEST(AvailabilityTest, EachRowIsReadFromItsNumbersAndOnlyFromThem) {
  for (const Availability& row : Availabilities()) {
    for (const std::uint16_t number : {row.first, row.number, row.last}) {
      EXPECT_EQ(ByNumber(number, row.token).name, row.name) << number;
    }
    if (row.first > 0) {
      EXPECT_NE(ByNumber(static_cast<std::uint16_t>(row.first - 1), row.token).name, row.name);
    }
    if (row.last < 65535) {
      EXPECT_NE(ByNumber(static_cast<std::uint16_t>(row.last + 1), row.token).name, row.name);
    }
  }
}

struct NumberRow {
  std::uint16_t number;
  std::string token;
  bool available;
  Show show;
  std::string note;
};

const NumberRow kNumbers[] = {
    {0, "", false, Show::kNone, ""},
    {2999, "", false, Show::kNone, ""},
    {3000, "", true, Show::kNone, ""},
    {3500, "", true, Show::kNone, ""},
    {4499, "", true, Show::kNone, ""},
    {4500, "", true, Show::kAway, "Inactive"},
    {5000, "", true, Show::kAway, "Inactive"},
    {5999, "", true, Show::kAway, "Inactive"},
    {6000, "", true, Show::kDnd, ""},
    {6500, "", true, Show::kDnd, ""},
    {6499, "on-the-phone", true, Show::kDnd, ""},
    {6500, "on-the-phone", true, Show::kDnd, "In a call"},
    {8999, "on-the-phone", true, Show::kDnd, "In a call"},
    {9000, "on-the-phone", true, Show::kDnd, ""},
    {6500, "in-a-meeting", true, Show::kDnd, "In a meeting"},
    {6999, "in-a-conference", true, Show::kDnd, ""},
    {7000, "in-a-conference", true, Show::kDnd, "In a conference"},
    {7499, "", true, Show::kDnd, ""},
    {7500, "", true, Show::kDnd, ""},
    {8999, "", true, Show::kDnd, ""},
    {9000, "", true, Show::kDnd, ""},
    {8999, "in-presentation", true, Show::kDnd, ""},
    {9000, "in-presentation", true, Show::kDnd, "Presenting"},
    {9500, "urgent-interruptions-only", true, Show::kDnd, "Urgent interruptions only"},
    {9500, "do-not-disturb", true, Show::kDnd, ""},
    {11999, "", true, Show::kDnd, ""},
    {12000, "", true, Show::kAway, ""},
    {12500, "be-right-back", true, Show::kAway, ""},
    {14999, "", true, Show::kAway, ""},
    {15000, "", true, Show::kAway, ""},
    {15500, "", true, Show::kAway, ""},
    {15500, "out-to-lunch", true, Show::kAway, "Out to lunch"},
    {15500, "out-of-office", true, Show::kXa, "Out of office"},
    {3500, "out-of-office", true, Show::kNone, ""},
    {15500, "invented", true, Show::kAway, ""},
    {16999, "", true, Show::kAway, ""},
    {17000, "", true, Show::kXa, ""},
    {17999, "", true, Show::kXa, ""},
    {18000, "", false, Show::kNone, ""},
    {18500, "", false, Show::kNone, ""},
    {18500, "out-of-office", false, Show::kNone, ""},
    {65535, "", false, Show::kNone, ""},
};

TEST(AvailabilityTest, ANumberWithItsTokenIsAShow) {
  for (const NumberRow& row : kNumbers) {
    const Availability& read = ByNumber(row.number, row.token);
    EXPECT_EQ(read.available, row.available) << row.number << row.token;
    EXPECT_EQ(read.show, row.show) << row.number << row.token;
    EXPECT_EQ(read.note, row.note) << row.number << row.token;
  }
}

struct LegacyRow {
  std::uint16_t online;
  std::uint16_t activity;
  std::string name;
};

const LegacyRow kLegacy[] = {
    {0, 0, "Offline"},           {99, 800, "Offline"},       {100, 0, "Available"},
    {300, 0, "Available"},       {300, 99, "Available"},     {300, 100, "Away"},
    {300, 149, "Away"},          {300, 150, "Out to lunch"}, {300, 199, "Out to lunch"},
    {300, 200, "Inactive"},      {300, 299, "Inactive"},     {300, 300, "Be right back"},
    {300, 399, "Be right back"}, {300, 400, "Available"},    {300, 499, "Available"},
    {300, 500, "In a call"},     {300, 599, "In a call"},    {300, 600, "Busy"},
    {300, 699, "Busy"},          {300, 700, "Away"},         {300, 799, "Away"},
    {300, 800, "Available"},     {999, 65535, "Available"},
};

TEST(AvailabilityTest, TheTwoLegacyNumbersAreAState) {
  for (const LegacyRow& row : kLegacy) {
    EXPECT_EQ(ByLegacy(row.online, row.activity).name, row.name)
        << row.online << " " << row.activity;
  }
}

TEST(AvailabilityTest, EachRowsLegacyNumbersTellTheSameShow) {
  for (const Availability& row : Availabilities()) {
    const Availability& read = ByLegacy(row.legacy_online, row.legacy_activity);
    EXPECT_EQ(read.available, row.available) << row.name;
    // Out of office is no more than away there.
    EXPECT_EQ(read.show, row.show == Show::kXa ? Show::kAway : row.show) << row.name;
  }
}

struct XpidfRow {
  XpidfStatus status;
  std::string substatus;
  std::string name;
};

const XpidfRow kXpidf[] = {
    {XpidfStatus::kOpen, "online", "Available"},
    {XpidfStatus::kOpen, "", "Available"},
    {XpidfStatus::kOpen, "unknown", "Available"},
    {XpidfStatus::kOpen, "invented", "Available"},
    {XpidfStatus::kOpen, "away", "Away"},
    {XpidfStatus::kOpen, "idle", "Inactive"},
    {XpidfStatus::kOpen, "busy", "Busy"},
    {XpidfStatus::kOpen, "berightback", "Be right back"},
    {XpidfStatus::kOpen, "onthephone", "In a call"},
    {XpidfStatus::kOpen, "outtolunch", "Out to lunch"},
    {XpidfStatus::kInUse, "", "Busy"},
    {XpidfStatus::kInUse, "online", "Busy"},
    {XpidfStatus::kInUse, "busy", "Busy"},
    {XpidfStatus::kInUse, "onthephone", "In a call"},
    {XpidfStatus::kClosed, "unknown", "Offline"},
    {XpidfStatus::kClosed, "online", "Offline"},
};

TEST(AvailabilityTest, WindowsMessengersTwoWordsAreAState) {
  for (const XpidfRow& row : kXpidf) {
    EXPECT_EQ(ByXpidf(row.status, row.substatus).name, row.name) << row.substatus;
  }
  for (const Availability& row : Availabilities()) {
    const Availability& read = ByXpidf(row.status, row.substatus);
    EXPECT_EQ(read.available, row.available) << row.name;
    EXPECT_EQ(read.show, row.show == Show::kXa ? Show::kAway : row.show) << row.name;
  }
}

struct ShowRow {
  bool available;
  Show show;
  DndAs dnd;
  std::uint16_t number, online, activity;
  XpidfStatus status;
  std::string substatus;
  sip::Activity pidf;
};

const ShowRow kShows[] = {
    {true, Show::kNone, DndAs::kBusy, 3500, 300, 400, XpidfStatus::kOpen, "online",
     sip::Activity::kNone},
    {true, Show::kChat, DndAs::kBusy, 3500, 300, 400, XpidfStatus::kOpen, "online",
     sip::Activity::kNone},
    {true, Show::kAway, DndAs::kBusy, 15500, 300, 100, XpidfStatus::kOpen, "away",
     sip::Activity::kAway},
    {true, Show::kXa, DndAs::kBusy, 15500, 300, 100, XpidfStatus::kOpen, "away",
     sip::Activity::kAway},
    {true, Show::kDnd, DndAs::kBusy, 6500, 300, 600, XpidfStatus::kInUse, "busy",
     sip::Activity::kBusy},
    {true, Show::kDnd, DndAs::kDoNotDisturb, 9500, 300, 600, XpidfStatus::kInUse, "busy",
     sip::Activity::kBusy},
    {false, Show::kNone, DndAs::kBusy, 18500, 0, 0, XpidfStatus::kClosed, "unknown",
     sip::Activity::kNone},
    {false, Show::kDnd, DndAs::kBusy, 18500, 0, 0, XpidfStatus::kClosed, "unknown",
     sip::Activity::kNone},
};

TEST(AvailabilityTest, AShowIsAStateInEachFormat) {
  for (const ShowRow& row : kShows) {
    const Availability& state = ByShow(row.available, row.show, row.dnd);
    EXPECT_EQ(state.number, row.number);
    EXPECT_EQ(state.activity, row.pidf);
    ResourcePresence presence;
    presence.available = row.available;
    presence.show = row.show;
    const Telling telling{"sip:juliet@jabber.example.com", kNow, row.dnd};
    const auto presentity = PresentityOf(presence, telling);
    EXPECT_EQ(presentity.uri, "juliet@jabber.example.com");
    EXPECT_EQ(presentity.availability, row.online);
    EXPECT_EQ(presentity.activity, row.activity);
    EXPECT_EQ(presentity.state, row.number == 9500 ? 9500 : 0);
    EXPECT_EQ(CategoriesOf(presence, telling).state->availability, row.number);
    const auto xpidf = XpidfOf(presence, telling);
    EXPECT_EQ(xpidf.status, row.status);
    EXPECT_EQ(xpidf.substatus, row.substatus);
  }
}

TEST(AvailabilityTest, AShowComesBackFromEachFormat) {
  for (const ShowRow& row : kShows) {
    ResourcePresence presence;
    presence.available = row.available;
    presence.show = row.show;
    presence.since = kNow;
    const Telling telling{"sip:juliet@jabber.example.com", kNow, row.dnd};
    Show expected = row.show;  // what none of them can say is the next best
    if (!row.available || row.show == Show::kChat) expected = Show::kNone;
    if (row.show == Show::kXa) expected = Show::kAway;
    for (const ResourcePresence& back : {ResourcesOf(PresentityOf(presence, telling)).at(0),
                                         ResourcesOf(XpidfOf(presence, telling)).at(0),
                                         ResourcesOf(CategoriesOf(presence, telling))->at(0)}) {
      EXPECT_EQ(back.available, row.available);
      EXPECT_EQ(back.show, expected);
      EXPECT_TRUE(back.notes.empty());
      EXPECT_EQ(back.resource, "");
    }
  }
}

TEST(AvailabilityTest, TheNewerNumberWinsWhereItIsLarger) {
  const auto show = [](std::uint16_t activity, std::uint16_t state, std::uint16_t online = 300) {
    const auto read =
        ResourcesOf(ocs::Presentity{.availability = online, .activity = activity, .state = state});
    return read.at(0);
  };
  EXPECT_EQ(show(400, 6500).show, Show::kDnd);
  EXPECT_EQ(show(400, 15500).show, Show::kAway);
  EXPECT_EQ(show(400, 3000).show, Show::kNone);
  EXPECT_EQ(show(100, 6500).show, Show::kAway);
  EXPECT_FALSE(show(400, 18500).available);
  EXPECT_FALSE(show(400, 3500, 0).available);
}

TEST(AvailabilityTest, TheUsersOwnNoteCountsMoreThanTheStates) {
  ocs::Categories categories;
  EXPECT_EQ(ResourcesOf(categories), std::nullopt);
  categories.state = ocs::CategoryState{6500, "on-the-phone", {}, "2026-11-23T20:00:00Z"};
  const auto note = [&] { return ResourcesOf(categories)->at(0).notes.at(0).text; };
  EXPECT_EQ(note(), "In a call");
  EXPECT_EQ(ResourcesOf(categories)->at(0).since, kNow);
  categories.state->custom = "On air";
  EXPECT_EQ(note(), "On air");
  categories.note = "In Mantua";
  EXPECT_EQ(note(), "In Mantua");
}

}  // namespace
}  // namespace dragoman::translate
