#include "runtime/redis/reply_reader.h"

#include <gmock/gmock.h>

#include "runtime/redis/request.h"

namespace dragoman::runtime {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string Print(const RedisReply& reply) {
  if (const auto* number = reply.number()) return std::to_string(*number);
  if (const auto* text = reply.text()) return "'" + *text + "'";
  if (const auto* items = reply.items()) {
    std::string list = "[";
    for (const RedisReply& item : *items) list += Print(item) + " ";
    return list + "]";
  }
  return "nil";
}

// All replies in `bytes`, fed as they are or one by one.
std::string Read(std::string_view bytes, std::size_t step) {
  ReplyReader reader;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.Feed(bytes.substr(at, step));
    while (const auto reply = reader.Next()) {
      out += *reply ? Print(**reply) : "error " + reply->error();
      out += "; ";
    }
  }
  return out + reader.problem();
}

TEST(ReplyReaderTest, ReadsEveryKindWholeOrByteByByte) {
  constexpr std::string_view kBytes =
      "+OK\r\n:-7\r\n$5\r\na\r\nb!\r\n$-1\r\n*-1\r\n*0\r\n-ERR no\r\n"
      "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n-ERR inside\r\n$0\r\n\r\n";
  constexpr const char* kReplies =
      "'OK'; -7; 'a\r\nb!'; nil; nil; []; error ERR no; [1 ['x' nil ] 'ERR inside' ]; ''; ";
  EXPECT_EQ(Read(kBytes, kBytes.size()), kReplies);
  EXPECT_EQ(Read(kBytes, 1), kReplies);
}

TEST(ReplyReaderTest, WhatIsNoReplyEndsTheReading) {
  for (const char* bytes : {"HTTP/1.1 400 Bad Request\r\n", "%1\r\n", "\r\n", "*x\r\n", "$x\r\n",
                            "*99999999999999999999\r\n", "*-2\r\n", "$-2\r\n"}) {
    ReplyReader reader;
    reader.Feed(bytes);
    EXPECT_FALSE(reader.Next()) << bytes;
    EXPECT_THAT(reader.problem(), Not(IsEmpty())) << bytes;
    reader.Feed("+OK\r\n");
    EXPECT_FALSE(reader.Next()) << bytes;
  }
}

TEST(ReplyReaderTest, ArraysAreNestedToABound) {
  std::string deep;
  for (int depth = 0; depth < 7; ++depth) deep += "*1\r\n";
  EXPECT_EQ(Read(deep + ":1\r\n", 100), "[[[[[[[1 ] ] ] ] ] ] ]; ");
  EXPECT_THAT(Read(deep + "*1\r\n*1\r\n:1\r\n", 100), HasSubstr("nested"));
}

std::string Bulk(std::size_t size) {
  return "$" + std::to_string(size) + "\r\n" + std::string(size, 'x') + "\r\n";
}

TEST(ReplyReaderTest, L27_AReplyHoldsNoMoreThanItsBytes) {
  for (const std::size_t step : {std::size_t{16384}, 2 * kRedisReplyBytesMax}) {
    EXPECT_THAT(Read(Bulk(kRedisReplyBytesMax) + "+OK\r\n", step), testing::EndsWith("'OK'; "));
    EXPECT_EQ(Read(Bulk(kRedisReplyBytesMax + 1), step), "a reply that is too large");
    // Each string alone would do; and the next reply has a budget of its own.
    const std::string half = Bulk(kRedisReplyBytesMax / 2);
    EXPECT_THAT(Read(half + half + half + "*2\r\n" + half + half, step), testing::EndsWith(" ]; "));
    EXPECT_EQ(Read("*3\r\n" + half + half + Bulk(1), step), "a reply that is too large");
  }
}

TEST(ReplyReaderTest, L27_AStringIsNotWaitedForForEver) {
  ReplyReader reader;
  reader.Feed("$2000000000\r\n");
  const std::string piece(65536, 'x');
  std::size_t fed = 0;
  for (; reader.problem().empty() && fed < 2 * kRedisReplyBytesMax; fed += piece.size()) {
    reader.Feed(piece);
    EXPECT_FALSE(reader.Next());
  }
  EXPECT_EQ(reader.problem(), "a reply that is too large");
  EXPECT_LE(fed, kRedisReplyBytesMax + 2 * piece.size());
}

TEST(ReplyReaderTest, L27_AReplyHoldsNoMoreThanItsElements) {
  const auto array = [](std::size_t size) {
    std::string text = "*" + std::to_string(size) + "\r\n";
    for (std::size_t i = 0; i < size; ++i) text += ":1\r\n";
    return text;
  };
  EXPECT_THAT(Read(array(kRedisReplyElementsMax), 65536), testing::EndsWith(" ]; "));
  EXPECT_EQ(Read("*" + std::to_string(kRedisReplyElementsMax + 1) + "\r\n", 65536),
            "a reply that is too large");
  EXPECT_EQ(Read("*1\r\n*" + std::to_string(kRedisReplyElementsMax) + "\r\n", 65536),
            "a reply that is too large");
  EXPECT_EQ(Read("*1000000000\r\n", 65536), "a reply that is too large");
}

TEST(FormatRequestTest, T53_WordsAreDataWhateverStandsInThem) {
  EXPECT_EQ(FormatRequest({"GET", "a\r\nDEL b"}), "*2\r\n$3\r\nGET\r\n$8\r\na\r\nDEL b\r\n");
  EXPECT_EQ(FormatRequest({"SET", "", std::string("\0", 1)}),
            std::string("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$1\r\n\0\r\n", 26));
}

}  // namespace
}  // namespace dragoman::runtime
