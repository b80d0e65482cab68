// GET /subs/path
#include <gmock/gmock.h>

#include "core/base/timestamp.h"
#include "core/chat/record.h"
#include "tests/router/pages_fixture.h"

namespace dragoman::router {
namespace {

using presence::State;

const WallTime kNoon = *ParseTimestamp("2026-11-25T12:00:00Z");

class PathPageTest : public PagesTest {
 protected:
  admin::Path Path(const envelope::Address& from, const envelope::Address& to) {
    const runtime::AdminAnswer answer =
        Ask("/subs/path", {{"from", ToString(from)}, {"to", ToString(to)}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Read<admin::Path>(answer);
  }
  void Conversation(const std::vector<std::string>& edges) {
    chat::Record record;
    record.sip_user = kRomeo;
    record.xmpp_user = kJuliet;
    record.mode = chat::Mode::kSession;
    record.last_activity = kNoon;
    for (const std::string& edge : edges) {
      record.dialogs.emplace_back();
      record.dialogs.back().call_id = "c1";
      record.dialogs.back().edge = edge;
    }
    MustSave(*one_, {store::RecordKind::kChat, kRomeo, kJuliet}, {.bytes = store::Encode(record)});
  }
};

TEST_F(PathPageTest, BothAddressesAreWanted) {
  for (const Query& query : {Query{}, Query{{"from", ToString(kRomeo)}},
                             Query{{"to", ToString(kRomeo)}, {"from", "juliet"}}}) {
    EXPECT_EQ(Told(Ask("/subs/path", query)), "400 malformed");
  }
}

TEST_F(PathPageTest, WhatTheProcessKnowsAndWhatTheStoreHasAreOne) {
  path_.set_router("router-0");
  path_.set_refused("domain-not-served");
  path_.mutable_room()->set_watches_max(1000);
  Given(kRomeo, kJuliet, State::kActive);
  Given(kJuliet, kRomeo, State::kPending);
  const admin::Path path = Path(kRomeo, kJuliet);
  EXPECT_EQ(path.router(), "router-0");
  EXPECT_EQ(path.refused(), "domain-not-served");
  EXPECT_TRUE(path.store_up());
  EXPECT_EQ(path.sees().state(), "active");
  EXPECT_EQ(path.is_seen_by().state(), "pending");
  EXPECT_EQ(path.session(), "none");
  EXPECT_EQ(path.last_message(), "");
  EXPECT_EQ(path.room().watches_max(), 1000u);
}

TEST_F(PathPageTest, StrangersHaveNoRecords) {
  const admin::Path path = Path(kRomeo, kJuliet);
  EXPECT_FALSE(path.has_sees() || path.has_is_seen_by());
  EXPECT_EQ(path.session(), "none");
  EXPECT_EQ(path.room().watches(), 0u);
}

TEST_F(PathPageTest, TheConversationIsTheSameFromBothSides) {
  Conversation({"edge1:5061", "edge2:5061"});
  for (const admin::Path& path : {Path(kRomeo, kJuliet), Path(kJuliet, kRomeo)}) {
    EXPECT_EQ(path.session(), "open");
    EXPECT_EQ(path.session_edge(), "edge1:5061");
    EXPECT_EQ(path.last_message(), "2026-11-25T12:00:00Z");
  }
}

TEST_F(PathPageTest, AConversationWithoutASessionHasItsLastMessage) {
  Conversation({});
  const admin::Path path = Path(kJuliet, kRomeo);
  EXPECT_EQ(path.session(), "none");
  EXPECT_EQ(path.last_message(), "2026-11-25T12:00:00Z");
}

TEST_F(PathPageTest, L22_TheWatchersSubscriptionsAreCountedAndThoseThatWait) {
  Given(kRomeo, kJuliet, State::kActive);
  Given(kJuliet, kRomeo, State::kActive);
  for (const char* name : {"nurse", "peter", "susan"})
    Given(kRomeo, {name, "capulet.example", {}}, State::kPending);
  Given(kRomeo, {"rosaline", "capulet.example", {}}, State::kSuspended);
  const admin::Room room = Path(kRomeo, kJuliet).room();
  EXPECT_EQ(room.watches(), 5u);
  EXPECT_EQ(room.pending(), 3u);
  EXPECT_EQ(Path(kJuliet, kRomeo).room().watches(), 1u);
}

// What could not be read must not look like what is not there.
TEST_F(PathPageTest, WithoutRedisNothingIsToldAsAbsent) {
  path_.set_router("router-0");
  path_.set_store_up(true);
  Given(kRomeo, kJuliet, State::kActive);
  server_->Signal(SIGSTOP);  // it is connected, and does not answer
  const admin::Path cut_off = Path(kRomeo, kJuliet);
  EXPECT_FALSE(cut_off.store_up());
  EXPECT_FALSE(cut_off.has_sees());
  EXPECT_EQ(cut_off.router(), "router-0");
  server_->Signal(SIGKILL);
  EXPECT_FALSE(Path(kRomeo, kJuliet).store_up());
}

TEST_F(PathPageTest, T55_GarbageIsNoRecord) {
  Garbage(Watches(kRomeo, kJuliet));
  EXPECT_FALSE(Path(kRomeo, kJuliet).has_sees());
}

}  // namespace
}  // namespace dragoman::router
