#include "cli/pages/answer_reader.h"

#include <gtest/gtest.h>

namespace dragoman::pages {
namespace {

const std::string kGood =
    "HTTP/1.1 404 Error\r\nContent-Type: a/b\r\nContent-Length: 5\r\n\r\nhello";

// What comes of `bytes`, fed in pieces of `step`, and the end of the connection.
Answer Read(const std::string& bytes, std::size_t step) {
  AnswerReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    if (!reader.Feed(std::string_view(bytes).substr(at, step))) break;
  }
  reader.OnEnd();
  EXPECT_TRUE(reader.done());
  return reader.answer();
}

struct Case {
  std::string bytes;
  int status;
  std::string says;  // the body, or the problem
};

const Case kCases[] = {
    {kGood, 404, "hello"},
    {kGood + "more", 404, "hello"},
    {"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end"},
    {"HTTP/1.0 200\r\ncontent-LENGTH:0 \r\n\r\n", 200, ""},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 200, "x"},
    {"", 0, "closed without an answer"},
    {"HTTP/1.1 200 OK\r\n", 0, "the answer ends too early"},
    {kGood.substr(0, kGood.size() - 1), 0, "the answer ends too early"},
    {"SSH-2.0-OpenSSH\r\n\r\n", 0, "what answers speaks no HTTP/1.1"},
    {"HTTP/1.1 20 OK\r\n\r\n", 0, "what answers speaks no HTTP/1.1"},
    {"HTTP/1.1 2000 OK\r\n\r\n", 0, "what answers speaks no HTTP/1.1"},
    {"HTTP/1.1 099 No\r\n\r\n", 0, "what answers speaks no HTTP/1.1"},
    {"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", 0, "the answer's head is broken"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello", 0, "the answer's length is no number"},
    {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 0, "the answer's length is no number"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy", 0,
     "the answer's length is no number"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0,
     "the answer has a transfer encoding"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 8388609\r\n\r\n", 0, "the answer is too long"},
};

TEST(AnswerReaderTest, ReadsTheSameWholeAndByteByByte) {
  for (const Case& one : kCases) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, one.bytes.size() + 1}) {
      const Answer answer = Read(one.bytes, step);
      EXPECT_EQ(answer.status, one.status) << one.bytes;
      EXPECT_EQ(one.status != 0 ? answer.body : answer.problem, one.says) << one.bytes;
      EXPECT_EQ(answer.problem.empty(), one.status != 0) << one.bytes;
    }
  }
}

TEST(AnswerReaderTest, TakesAHeadAndABodyUpToTheirBounds) {
  const std::string line = "HTTP/1.1 200 OK\r\nX: ";
  const std::string head = line + std::string(kHeadBytesMax - line.size(), 'x');
  EXPECT_EQ(Read(head + "\r\n\r\n", 4096).status, 200);
  EXPECT_EQ(Read(head + "x\r\n\r\n", 4096).problem, "the answer's head is too long");
  EXPECT_EQ(Read(head + "xxxxx", 4096).problem, "the answer's head is too long");
  const std::string full(kBodyBytesMax, 'x');
  EXPECT_EQ(Read("HTTP/1.1 200 OK\r\n\r\n" + full, 1 << 16).body.size(), kBodyBytesMax);
  EXPECT_EQ(Read("HTTP/1.1 200 OK\r\n\r\n" + full + "x", 1 << 16).problem,
            "the answer is too long");
}

TEST(AnswerReaderTest, WantsNothingBehindTheAnswer) {
  AnswerReader reader;
  EXPECT_FALSE(reader.Feed(kGood));
  EXPECT_FALSE(reader.Feed("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_EQ(reader.answer().status, 404);
}

}  // namespace
}  // namespace dragoman::pages
