#include "core/sip/framer.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace dragoman::sip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const TimePoint t0{};

std::string Say(const Framer::Event& event) {
  struct {
    std::string operator()(const Request& request) {
      return request.method() + " " + request.body();
    }
    std::string operator()(const Response& response) {
      return std::to_string(response.status()) + " " + response.body();
    }
    std::string operator()(const Framer::KeepAlive&) { return "ping"; }
    std::string operator()(const Framer::Refused& refused) {
      return "refused " + std::to_string(refused.answer.status()) + " " + refused.why;
    }
    std::string operator()(const Framer::Broken& broken) {
      return "broken " + (broken.answer ? std::to_string(broken.answer->status()) : "-") + " " +
             broken.why;
    }
  } say;
  return std::visit(say, event);
}

std::vector<std::string> Feed(Framer& framer, std::string_view bytes, TimePoint now = t0) {
  framer.Feed(bytes, now);
  std::vector<std::string> said;
  while (auto event = framer.Poll()) said.push_back(Say(*event));
  return said;
}

// Whole, and byte by byte: the same must come out.
std::vector<std::string> Frame(std::string_view bytes) {
  Framer whole;
  const std::vector<std::string> said = Feed(whole, bytes);
  Framer pieces;
  std::vector<std::string> said_in_pieces;
  for (const char c : bytes) {
    for (std::string& line : Feed(pieces, std::string_view(&c, 1)))
      said_in_pieces.push_back(std::move(line));
  }
  EXPECT_EQ(said, said_in_pieces);
  return said;
}

std::string Lines(const std::string& extra,
                  const std::string& start = "MESSAGE sip:a@b.example SIP/2.0") {
  return start +
         "\r\nVia: SIP/2.0/TLS e.example;branch=z9hG4bK1\r\nFrom: <sip:j@c.example>;tag=1\r\nTo: "
         "<sip:a@b.example>"
         "\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\n" +
         extra + "\r\n";
}

TEST(FramerTest, FindsMessagesThatFollowOneAnother) {
  const std::string one = Lines("Content-Length: 5\r\n") + "Hello";
  const std::string two = Lines("l: 0\r\n");
  const std::string three = Lines("Content-Length: 2\r\n", "SIP/2.0 200 OK") + "ok";
  EXPECT_THAT(Frame(one + two + three + one),
              ElementsAre("MESSAGE Hello", "MESSAGE ", "200 ok", "MESSAGE Hello"));
}

TEST(FramerTest, SIP5_LeavesTheBodyAlone) {
  EXPECT_THAT(Frame(Lines("Content-Length: 8\r\n") + "\r\n\r\nVia:"),
              ElementsAre("MESSAGE \r\n\r\nVia:"));
}

TEST(FramerTest, SIP6_AnswersPingsAndSkipsLineEnds) {
  const std::string message = Lines("Content-Length: 0\r\n");
  EXPECT_THAT(Frame("\r\n\r\n"), ElementsAre("ping"));
  EXPECT_THAT(Frame("\r\n" + message), ElementsAre("MESSAGE "));
  EXPECT_THAT(Frame("\r\n\r\n" + message + "\r\n\r\n\r\n\r\n" + message),
              ElementsAre("ping", "MESSAGE ", "ping", "ping", "MESSAGE "));
  EXPECT_THAT(Frame("\r\n"), ElementsAre());
}

struct Row {
  std::string what;
  std::string bytes;
  std::string said;
};

TEST(FramerTest, SIP5_T20_EndsTheStreamWhereTheEndOfAMessageIsNotCertain) {
  const std::string length = "broken 400 bad Content-Length";
  const std::string line = "broken 400 malformed header line";
  const std::vector<Row> table = {
      {"missing", Lines(""), length},
      {"empty", Lines("Content-Length:\r\n"), length},
      {"negative", Lines("Content-Length: -1\r\n"), length},
      {"plus sign", Lines("Content-Length: +5\r\n"), length},
      {"hexadecimal", Lines("Content-Length: 0x5\r\n"), length},
      {"list", Lines("Content-Length: 5, 5\r\n"), length},
      {"words", Lines("Content-Length: five\r\n"), length},
      {"beyond 64 bits", Lines("Content-Length: 18446744073709551621\r\n"), length},
      {"beyond 32 bits", Lines("Content-Length: 4294967301\r\n"), "broken 513 body too large"},
      {"twice, different", Lines("Content-Length: 5\r\nContent-Length: 0\r\n"), length},
      {"twice, one compact", Lines("Content-Length: 5\r\nl: 5\r\n"), length},
      {"empty and real", Lines("Content-Length:\r\nContent-Length: 5\r\n"), length},
      {"look-alike name", Lines("Content_Length: 5\r\n"), length},
      {"behind a bare LF", Lines("Subject: x\nContent-Length: 0\r\n"), line},
      {"behind a bare CR", Lines("Subject: x\rContent-Length: 0\r\n"), line},
      {"behind a NUL", Lines(std::string("Subject: x\0Content-Length: 0\r\n", 30)), line},
      {"control before the colon", Lines("Content-Length\x0b: 0\r\n"), line},
      {"no name", Lines(": 0\r\nContent-Length: 0\r\n"), line},
      {"other version", Lines("Content-Length: 0\r\n", "MESSAGE sip:a@b.example SIP/7.0"),
       "broken 505 SIP version"},
      {"bracketed URI", Lines("Content-Length: 0\r\n", "MESSAGE <sip:a@b.example> SIP/2.0"),
       "broken 400 not a SIP start line"},
      {"a status that cannot be skipped", Lines("", "SIP/2.0 999 No"), "broken - not a status"},
      {"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "broken - not a SIP start line"},
      {"noise", std::string("\x16\x03\x01\x02\x00\x01\n", 7), "broken - not a SIP start line"},
      {"line ends only half", "\r\n\rX\n", "broken - not a SIP start line"},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.what);
    EXPECT_THAT(Frame(row.bytes + Lines("Content-Length: 0\r\n")), ElementsAre(row.said));
  }
}

TEST(FramerTest, SIP9_DropsResponsesWithImpossibleStatusAndGoesOn) {
  for (const std::string status : {"999", "700", "099", "4294967301", "2", "20"}) {
    const std::string response =
        Lines("Content-Length: 5\r\n", "SIP/2.0 " + status + " Better not") + "Hello";
    EXPECT_THAT(Frame(response + response + Lines("l: 0\r\n")), ElementsAre("MESSAGE ")) << status;
  }
}

TEST(FramerTest, FoldedContentLengthCountsAsOneLine) {
  EXPECT_THAT(Frame(Lines("Content-Length:\r\n 2\r\n") + "ok"), ElementsAre("MESSAGE ok"));
  EXPECT_THAT(Frame(Lines("Content-Length: 2\r\n 0\r\n") + "ok"),
              ElementsAre("broken 400 bad Content-Length"));
}

TEST(FramerTest, L1_BoundsTheHeaderBlock) {
  const auto padded = [](std::size_t head_bytes) {
    std::string extra = "Content-Length: 0\r\n";
    std::string text = Lines(extra);
    while (text.size() - 4 + 4 < head_bytes) {
      const std::size_t more = std::min<std::size_t>(head_bytes - (text.size() - 4), 4096);
      if (more < 6) break;
      extra += "X: " + std::string(more - 5, 'y') + "\r\n";
      text = Lines(extra);
    }
    return text;
  };
  std::string fits = padded(kHeadBytesMax);
  ASSERT_LE(fits.size() - 4, kHeadBytesMax);
  ASSERT_GE(fits.size(), kHeadBytesMax - 16);
  EXPECT_THAT(Frame(fits), ElementsAre("MESSAGE "));
  EXPECT_THAT(Frame(Lines("Content-Length: 0\r\n" + std::string())), ElementsAre("MESSAGE "));
  std::string endless = Lines("");
  endless.resize(endless.size() - 2);
  while (endless.size() <= kHeadBytesMax) endless += "X: " + std::string(1000, 'y') + "\r\n";
  EXPECT_THAT(Frame(endless + "more"), ElementsAre("broken 400 header block too long"));
}

TEST(FramerTest, L1_BoundsOneLineAndTheRequestUri) {
  EXPECT_THAT(
      Frame(Lines("Content-Length: 0\r\nX: " + std::string(kHeaderLineBytesMax, 'y') + "\r\n")),
      ElementsAre("broken 400 header line too long"));
  const std::string fits = "sip:" + std::string(kRequestUriBytesMax - 4 - 10, 'a') + "@b.example";
  ASSERT_EQ(fits.size(), kRequestUriBytesMax);
  EXPECT_THAT(Frame(Lines("Content-Length: 0\r\n", "MESSAGE " + fits + " SIP/2.0")),
              ElementsAre("MESSAGE "));
  EXPECT_THAT(Frame(Lines("Content-Length: 0\r\n", "MESSAGE " + fits + "x SIP/2.0")),
              ElementsAre("broken 414 Request-URI too long"));
}

TEST(FramerTest, L2_SkipsABodyThatIsTooLargeAndGoesOn) {
  const std::string small = Lines("Content-Length: 0\r\n");
  const auto sized = [](std::size_t bytes) {
    return Lines("Content-Length: " + std::to_string(bytes) + "\r\n") + std::string(bytes, 'x');
  };
  EXPECT_EQ(Frame(sized(kBodyBytesMax)).size(), 1u);
  EXPECT_THAT(Frame(sized(kBodyBytesMax + 1) + small),
              ElementsAre("refused 513 body too large", "MESSAGE "));
  Framer framer;
  EXPECT_THAT(
      Feed(framer, Lines("Content-Length: " + std::to_string(kSkippedBodyBytesMax + 1) + "\r\n")),
      ElementsAre("broken 513 body too large"));
}

TEST(FramerTest, L6_CountsFromTheFirstByteOfAMessageWhateverTrickles) {
  Framer framer;
  EXPECT_EQ(framer.Deadline(), TimePoint::max());
  Feed(framer, "\r\n", t0);
  EXPECT_EQ(framer.Deadline(), TimePoint::max());  // a pong is no message
  Feed(framer, "MESSAGE", t0 + 1s);
  EXPECT_EQ(framer.Deadline(), t0 + 31s);
  Feed(framer, " sip:a@b SIP/2.0\r\n", t0 + 20s);
  EXPECT_EQ(framer.Deadline(), t0 + 31s);
  framer.Advance(t0 + 30s);
  EXPECT_FALSE(framer.Poll());
  framer.Advance(t0 + 31s);
  EXPECT_THAT(Feed(framer, "x", t0 + 31s), ElementsAre("broken - message not complete in time"));
  EXPECT_EQ(framer.Deadline(), TimePoint::max());
}

TEST(FramerTest, L6_StartsAgainWithTheNextMessage) {
  Framer framer;
  const std::string message = Lines("Content-Length: 5\r\n");
  Feed(framer, message + "He", t0);
  EXPECT_THAT(Feed(framer, "lloMESS", t0 + 29s), ElementsAre("MESSAGE Hello"));
  EXPECT_EQ(framer.Deadline(), t0 + 59s);
  Framer waiting;
  Feed(waiting, message, t0);
  waiting.Advance(t0 + 30s);
  EXPECT_THAT(Feed(waiting, "", t0 + 30s), ElementsAre("broken 400 message not complete in time"));
}

// If each took time for all that are behind it, this would not end within the test's minute.
TEST(FramerTest, WhatIsFedAtOnceCostsNoMoreThanPieceByPiece) {
  constexpr std::size_t kMessages = 40'000;
  constexpr std::size_t kPings = 400'000;
  std::string bytes;
  for (std::size_t i = 0; i < kMessages; ++i) bytes += Lines("Content-Length: 5\r\n") + "Hello";
  for (std::size_t i = 0; i < kPings; ++i) bytes += "\r\n\r\n";
  Framer framer;
  framer.Feed(bytes, t0);
  std::size_t messages = 0;
  std::size_t pings = 0;
  while (const auto event = framer.Poll()) {
    messages += std::holds_alternative<Request>(*event) ? 1 : 0;
    pings += std::holds_alternative<Framer::KeepAlive>(*event) ? 1 : 0;
  }
  EXPECT_EQ(messages, kMessages);
  EXPECT_EQ(pings, kPings);
  EXPECT_EQ(framer.Deadline(), TimePoint::max());
}

// What is left of one message must not be looked at again with each byte of it.
TEST(FramerTest, ABodyThatTricklesInCostsNoMoreThanAtOnce) {
  const std::string body(kBodyBytesMax, 'x');
  Framer framer;
  Feed(framer, Lines("X: " + std::string(8000, 'y') + "\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n"));
  for (std::size_t i = 0; i + 1 < body.size(); ++i) {
    framer.Feed(std::string_view(body).substr(i, 1), t0);
    EXPECT_FALSE(framer.Poll());
  }
  EXPECT_THAT(Feed(framer, "x"), ElementsAre("MESSAGE " + body));
}

TEST(FramerTest, NothingFollowsABreak) {
  Framer framer;
  EXPECT_THAT(Feed(framer, "GET / HTTP/1.1\r\n\r\n"), ElementsAre(StartsWith("broken")));
  EXPECT_THAT(Feed(framer, Lines("Content-Length: 0\r\n")), ElementsAre());
}

}  // namespace
}  // namespace dragoman::sip
