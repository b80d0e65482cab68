#include "presence-store/records.h"

#include <gtest/gtest.h>

#include <set>

#include "presence-store/key.h"

namespace dragoman::store {
namespace {

TEST(KeyTest, T53_DistinctPairsHaveDistinctKeysAndComeBack) {
  const char* parts[] = {"a", "a|b", "a}",  "{a",    "a%7C",     "a@b", "a:b",
                         "*", "?",   "[a]", "a\r\n", "\xC3\xA9", "a b"};
  std::set<std::string> keys;
  std::size_t pairs = 0;
  for (const char* first : parts) {
    for (const char* second : parts) {
      for (const RecordKind kind : {RecordKind::kPresence, RecordKind::kChat}) {
        const RecordKey key{kind, {first, "x.example", {}}, {second, "y.example", {}}};
        keys.insert(ToString(key));
        ++pairs;
        ASSERT_TRUE(ParseKey(ToString(key)));
        EXPECT_EQ(*ParseKey(ToString(key)), key);
      }
    }
  }
  EXPECT_EQ(keys.size(), pairs);
  EXPECT_FALSE(ParseKey("presence:{a|b}x"));
  EXPECT_FALSE(ParseKey("other:{a@b|c@d}"));
}

TEST(RecordsTest, PresenceComesBackAsItWas) {
  presence::Record record;
  record.watcher_side = envelope::Side::kSip;
  record.watcher = {"romeo", "a.example", {}};
  record.presentity = {"juliet", "b.example", {}};
  record.state = presence::State::kActive;
  record.watches.push_back({});
  record.watches[0].dialog.call_id = "c";
  record.watches[0].expires = WallTime(Duration(99));
  record.known.push_back(
      {"balcony", true, envelope::Show::kAway, std::int8_t{5}, {{"en", "n"}}, {}});
  record.request_id = "r";
  record.retry_at = WallTime(Duration(7));
  record.failures = 3;
  EXPECT_EQ(DecodePresence(Encode(record)), record);
}

TEST(RecordsTest, AConversationComesBackAsItWas) {
  chat::Record record;
  record.sip_user = {"romeo", "a.example", {}};
  record.xmpp_user = {"juliet", "b.example", {}};
  record.mode = chat::Mode::kSession;
  record.dialogs.push_back({});
  record.dialogs[0].call_id = "c";
  record.xmpp_resource = "balcony";
  record.last_activity = WallTime(Duration(5));
  EXPECT_EQ(DecodeChat(Encode(record)), record);
}

TEST(RecordsTest, T55_GarbageIsNoRecord) {
  EXPECT_FALSE(DecodePresence("\xFF\xFF"));
  presence::Record record;
  record.watches.resize(presence::kWatchesMax + 1);
  EXPECT_FALSE(DecodePresence(Encode(record)));
}

}  // namespace
}  // namespace dragoman::store
