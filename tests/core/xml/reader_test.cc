#include "core/xml/reader.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace dragoman::xml {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const std::string kHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";

std::string Say(const StreamReader::Event& event) {
  if (const auto* open = std::get_if<StreamReader::Open>(&event)) {
    return "open " + open->root.name() + (open->declares_dialback ? " db" : "");
  }
  if (const auto* stanza = std::get_if<StreamReader::Stanza>(&event)) {
    return Print(stanza->element, "jabber:server");
  }
  if (std::holds_alternative<StreamReader::Close>(event)) return "close";
  switch (std::get<StreamReader::Failed>(event).error) {
    case XmlError::kNotWellFormed:
      return "not-well-formed";
    case XmlError::kRestricted:
      return "restricted";
    case XmlError::kUnsupportedEncoding:
      return "encoding";
    case XmlError::kTooLarge:
      return "too-large";
  }
  return "";
}

std::vector<std::string> Pieces(std::string_view bytes, std::size_t piece, const Limits& limits) {
  StreamReader reader(limits);
  std::vector<std::string> said;
  while (!bytes.empty()) {
    for (const auto& event : reader.Feed(bytes.substr(0, piece))) said.push_back(Say(event));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return said;
}

// Whole, in sevens and byte by byte: the same must come out.
std::vector<std::string> Read(std::string_view bytes, const Limits& limits = kAuthenticated) {
  const std::vector<std::string> whole = Pieces(bytes, bytes.size(), limits);
  EXPECT_EQ(whole, Pieces(bytes, 7, limits));
  EXPECT_EQ(whole, Pieces(bytes, 1, limits));
  return whole;
}

TEST(StreamReaderTest, ReadsHeaderStanzasAndEnd) {
  EXPECT_THAT(
      Read(kHeader + "\n<message><body>hi &amp; bye</body></message> <iq/></stream:stream>"),
      ElementsAre("open stream", "<message><body>hi &amp; bye</body></message>", "<iq/>", "close"));
}

TEST(StreamReaderTest, SeesTheDialbackNamespaceOfTheHeader) {
  EXPECT_THAT(Read("<s:stream xmlns:s='x' xmlns:db='jabber:server:dialback'>"),
              ElementsAre("open stream db"));
}

TEST(StreamReaderTest, T13_GivesAStanzaWithItsLastByte) {
  StreamReader reader(kAuthenticated);
  const std::string stanza = "<message><body>" + std::string(5000, 'x') + "</body></message>";
  const std::string text = kHeader + stanza;
  std::size_t events = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto given = reader.Feed(std::string_view(text).substr(i, 1));
    events += given.size();
    const bool ends = i + 1 == kHeader.size() || i + 1 == text.size();
    EXPECT_THAT(given, SizeIs(ends ? 1 : 0));
  }
  EXPECT_EQ(events, 2u);
}

TEST(StreamReaderTest, XS12_RefusesWhatXmppForbids) {
  const struct {
    std::string bytes;
    std::string expected;
  } kRows[] = {
      {"<!-- x -->", "restricted"},
      {"<?pi x?>", "restricted"},
      {"<a>&unknown;</a>", "restricted"},
      {"<a><!-- x --></a>", "restricted"},
      {"<p:a/>", "not-well-formed"},
      {"<a></b>", "not-well-formed"},
      {"text", "not-well-formed"},
      {"<a>\xff</a>", "not-well-formed"},
      {std::string("<a>\0</a>", 8), "not-well-formed"},
      {"<a x='1' x='2'/>", "not-well-formed"},
  };
  for (const auto& row : kRows) {
    const auto said = Read(kHeader + row.bytes);
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(said.back(), row.expected) << row.bytes;
  }
}

TEST(StreamReaderTest, T11_ADoctypeEndsTheReading) {
  EXPECT_THAT(Read("<!DOCTYPE a [<!ENTITY x 'y'>]><a>"), ElementsAre("restricted"));
  EXPECT_FALSE(ParseDocument("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"));
}

TEST(StreamReaderTest, XS12_SpeaksOnlyUtf8) {
  EXPECT_THAT(Read("<?xml version='1.0' encoding='ISO-8859-1'?><a>"), ElementsAre("encoding"));
  EXPECT_THAT(Read(std::string("<\0a\0>\0", 6)), ElementsAre("encoding"));
  EXPECT_THAT(Read(std::string("\0<\0a\0>", 6)), ElementsAre("encoding"));
  EXPECT_THAT(Read(std::string("\xFF\xFE<\0a\0>\0", 8)), ElementsAre("encoding"));
  EXPECT_THAT(Read("\xFE\xFF"), ElementsAre("encoding"));
  EXPECT_THAT(Read("<?xml version='1.0' encoding='utf-8'?><a>"), ElementsAre("open a"));
}

TEST(StreamReaderTest, NothingFollowsAFailure) {
  EXPECT_THAT(Read(kHeader + "<?pi?><message/>"), ElementsAre("open stream", "restricted"));
}

TEST(StreamReaderTest, NothingFollowsTheEnd) {
  using namespace std::string_view_literals;
  for (const std::string_view rest : {"1\xE6@"sv, "<message/>"sv, "</x>"sv, "<!--"sv, "\0x"sv}) {
    EXPECT_THAT(Read(kHeader + "</stream:stream>" + std::string(rest)),
                ElementsAre("open stream", "close"));
  }
  EXPECT_THAT(Read("<x/>1\xE6@"), ElementsAre("open x", "close"));
}

Limits Small() {
  return {.stanza_bytes = 100,
          .stream_header_bytes = 200,
          .depth = 4,
          .attributes = 3,
          .namespaces = 3,
          .name_bytes = 10,
          .text_bytes = 40,
          .tag_bytes = 60,
          .elements = 5};
}

TEST(StreamReaderTest, L10toL15_EachLimitHoldsAtItsBoundAndNotAbove) {
  const struct {
    std::string id;
    std::string fits;
    std::string exceeds;
  } kRows[] = {
      {"L-10", "<a>" + std::string(40, 'x') + "<b/>" + std::string(40, 'x') + "<bb></bb></a>",
       "<a>" + std::string(40, 'x') + "<b/>" + std::string(40, 'x') + "<bb></bb> </a>"},
      {"L-12", "<a><a><a/></a></a>", "<a><a><a><a/></a></a></a>"},
      {"L-13", "<a a='' b='' c=''/>", "<a a='' b='' c='' d=''/>"},
      {"L-13", "<a xmlns:a='1' xmlns:b='1' xmlns:c='1'/>",
       "<a xmlns:a='1' xmlns:b='1' xmlns:c='1' xmlns:d='1'/>"},
      {"L-14", "<abcdefghij/>", "<abcdefghijk/>"},
      {"L-14", "<a b='" + std::string(40, 'x') + "'/>", "<a b='" + std::string(41, 'x') + "'/>"},
      {"L-14", "<a>" + std::string(40, 'x') + "</a>", "<a>" + std::string(41, 'x') + "</a>"},
      {"T-13", "<a b='" + std::string(23, 'x') + "' c='" + std::string(23, 'x') + "'/>",
       "<a b='" + std::string(24, 'x') + "' c='" + std::string(23, 'x') + "'/>"},
      {"L-15", "<a><b/><b/><b/><b/></a>", "<a><b/><b/><b/><b/><b/></a>"},
  };
  for (const auto& row : kRows) {
    EXPECT_THAT(Read("<s>" + row.fits + row.fits, Small()), SizeIs(3)) << row.id << row.fits;
    EXPECT_THAT(Read("<s>" + row.fits + row.exceeds, Small()),
                ElementsAre(testing::_, testing::_, "too-large"))
        << row.id << row.exceeds;
  }
}

TEST(StreamReaderTest, L10_CountsEachStanzaForItself) {
  std::string many = "<s>";
  for (int i = 0; i < 1000; ++i) many += "<message><body>short</body></message>\n";
  EXPECT_THAT(Read(many, Small()), SizeIs(1001));
}

TEST(StreamReaderTest, L10_AnElementWithoutEndIsRefusedWhileItComes) {
  EXPECT_THAT(Read("<s><a><b>" + std::string(30, 'x') + "</b><b>" + std::string(40, 'x') +
                       "</b><c y='" + std::string(30, 'x'),
                   Small()),
              ElementsAre("open s", "too-large"));
}

TEST(StreamReaderTest, L11_BoundsTheHeader) {
  EXPECT_THAT(Read("<a b='" + std::string(3000, 'x') + "'>"), ElementsAre("open a"));
  EXPECT_THAT(Read("<a b='" + std::string(4500, 'x') + "'>"), ElementsAre("too-large"));
  EXPECT_THAT(Read("<a b='" + std::string(4500, 'x')), ElementsAre("too-large"));
}

TEST(StreamReaderTest, LimitsGrowFromTheNextElementOn) {
  StreamReader reader(Small());
  EXPECT_THAT(reader.Feed("<s>"), SizeIs(1));
  reader.SetLimits(kAuthenticated);
  EXPECT_THAT(reader.Feed("<a>" + std::string(500, 'x') + "</a>"), SizeIs(1));
}

TEST(StreamReaderTest, T1_TellsThatBytesStandBehindAnElement) {
  StreamReader reader(kAuthenticated);
  reader.Feed(kHeader);
  EXPECT_THAT(reader.Feed("<starttls/>\n"), SizeIs(1));
  EXPECT_FALSE(reader.has_trailing_bytes());
  EXPECT_THAT(reader.Feed("<starttls/><mess"), SizeIs(1));
  EXPECT_TRUE(reader.has_trailing_bytes());
}

TEST(ParseDocumentTest, TakesAWholeDocument) {
  const auto document =
      ParseDocument("<?xml version='1.0' encoding='UTF-8'?>\n<!-- c --><a><b/>t</a>\n");
  ASSERT_TRUE(document);
  EXPECT_EQ(Print(*document), "<a><b/>t</a>");
}

TEST(ParseDocumentTest, RefusesWhatIsNoneOrTooLarge) {
  for (const std::string_view text : {"", "  ", "text", "<a>", "<a/><b/>", "<a/>x"}) {
    const auto document = ParseDocument(text);
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error(), XmlError::kNotWellFormed) << text;
  }
  EXPECT_EQ(ParseDocument("<?x y?><a/>").error(), XmlError::kRestricted);
  EXPECT_EQ(ParseDocument("<a>" + std::string(100, 'x') + "</a>", Small()).error(),
            XmlError::kTooLarge);
  EXPECT_EQ(ParseDocument("<a><a><a><a><a/></a></a></a></a>", Small()).error(),
            XmlError::kTooLarge);
}

}  // namespace
}  // namespace dragoman::xml
