#include "runtime/redis/failure.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

namespace dragoman::runtime {
namespace {

TEST(RedisFailureTest, F9_EveryErrorReplyHasAReasonAndARemedy) {
  const struct {
    const char* text;
    RedisReason reason;
    RedisRemedy remedy;
  } kRows[] = {
      // As Redis 7.0.15 writes them.
      {"READONLY You can't write against a read only replica.", RedisReason::kReadOnly,
       RedisRemedy::kReconnect},
      {"READONLY You can't write against a read only replica. script: bd6f30, on @user_script:1.",
       RedisReason::kReadOnly, RedisRemedy::kReconnect},
      {"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
       RedisReason::kMasterDown, RedisRemedy::kReconnect},
      {"LOADING Redis is loading the dataset in memory", RedisReason::kLoading,
       RedisRemedy::kReconnect},
      {"NOREPLICAS Not enough good replicas to write.", RedisReason::kNoReplicas,
       RedisRemedy::kNone},
      {"OOM command not allowed when used memory > 'maxmemory'.", RedisReason::kOutOfMemory,
       RedisRemedy::kNone},
      {"NOAUTH Authentication required.", RedisReason::kNoAuth, RedisRemedy::kReconnect},
      {"WRONGPASS invalid username-password pair or user is disabled.", RedisReason::kWrongPassword,
       RedisRemedy::kNone},
      {"NOPERM this user has no permissions to run the 'set' command", RedisReason::kNoPermission,
       RedisRemedy::kNone},
      {"ERR The user executing the script can't run this command or subcommand script: bd6f30, on "
       "@user_script:1.",
       RedisReason::kNoPermission, RedisRemedy::kNone},
      {"ERR The user executing the script can't access at least one of the keys mentioned",
       RedisReason::kNoPermission, RedisRemedy::kNone},
      {"CLUSTERDOWN The cluster is down", RedisReason::kClusterDown, RedisRemedy::kWait},
      {"TRYAGAIN Multiple keys request during rehashing of slot", RedisReason::kTryAgain,
       RedisRemedy::kWait},
      {"MOVED 3999 127.0.0.1:6381", RedisReason::kMoved, RedisRemedy::kRedirect},
      {"ASK 3999 127.0.0.1:6381", RedisReason::kAsk, RedisRemedy::kRedirect},
      {"BUSY Redis is busy running a script.", RedisReason::kBusy, RedisRemedy::kNone},
      {"NOSCRIPT No matching script. Please use EVAL.", RedisReason::kNoScript, RedisRemedy::kNone},
      {"MISCONF Redis is configured to save RDB snapshots", RedisReason::kMisconfigured,
       RedisRemedy::kNone},
      // What no row knows
      {"ERR max number of clients reached", RedisReason::kOther, RedisRemedy::kNone},
      {"", RedisReason::kOther, RedisRemedy::kNone},
      {" ", RedisReason::kOther, RedisRemedy::kNone},
      {"READONLYX", RedisReason::kOther, RedisRemedy::kNone},
      {"readonly", RedisReason::kOther, RedisRemedy::kNone},
      {"OO", RedisReason::kOther, RedisRemedy::kNone},
      {"\xff\x00 bytes", RedisReason::kOther, RedisRemedy::kNone},
  };
  for (const auto& row : kRows) {
    const RedisRefusal refusal = ClassifyRefusal(row.text);
    EXPECT_EQ(Name(refusal.reason), Name(row.reason)) << row.text;
    EXPECT_EQ(refusal.remedy, row.remedy) << row.text;
  }
}

TEST(RedisFailureTest, WhatComesWithNormalWorkIsNoNews) {
  for (const char* text : {"MOVED 1 a:1", "ASK 1 a:1", "TRYAGAIN x", "NOSCRIPT x"})
    EXPECT_TRUE(ClassifyRefusal(text).routine) << text;
  for (const char* text : {"OOM x", "NOPERM x", "CLUSTERDOWN x", "ERR x"})
    EXPECT_FALSE(ClassifyRefusal(text).routine) << text;
}

TEST(RedisFailureTest, EveryReasonHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int reason = 0; reason <= static_cast<int>(RedisReason::kOther); ++reason)
    names.insert(Name(static_cast<RedisReason>(reason)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(RedisReason::kOther) + 1);
  EXPECT_FALSE(names.contains(""));
  EXPECT_EQ(Name(RedisReason::kOther), "other");
}

}  // namespace
}  // namespace dragoman::runtime
