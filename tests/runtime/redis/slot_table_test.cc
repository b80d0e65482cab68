#include "runtime/redis/slot_table.h"

#include <gmock/gmock.h>

#include "tests/runtime/redis/reply_text.h"

namespace dragoman::runtime {
namespace {

using policy::HostPort;
using testing::ElementsAre;
using testing::SizeIs;

// Of Redis 7.0: each node has a list of further names behind its id.
constexpr const char* kTwoMasters =
    "*2\r\n"
    "*4\r\n:0\r\n:8191\r\n"
    "*4\r\n$8\r\n10.0.0.1\r\n:7001\r\n$2\r\nm1\r\n*0\r\n"
    "*4\r\n$8\r\n10.0.0.3\r\n:7003\r\n$2\r\nr1\r\n*2\r\n$8\r\nhostname\r\n$4\r\nh3.x\r\n"
    "*3\r\n:8192\r\n:16383\r\n"
    "*4\r\n$8\r\n10.0.0.2\r\n:7002\r\n$2\r\nm2\r\n*0\r\n";

std::optional<SlotTable> Parse(std::string_view text) {
  return SlotTable::Parse(ReplyOf(text), "10.0.0.9");
}

std::string OneMaster(const std::string& host) {
  return "*1\r\n*3\r\n:5\r\n:6\r\n*2\r\n" + host + ":7001\r\n";
}

TEST(SlotTableTest, KnowsTheOwnerOfEachSlot) {
  const auto table = Parse(kTwoMasters);
  ASSERT_TRUE(table);
  EXPECT_EQ(*table->Owner(0), (HostPort{"10.0.0.1", 7001}));
  EXPECT_EQ(*table->Owner(8191), (HostPort{"10.0.0.1", 7001}));
  EXPECT_EQ(*table->Owner(8192), (HostPort{"10.0.0.2", 7002}));
  EXPECT_EQ(*table->Owner(16383), (HostPort{"10.0.0.2", 7002}));
  EXPECT_EQ(table->uncovered(), 0u);
  EXPECT_THAT(table->masters(),
              ElementsAre(HostPort{"10.0.0.1", 7001}, HostPort{"10.0.0.2", 7002}));
  EXPECT_THAT(table->replicas(), ElementsAre(HostPort{"10.0.0.3", 7003}));
  EXPECT_FALSE(table->IsMaster({"10.0.0.3", 7003}));
}

TEST(SlotTableTest, TellsSlotsWithoutOwner) {
  const auto table = Parse(OneMaster("$1\r\na\r\n"));
  ASSERT_TRUE(table);
  EXPECT_EQ(table->Owner(4), nullptr);
  EXPECT_EQ(*table->Owner(5), (HostPort{"a", 7001}));
  EXPECT_EQ(table->Owner(7), nullptr);
  EXPECT_EQ(table->uncovered(), kRedisSlots - 2u);
}

TEST(SlotTableTest, TheNodeThatAnsweredStandsForAnUnknownHost) {
  for (const char* unknown : {"$-1\r\n", "$0\r\n\r\n", "$1\r\n?\r\n"}) {
    const auto table = Parse(OneMaster(unknown));
    ASSERT_TRUE(table) << unknown;
    EXPECT_EQ(*table->Owner(5), (HostPort{"10.0.0.9", 7001}));
    EXPECT_FALSE(SlotTable::Parse(ReplyOf(OneMaster(unknown)), ""));
  }
}

TEST(SlotTableTest, RefusesWhatIsNoTable) {
  for (const char* text :
       {":1\r\n", "$-1\r\n", "*0\r\n", "*1\r\n:1\r\n", "*1\r\n*2\r\n:0\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:-1\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:2\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:0\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:65536\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*1\r\n$1\r\na\r\n", "*1\r\n*3\r\n:0\r\n:1\r\n:1\r\n",
        "*1\r\n*3\r\n$1\r\n0\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n"})
    EXPECT_FALSE(Parse(text)) << text;
}

TEST(SlotTableTest, RemembersNoMoreNodesThanItsBound) {
  const auto masters = [](std::size_t count) {
    std::string text = "*" + std::to_string(count) + "\r\n";
    for (std::size_t i = 0; i < count; ++i) {
      text += "*4\r\n:" + std::to_string(i) + "\r\n:" + std::to_string(i) +
              "\r\n*2\r\n$1\r\na\r\n:" + std::to_string(i + 1) +
              "\r\n*2\r\n$1\r\nb\r\n:" + std::to_string(i + 1) + "\r\n";
    }
    return text;
  };
  const auto table = Parse(masters(kRedisNodesMax));
  ASSERT_TRUE(table);
  EXPECT_EQ(table->masters().size(), kRedisNodesMax);
  EXPECT_FALSE(Parse(masters(kRedisNodesMax + 1)));
}

TEST(SlotTableTest, RemembersNoMoreReplicasThanTheirBound) {
  std::string text = "*1\r\n*" + std::to_string(kRedisNodesMax + 4) +
                     "\r\n:0\r\n:16383\r\n*2\r\n$1\r\na\r\n:1\r\n";
  for (std::size_t i = 0; i <= kRedisNodesMax; ++i)
    text += "*2\r\n$1\r\nb\r\n:" + std::to_string(i + 1) + "\r\n";
  const auto table = Parse(text);
  ASSERT_TRUE(table);
  EXPECT_THAT(table->replicas(), SizeIs(kRedisNodesMax));
}

TEST(SlotTableTest, ASlotThatMovedHasAnotherOwner) {
  auto table = Parse(kTwoMasters);
  ASSERT_TRUE(table);
  table->Assign(8191, {"10.0.0.2", 7002});
  EXPECT_EQ(*table->Owner(8191), (HostPort{"10.0.0.2", 7002}));
  EXPECT_EQ(*table->Owner(8190), (HostPort{"10.0.0.1", 7001}));
  table->Assign(8191, {"new", 1});
  EXPECT_EQ(*table->Owner(8191), (HostPort{"new", 1}));
}

}  // namespace
}  // namespace dragoman::runtime
