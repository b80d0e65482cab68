#include "runtime/redis/sentinel_answer.h"

#include <gmock/gmock.h>

#include "tests/runtime/redis/reply_text.h"

namespace dragoman::runtime {
namespace {

using policy::HostPort;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const HostPort kOld{"10.0.0.1", 6379}, kNew{"10.0.0.2", 6379};

TEST(SentinelAnswerTest, TheMasterHasAHostAndAPort) {
  EXPECT_EQ(ParseMasterAddress(ReplyOf("*2\r\n$8\r\n10.0.0.1\r\n$4\r\n6379\r\n")), kOld);
  EXPECT_EQ(ParseMasterAddress(ReplyOf("*2\r\n$6\r\nHost.x\r\n$4\r\n6379\r\n")),
            (HostPort{"host.x", 6379}));
  for (const char* text :
       {"*-1\r\n", "*0\r\n", "$1\r\na\r\n", "*1\r\n$1\r\na\r\n", "*2\r\n$1\r\na\r\n:6379\r\n",
        "*2\r\n$0\r\n\r\n$1\r\n1\r\n", "*2\r\n$1\r\na\r\n$1\r\n0\r\n",
        "*2\r\n$1\r\na\r\n$5\r\n65536\r\n", "*2\r\n$1\r\na\r\n$2\r\n1x\r\n",
        "*2\r\n$-1\r\n$1\r\n1\r\n", "*3\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\n1\r\n"})
    EXPECT_EQ(ParseMasterAddress(ReplyOf(text)), std::nullopt) << text;
}

TEST(SentinelAnswerTest, FindsTheEpochAmongTheFields) {
  EXPECT_EQ(ParseConfigEpoch(
                ReplyOf("*4\r\n$4\r\nname\r\n$1\r\nm\r\n$12\r\nconfig-epoch\r\n$2\r\n17\r\n")),
            17u);
  for (const char* text :
       {"*0\r\n", ":1\r\n", "*1\r\n$12\r\nconfig-epoch\r\n", "*2\r\n$12\r\nconfig-epoch\r\n:17\r\n",
        "*2\r\n$12\r\nconfig-epoch\r\n$2\r\n1x\r\n", "*2\r\n$1\r\nx\r\n$12\r\nconfig-epoch\r\n"})
    EXPECT_EQ(ParseConfigEpoch(ReplyOf(text)), 0u) << text;
}

TEST(SentinelAnswerTest, LearnsTheOtherSentinelsUpToABound) {
  const std::string one = "*4\r\n$2\r\nip\r\n$1\r\na\r\n$4\r\nport\r\n$5\r\n26379\r\n";
  EXPECT_THAT(ParseSentinels(ReplyOf("*2\r\n" + one + "*2\r\n$2\r\nip\r\n$1\r\nb\r\n")),
              ElementsAre(HostPort{"a", 26379}));
  EXPECT_THAT(ParseSentinels(ReplyOf(":1\r\n")), IsEmpty());
  std::string many = "*" + std::to_string(kSentinelsMax + 1) + "\r\n";
  for (std::size_t i = 0; i <= kSentinelsMax; ++i) many += one;
  EXPECT_THAT(ParseSentinels(ReplyOf(many)), SizeIs(kSentinelsMax));
}

TEST(ChooseMasterTest, F10_TheNewestConfigurationCountsHoweverManyTellAnOlderOne) {
  EXPECT_EQ(ChooseMaster({}), std::nullopt);
  EXPECT_EQ(ChooseMaster({{kOld, 1, {}}}), kOld);
  EXPECT_EQ(ChooseMaster({{kOld, 1, {}}, {kNew, 2, {}}, {kOld, 1, {}}}), kNew);
  EXPECT_EQ(ChooseMaster({{kNew, 2, {}}, {kOld, 1, {}}}), kNew);
}

TEST(ChooseMasterTest, InOneEpochMostVotesCount) {
  EXPECT_EQ(ChooseMaster({{kOld, 3, {}}, {kNew, 3, {}}, {kNew, 3, {}}}), kNew);
  EXPECT_EQ(ChooseMaster({{kNew, 3, {}}, {kOld, 3, {}}, {kNew, 3, {}}}), kNew);
}

}  // namespace
}  // namespace dragoman::runtime
