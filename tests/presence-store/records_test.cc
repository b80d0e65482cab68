#include "presence-store/records.h"

#include <gtest/gtest.h>

#include <set>

#include "presence-store/key.h"
#include "presence-store/pack.h"

namespace dragoman::store {
namespace {

TEST(KeyTest, T53_DistinctPairsHaveDistinctKeysAndComeBack) {
  const char* parts[] = {"a", "a|b", "a}",  "{a",    "a%7C",     "a@b", "a:b",
                         "*", "?",   "[a]", "a\r\n", "\xC3\xA9", "a b"};
  std::set<std::pair<std::string, std::string>> names;
  std::set<std::string> members;
  std::size_t pairs = 0;
  for (const char* first : parts) {
    for (const char* second : parts) {
      for (const RecordKind kind : {RecordKind::kPresence, RecordKind::kChat}) {
        const RecordKey key{kind, {first, "x.example", {}}, {second, "y.example", {}}};
        names.emplace(HashOf(key), FieldOf(key));
        members.insert(ToString(key));
        ++pairs;
        EXPECT_EQ(ParseName(HashOf(key), FieldOf(key)), key);
        EXPECT_EQ(ParsePair(kind, PairOf(key)), key);
        EXPECT_EQ(HashOf(key).find_first_of("{}"), std::string::npos);  // chooses no slot
      }
    }
  }
  EXPECT_EQ(names.size(), pairs);
  EXPECT_EQ(members.size(), pairs);
  EXPECT_FALSE(ParseName("other:a@b", "c@d"));
  EXPECT_FALSE(ParseName("presence:ab", "c@d"));
  EXPECT_FALSE(ParseName("presence:a@b", "pending"));
  EXPECT_FALSE(ParseName("presence:a%4@b", "c@d"));
  EXPECT_FALSE(ParsePair(RecordKind::kPresence, "a@b"));
}

const RecordKey kPresenceKey{
    RecordKind::kPresence, {"romeo", "a.example", {}}, {"juliet", "b.example", {}}};
const RecordKey kChatKey{
    RecordKind::kChat, {"romeo", "a.example", {}}, {"juliet", "b.example", {}}};

envelope::SipDialog FromAnEdge() {
  envelope::SipDialog dialog;
  dialog.call_id = "c";
  dialog.local_tag = "ours";
  dialog.remote_tag = "theirs";
  dialog.local_uri = "sip:juliet@b.example";
  dialog.remote_uri = "sip:romeo@a.example";
  dialog.remote_params = ";epid=1";
  dialog.remote_target = "sip:romeo@a.example;opaque=user:epid:x;gruu";
  dialog.route_set = {"<sip:edge.a.example:5061;lr;ms-route-sig=s>", "<sip:pool.a.example;lr>"};
  dialog.edge = "edge.a.example:5061";
  dialog.local_cseq = 4;
  return dialog;
}

presence::Record Watched(envelope::Side side) {
  presence::Record record;
  record.watcher_side = side;
  record.watcher = kPresenceKey.first;
  record.presentity = kPresenceKey.second;
  record.state = presence::State::kActive;
  record.watches.push_back({});
  record.watches[0].dialog = FromAnEdge();
  record.watches[0].expires = WallTime(Duration(99));
  record.watches[0].notified_at = WallTime(Duration(98));
  record.watches[0].owed_at = WallTime(Duration(97));
  record.known.push_back(
      {"balcony", true, envelope::Show::kAway, std::int8_t{5}, {{"en", "n"}}, {}});
  record.request_id = "r";
  record.retry_at = WallTime(Duration(7));
  record.failures = 3;
  record.asked_at = WallTime(Duration(1));
  record.known_until = WallTime(Duration(2));
  record.known_at = WallTime(Duration(3));
  record.tell_at = WallTime(Duration(4));
  record.seen_at = WallTime(Duration(5));
  record.tell_whole = true;
  record.probed_at = WallTime(Duration(5));
  record.unheard = {"balcony"};
  record.sweep_at = WallTime(Duration(6));
  record.untold = {"orchard", ""};
  record.owes_approval = true;
  return record;
}

TEST(RecordsTest, PresenceComesBackAsItWas) {
  for (const envelope::Side side : {envelope::Side::kSip, envelope::Side::kXmpp}) {
    presence::Record record = Watched(side);
    EXPECT_EQ(DecodePresence(Encode(record), kPresenceKey), record);
    // Dialogs that say other things than the addresses do, or nothing yet.
    for (std::string envelope::SipDialog::*field :
         {&envelope::SipDialog::local_uri, &envelope::SipDialog::remote_uri,
          &envelope::SipDialog::remote_target, &envelope::SipDialog::edge}) {
      for (const std::string other : {"", "sip:romeo%20x@a.example", "other"}) {
        record = Watched(side);
        record.watches[0].dialog.*field = other;
        EXPECT_EQ(DecodePresence(Encode(record), kPresenceKey), record) << other;
      }
    }
    for (std::string envelope::SipDialog::*field :
         {&envelope::SipDialog::call_id, &envelope::SipDialog::local_tag,
          &envelope::SipDialog::remote_tag}) {
      for (const std::string token :
           {"", "77a9ac0f3beb4a65b1d40cc0978eda56", "77A9AC0F3BEB4A65", "77a9ac0f3", "77a9ac",
            "\x01zz", "\x02zz", "77a9ac0f@host", "\x01"}) {
        record = Watched(side);
        record.watches[0].dialog.*field = token;
        EXPECT_EQ(DecodePresence(Encode(record), kPresenceKey), record) << token;
      }
    }
    record = Watched(side);
    record.watches[0].dialog.route_set.clear();
    EXPECT_EQ(DecodePresence(Encode(record), kPresenceKey), record);
  }
}

// Thirty-two resources with the most that a stanza can say of each: who is there stays true.
TEST(RecordsTest, L27_ARecordThatIsTooLargeLosesNotesAndNothingElse) {
  for (const std::size_t languages : {std::size_t{0}, std::size_t{1}, std::size_t{8}}) {
    presence::Record record = Watched(envelope::Side::kSip);
    record.known.clear();
    for (std::size_t i = 0; i < presence::kResourcesMax; ++i) {
      envelope::ResourcePresence& one = record.known.emplace_back();
      one.resource = "resource" + std::to_string(i);
      one.available = true;
      one.show = envelope::Show::kAway;
      for (std::size_t lang = 0; lang < languages; ++lang)
        one.notes.push_back({"x-" + std::to_string(lang), std::string(1024, 'n')});
    }
    const std::string bytes = Encode(record);
    EXPECT_LE(bytes.size(), kRecordBytesMax);
    const auto decoded = DecodePresence(bytes, kPresenceKey);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->known.back(), record.known.back());  // what was said last is whole
    if (languages < 2) {
      EXPECT_EQ(*decoded, record);
    }
    presence::Record cut = *decoded;
    for (presence::Record* each : {&cut, &record}) {
      for (envelope::ResourcePresence& one : each->known) one.notes.clear();
    }
    EXPECT_EQ(cut, record);
  }
}

TEST(RecordsTest, WhatTheAddressesSayIsNotKeptTwice) {
  const std::string bytes = Encode(Watched(envelope::Side::kSip));
  EXPECT_EQ(bytes.find("juliet"), std::string::npos);
  EXPECT_EQ(bytes.find("romeo"), std::string::npos);
}

TEST(RecordsTest, AConversationComesBackAsItWas) {
  chat::Record record;
  record.sip_user = kChatKey.first;
  record.xmpp_user = kChatKey.second;
  record.mode = chat::Mode::kSession;
  record.dialogs.push_back(FromAnEdge());
  record.xmpp_resource = "balcony";
  record.last_activity = WallTime(Duration(5));
  record.refresh_at = WallTime(Duration(6));
  EXPECT_EQ(DecodeChat(Encode(record), kChatKey), record);
}

TEST(RecordsTest, T55_GarbageAndTheRecordOfAnotherPairAreNoRecord) {
  EXPECT_FALSE(DecodePresence("\xFF\xFF", kPresenceKey));
  EXPECT_FALSE(DecodePresence("", kPresenceKey));
  presence::Record record = Watched(envelope::Side::kSip);
  RecordKey other = kPresenceKey;
  other.second.local = "nurse";
  EXPECT_FALSE(DecodePresence(Encode(record), other));
  record.watches.resize(presence::kWatchesMax + 1);
  EXPECT_FALSE(DecodePresence(Encode(record), kPresenceKey));
}

}  // namespace
}  // namespace dragoman::store
