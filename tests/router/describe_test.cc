#include "router/describe.h"

#include <gmock/gmock.h>

#include "core/base/timestamp.h"
#include "core/base/utf8.h"
#include "tests/router/records.h"

namespace dragoman::router {
namespace {

using presence::State;
using testing::HasSubstr;

const WallTime kNoon = *ParseTimestamp("2026-11-25T12:00:00Z");

presence::Record Full() {
  presence::Record record = RecordFor(Watches(kJuliet, kRomeo), State::kActive);
  record.watches = {ALiveDialog("c1", kNoon + Duration(3'600'000))};
  record.watches[0].dialog.local_cseq = 3;
  record.watches[0].dialog.remote_cseq = 2;
  envelope::ResourcePresence desk;
  desk.resource = "desk";
  desk.available = true;
  desk.show = envelope::Show::kAway;
  desk.priority = static_cast<std::int8_t>(-5);
  desk.notes = {{"en", "lunch"}, {"de", "Mittag"}};
  desk.since = kNoon - Duration(60'000);
  record.known = {desk, envelope::ResourcePresence{}};
  record.retry_at = kNoon + Duration(2'700'000);
  record.failures = 4;
  record.asked_at = kNoon - Duration(7'200'000);
  record.known_at = kNoon - Duration(1'000);
  record.known_until = kNoon + Duration(3'600'000);
  return record;
}

TEST(DescribeTest, TellsAllThatARecordHolds) {
  EXPECT_EQ(
      ToJson(Describe(Full(), 7)),
      R"({"watcher":"juliet@capulet.example","presentity":"romeo@montague.example",)"
      R"("watcher_side":"xmpp","state":"active","dialogs":[{"call_id":"c1",)"
      R"("edge":"edge.montague.example:5061","expires":"2026-11-25T13:00:00Z","local_cseq":3,)"
      R"("remote_cseq":2,"format":"pidf","established":true}],"resources":[{"name":"desk",)"
      R"("show":"away","priority":-5,"note":"lunch","since":"2026-11-25T11:59:00Z"},{}],)"
      R"("heard":"2026-11-25T11:59:59Z","valid_until":"2026-11-25T13:00:00Z",)"
      R"("next":"2026-11-25T12:45:00Z","failures":4,"asked":"2026-11-25T10:00:00Z","version":7})"
      "\n");
}

TEST(DescribeTest, LeavesOutWhatIsNotKnown) {
  presence::Record record = RecordFor(Watches(kRomeo, kJuliet), State::kPending);
  record.watches = {ALiveDialog("c1", {})};
  record.watches[0].dialog.remote_tag.clear();
  record.watches[0].dialog.edge.clear();
  EXPECT_EQ(
      ToJson(Describe(record, 1)),
      R"({"watcher":"romeo@montague.example","presentity":"juliet@capulet.example",)"
      R"("watcher_side":"sip","state":"pending","dialogs":[{"call_id":"c1","format":"pidf"}],)"
      R"("version":1})"
      "\n");
}

TEST(DescribeTest, EachStateHasAWordAndNoOtherWordIsOne) {
  const std::pair<State, const char*> words[] = {{State::kNone, "none"},
                                                 {State::kRequested, "requested"},
                                                 {State::kPending, "pending"},
                                                 {State::kActive, "active"},
                                                 {State::kSuspended, "suspended"}};
  for (const auto& [state, word] : words) {
    EXPECT_EQ(Name(state), word);
    EXPECT_EQ(StateFromName(word), state);
  }
  for (const char* word : {"", "Active", "asleep"}) EXPECT_EQ(StateFromName(word), std::nullopt);
}

TEST(DescribeTest, EachFormatAndEachShowHasAWord) {
  using envelope::PresenceFormat;
  using envelope::Show;
  presence::Record record = Full();
  const std::pair<PresenceFormat, const char*> formats[] = {
      {PresenceFormat::kPidf, "pidf"},
      {PresenceFormat::kMsrtc, "msrtc"},
      {PresenceFormat::kXpidf, "xpidf"},
      {PresenceFormat::kCategories, "categories"}};
  for (const auto& [format, word] : formats) {
    record.watches[0].dialog.format = format;
    EXPECT_EQ(Describe(record, 1).dialogs(0).format(), word);
  }
  const std::pair<Show, const char*> shows[] = {{Show::kNone, ""},
                                                {Show::kChat, "chat"},
                                                {Show::kAway, "away"},
                                                {Show::kXa, "xa"},
                                                {Show::kDnd, "dnd"}};
  for (const auto& [show, word] : shows) {
    record.known[0].show = show;
    EXPECT_EQ(Describe(record, 1).resources(0).show(), word);
  }
}

// JSON has to be UTF-8, and one bad byte would hide a whole answer.
TEST(DescribeTest, T55_BytesThatAreNoUtf8HideNothing) {
  presence::Record record = Full();
  record.watches[0].dialog.call_id = "c\xff";
  record.watches[0].dialog.edge = "\xc3";
  record.known[0].resource = "d\xe9sk";
  record.known[0].notes[0].text = "\xa0";
  const std::string json = ToJson(Describe(record, 1));
  EXPECT_TRUE(IsUtf8(json));
  EXPECT_THAT(json, HasSubstr(R"("call_id":"c?")"));
  EXPECT_THAT(json, HasSubstr(R"("name":"d?sk")"));
}

TEST(DescribeTest, AnAddressHasTwoPartsAndTheLastAtDividesThem) {
  for (const char* bad : {"", "romeo", "@", "romeo@", "@montague.example"})
    EXPECT_EQ(ParseAddress(bad), std::nullopt) << bad;
  EXPECT_EQ(ParseAddress("romeo@montague.example"), kRomeo);
  EXPECT_EQ(ParseAddress("a@b@c.example"), (envelope::Address{"a@b", "c.example", {}}));
}

TEST(DescribeTest, TheEpochIsNever) {
  EXPECT_EQ(TimeText({}), "");
  EXPECT_EQ(TimeText(kNoon), "2026-11-25T12:00:00Z");
}

}  // namespace
}  // namespace dragoman::router
