#include "runtime/redis/handshake.h"

#include <gmock/gmock.h>

#include "tests/runtime/redis/reply_text.h"

namespace dragoman::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Words = std::vector<std::string>;

RedisResult Refused(const std::string& text) {
  return Fail(RedisFailure{RedisError::kRefused, ClassifyRefusal(text).reason, text});
}

const RedisResult kOk = ReplyOf("+OK\r\n");
const RedisResult kMaster = ReplyOf("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
const RedisResult kReplica = ReplyOf("*2\r\n$5\r\nslave\r\n$1\r\na\r\n");

TEST(HandshakeTest, SaysOnlyWhatIsNeeded) {
  EXPECT_THAT(Handshake({}, 0, RoleWanted::kAny).commands(), ElementsAre(Words{"PING"}));
  EXPECT_THAT(Handshake({{}, {}, "pw"}, 0, RoleWanted::kAny).commands(),
              ElementsAre(Words{"AUTH", "pw"}, Words{"PING"}));
  EXPECT_THAT(
      Handshake({"u", {}, "pw"}, 3, RoleWanted::kMaster).commands(),
      ElementsAre(Words{"AUTH", "u", "pw"}, Words{"SELECT", "3"}, Words{"ROLE"}, Words{"PING"}));
}

TEST(HandshakeTest, IsDoneWhenEveryReplyIsGood) {
  Handshake handshake({"u", {}, "pw"}, 0, RoleWanted::kMaster);
  for (const RedisResult& reply : {kOk, kMaster}) {
    EXPECT_FALSE(handshake.Take(reply));
    EXPECT_FALSE(handshake.done());
  }
  EXPECT_FALSE(handshake.Take(kOk));
  EXPECT_TRUE(handshake.done());
}

TEST(HandshakeTest, EndsWithTheFirstRefusal) {
  Handshake wrong({"u", {}, "pw"}, 0, RoleWanted::kAny);
  EXPECT_EQ(wrong.Take(Refused("WRONGPASS invalid"))->reason, RedisReason::kWrongPassword);
  Handshake locked({}, 0, RoleWanted::kAny);
  EXPECT_EQ(locked.Take(Refused("NOAUTH Authentication required."))->reason, RedisReason::kNoAuth);
  Handshake loading({}, 0, RoleWanted::kAny);
  EXPECT_EQ(loading.Take(Refused("LOADING Redis is loading"))->reason, RedisReason::kLoading);
}

TEST(HandshakeTest, AReplicaIsNoMaster) {
  for (const RoleWanted role : {RoleWanted::kMaster, RoleWanted::kMasterIfTold}) {
    Handshake handshake({}, 0, role);
    const auto failure = handshake.Take(kReplica);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->reason, RedisReason::kNotMaster);
    EXPECT_THAT(failure->detail, HasSubstr("slave"));
    Handshake odd({}, 0, role);
    EXPECT_EQ(odd.Take(kOk)->reason, RedisReason::kNotMaster);
  }
}

TEST(HandshakeTest, ARoleThatIsNotToldIsForgivenOnlyWhereNobodyElseAnswersForIt) {
  const RedisResult no_permission = Refused("NOPERM this user has no permissions to run 'role'");
  for (const RedisResult& untold : {no_permission, Refused("ERR unknown command 'ROLE'")}) {
    Handshake single({}, 0, RoleWanted::kMasterIfTold);
    EXPECT_FALSE(single.Take(untold));
    EXPECT_FALSE(single.Take(kOk));
    EXPECT_TRUE(single.done());
  }
  Handshake full({}, 0, RoleWanted::kMasterIfTold);
  EXPECT_TRUE(full.Take(Refused("ERR max number of clients reached")));
  Handshake group({}, 0, RoleWanted::kMaster);
  EXPECT_EQ(group.Take(no_permission)->reason, RedisReason::kNoPermission);
}

TEST(HandshakeTest, T56_RepeatsNoPassword) {
  Handshake handshake({"u", {}, "hunter2"}, 0, RoleWanted::kAny);
  const auto failure = handshake.Take(
      Refused("ERR unknown command 'AUTH', with args beginning with: 'u' 'hunter2'"));
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->detail, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace dragoman::runtime
