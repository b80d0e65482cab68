// What a router's JSON becomes: values, a table, text and JSON again.
#include <gmock/gmock.h>

#include "cli/pages/decode.h"
#include "cli/pages/print.h"
#include "cli/pages/query.h"
#include "cli/pages/summary.h"
#include "core/base/timestamp.h"

namespace dragoman::pages {
namespace {

using testing::HasSubstr;
using testing::Not;

const WallTime kNow = *ParseTimestamp("2026-11-25T12:00:00Z");

const std::string kRomeo =
    R"({"watcher":"juliet@capulet.example","presentity":"romeo@montague.example",)"
    R"("watcher_side":"xmpp","state":"active","dialogs":[{"call_id":"c1",)"
    R"("edge":"edge.montague.example:5061","expires":"2026-11-25T19:30:00Z","local_cseq":3,)"
    R"("remote_cseq":2,"format":"pidf","poll":false,"established":true}],"resources":[{)"
    R"("name":"desk","show":"away","priority":5,"note":"lunch","since":"2026-11-25T11:00:00Z"}],)"
    R"("heard":"2026-11-25T11:55:00Z","valid_until":"2026-11-25T19:30:00Z",)"
    R"("next":"2026-11-25T18:00:00Z","failures":0,"asked":"","version":7})";
const std::string kList = R"({"subscriptions":[)" + kRomeo + R"(],"more":true,"seen":12})";

TEST(PagesTest, WhatIsReadIsPrintedTheSame) {
  const auto list = ReadSubscriptions(kList);
  ASSERT_TRUE(list) << list.error();
  EXPECT_EQ(JsonOf(*list), kList + "\n");
  const std::string both =
      R"({"router":"router-0","sip_frontend":"sip-frontend-0","xmpp_frontend":"",)"
      R"("store_up":true,"refused":"","sees":)" +
      kRomeo +
      R"(,"is_seen_by":null,"session":"open","session_edge":"e:5061","last_message":"",)"
      R"("room":{"watches":3,"watches_max":1000,"pending":1,"pending_max":0,"partner_watches":5,)"
      R"("partner_watches_max":200000}})";
  const auto path = ReadPath(both);
  ASSERT_TRUE(path) << path.error();
  EXPECT_EQ(JsonOf(*path), both + "\n");
}

TEST(PagesTest, ProtobufsOwnSpellingAndANewerRoutersWordsAreReadToo) {
  const auto list = ReadSubscriptions(
      R"({"subscriptions":[{"watcherSide":"sip","mood":"fine","heard":"yesterday"}],"colour":1})");
  ASSERT_TRUE(list) << list.error();
  EXPECT_EQ(list->subscriptions.at(0).watcher_side, "sip");
  EXPECT_EQ(list->subscriptions.at(0).heard, std::nullopt);
  EXPECT_TRUE(ReadSubscriptions("{}")->subscriptions.empty());
}

TEST(PagesTest, WhatIsNoJsonOfThisKindIsRefused) {
  for (const char* bad : {"", "no such page\n", "[]", "{\"subscriptions\":1}",
                          "{\"more\":", "{\"subscriptions\":[{\"dialogs\":\"none\"}]}"}) {
    EXPECT_FALSE(ReadSubscriptions(bad)) << bad;
  }
  EXPECT_FALSE(ReadPath("{\"sees\":5}"));
  EXPECT_EQ(ReadDone("{\"reason\":\"item-not-found\",\"text\":\"x\"}")->reason, "item-not-found");
}

TEST(PagesTest, TheTableHasALineForEach) {
  EXPECT_EQ(
      PrintTable(*ReadSubscriptions(kList), kNow),
      "watcher                 presentity              state   dialogs  shows         heard      "
      "next look\n"
      "juliet@capulet.example  romeo@montague.example  active  1        away \"lunch\"  5 min "
      "ago  in 6 h\n"
      "There are more: a higher --limit, or --watcher, --presentity, --partner, --state.\n");
  EXPECT_THAT(PrintTable({.subscriptions = {{.watcher = "a", .presentity = "b"}}}, kNow),
              HasSubstr("0        -      -      -\n"));
}

TEST(PagesTest, EverythingAboutTwoStandsInBothDirections) {
  Path path;
  path.sees = ReadSubscriptions(kList)->subscriptions.front();
  path.session = "open";
  path.session_edge = "edge.montague.example:5061";
  path.last_message = kNow - Duration(60'000);
  const std::string text =
      PrintBoth(path, "juliet@capulet.example", "romeo@montague.example", kNow);
  for (const char* line :
       {"juliet@capulet.example watches romeo@montague.example\n",
        "  state       active, the watcher on the XMPP side; version 7\n",
        "  dialog      with edge.montague.example:5061, runs out in 7 h, pidf; Call-ID c1, CSeq 3 "
        "of ours, 2 of theirs\n",
        "  shows       desk: away, priority 5, since 2026-11-25T11:00:00Z, \"lunch\"\n",
        "  heard       5 min ago, counts until 2026-11-25T19:30:00Z\n", "  asked       -\n",
        "  next look   in 6 h\n", "  failures    0 in a row\n",
        "romeo@montague.example watches juliet@capulet.example: no record\n",
        "  session     open, with edge.montague.example:5061\n",
        "  messages    last one 1 min ago\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("limits")));
  path.room = Room{.watches = 3, .watches_max = 1000, .pending = 1, .partner_watches = 5};
  EXPECT_THAT(PrintBoth(path, "juliet@capulet.example", "b", kNow),
              HasSubstr("\n\nlimits\n  watches     juliet@capulet.example has 3 of 1000\n"
                        "  pending     1, no limit\n  partner     its users have 5, no limit\n"));
  path.sees->dialogs = {{.expires = kNow - Duration(1'000), .poll = true}};
  EXPECT_THAT(PrintBoth(path, "a", "b", kNow),
              HasSubstr("with no Edge yet, not established, asked once, ran out 1 s ago"));
}

TEST(PagesTest, TheResourceOfTheHighestPriorityIsWhatIsShown) {
  EXPECT_EQ(Summary({}), "");
  EXPECT_EQ(Summary({{.name = "a"}}), "available");
  EXPECT_EQ(Summary({{.show = "xa", .priority = -1}, {.show = "dnd"}, {.show = "chat"}}),
            "do not disturb (and 2 more)");
  EXPECT_EQ(Summary({{.show = "on the moon"}}), "on the moon");
  const std::string note(kNoteWidthMax, 'x');
  EXPECT_EQ(Summary({{.note = note}}), "available \"" + note + "\"");
  EXPECT_EQ(Summary({{.note = note + "\u00fc"}}), "available \"" + note + "\u2026\"");
}

// A text in every field that a peer may have a say in.
Subscription Hostile(const std::string& text) {
  return {.watcher = text,
          .presentity = text,
          .watcher_side = text,
          .state = text,
          .dialogs = {{.call_id = text, .edge = text, .format = text}},
          .resources = {{.name = text, .show = text, .note = text}}};
}

TEST(PagesTest, T56_NoFieldTellsTheTerminalWhatToDo) {
  for (const std::string text :
       {"x\x1b[2J", "x\ny", "x\r", "x\u009b", "x\u202e", "x\xff", "x\u2028"}) {
    const Subscriptions list{.subscriptions = {Hostile(text)}};
    Path path{.router = text, .session = text, .session_edge = text};
    path.sees = path.is_seen_by = Hostile(text);
    for (const std::string& out :
         {PrintTable(list, kNow), PrintBoth(path, text, text, kNow), JsonOf(list), JsonOf(path)}) {
      for (const char* bad : {"\x1b", "x\ny", "\r", "\u009b", "\u202e", "\xff", "\u2028"})
        EXPECT_THAT(out, Not(HasSubstr(bad)));
    }
  }
}

TEST(QueryTest, WhatIsNotUnreservedIsEncoded) {
  EXPECT_EQ(TargetOf("/subs", {{"watcher", "a b+\u00fc@x.example"}, {"state", ""}, {"limit", "5"}}),
            "/subs?watcher=a%20b%2B%C3%BC%40x.example&limit=5");
  EXPECT_EQ(TargetOf("/subs", {{"state", ""}}), "/subs");
  EXPECT_EQ(TargetOf("/subs", {{"a", "&=#%?/\r\n"}}), "/subs?a=%26%3D%23%25%3F%2F%0D%0A");
  EXPECT_EQ(TargetOf("/subs", {{"a", "Az09-._~"}}), "/subs?a=Az09-._~");
}

}  // namespace
}  // namespace dragoman::pages
