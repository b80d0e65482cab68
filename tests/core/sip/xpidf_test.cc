#include "core/sip/xpidf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dragoman::sip {
namespace {

using testing::HasSubstr;

const char kDocument[] =
    "<?xml version=\"1.0\"?>\r\n"
    "<!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" \"xpidf.dtd\">\r\n"
    "<presence>\r\n"
    "<presentity uri=\"sip:romeo@contoso.com;method=SUBSCRIBE\"/>\r\n"
    "<display name=\"Romeo\"/>\r\n"
    "<atom id=\"1000\">\r\n"
    "<address uri=\"sip:romeo@contoso.com\" priority=\"0.800000\">\r\n"
    "<status status=\"open\"/>\r\n"
    "<msnsubstatus substatus=\"away\"/>\r\n"
    "</address>\r\n</atom>\r\n</presence>\r\n";

TEST(XpidfTest, ReadsWhatWindowsMessengerWrites) {
  const auto read = ParseXpidf(kDocument);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (Xpidf{"sip:romeo@contoso.com", XpidfStatus::kOpen, "away", "Romeo"}));
}

TEST(XpidfTest, ReadsWhatItPrints) {
  for (const XpidfStatus status : {XpidfStatus::kOpen, XpidfStatus::kInUse, XpidfStatus::kClosed}) {
    const Xpidf presence{"sip:romeo@jabber.example.org", status, "busy", "R <&> \"J\""};
    EXPECT_EQ(ParseXpidf(PrintXpidf(presence)), presence);
  }
  const Xpidf bare{"sip:a@b", XpidfStatus::kClosed, {}, {}};
  EXPECT_EQ(ParseXpidf(PrintXpidf(bare)), bare);
  EXPECT_THAT(PrintXpidf(bare), HasSubstr("<presentity uri='sip:a@b;method=SUBSCRIBE'/>"));
}

TEST(XpidfTest, TheBestOfSeveralAddressesCounts) {
  const auto address = [](const std::string& status, const std::string& substatus) {
    return "<address uri='sip:a@b'><status status='" + status + "'/><msnsubstatus substatus='" +
           substatus + "'/></address>";
  };
  const auto read = [&](const std::string& atoms) {
    const auto document =
        ParseXpidf("<presence><presentity uri='sip:a@b'/>" + atoms + "</presence>");
    EXPECT_TRUE(document) << atoms;
    return document ? std::make_pair(document->status, document->substatus)
                    : std::make_pair(XpidfStatus::kClosed, std::string());
  };
  const std::string open = address("open", "Idle"), busy = address("inuse", "onthephone"),
                    gone = address("closed", "unknown"), odd = address("ajar", "away");
  EXPECT_EQ(read("<atom>" + gone + open + busy + "</atom>"),
            std::make_pair(XpidfStatus::kOpen, std::string("idle")));
  EXPECT_EQ(read("<atom>" + gone + "</atom><atom>" + busy + "</atom>"),
            std::make_pair(XpidfStatus::kInUse, std::string("onthephone")));
  EXPECT_EQ(read("<atom>" + odd + "</atom>").first, XpidfStatus::kClosed);
  EXPECT_EQ(read("<atom><address uri='sip:a@b'/></atom>").first, XpidfStatus::kClosed);
  EXPECT_EQ(read("").first, XpidfStatus::kClosed);
}

TEST(XpidfTest, PRES20_ADocumentTypeIsNeverRead) {
  const std::string rest = "<presence><presentity uri='sip:a@b'/></presence>";
  EXPECT_TRUE(ParseXpidf("<!DOCTYPE presence>" + rest));
  EXPECT_TRUE(ParseXpidf("<!DOCTYPE presence SYSTEM 'a>b'>" + rest));
  EXPECT_FALSE(ParseXpidf("<!DOCTYPE presence [<!ENTITY a 'b'>]>" + rest));
  EXPECT_FALSE(ParseXpidf("<!DOCTYPE presence <!ENTITY a 'b'>>" + rest));
  EXPECT_FALSE(ParseXpidf("<!DOCTYPE presence SYSTEM 'a>" + rest));
  EXPECT_FALSE(ParseXpidf("<!DOCTYPE a><!DOCTYPE presence>" + rest));
  EXPECT_FALSE(ParseXpidf("<!DOCTYPE presence"));
  const auto with_type = [&](std::size_t size) {
    std::string type = "<!DOCTYPE presence ";
    type.append(size - type.size() - 1, ' ');
    return ParseXpidf(type + ">" + rest).has_value();
  };
  EXPECT_TRUE(with_type(kDoctypeBytesMax));
  EXPECT_FALSE(with_type(kDoctypeBytesMax + 1));
}

TEST(XpidfTest, PRES20_RefusesWhatIsNoDocument) {
  for (const std::string text : {"", "<presence/>", "<presence", "<?xml", "<?xml version='1.0'?>",
                                 "<presentity uri='a'/>"}) {
    EXPECT_FALSE(ParseXpidf(text)) << text;
  }
}

TEST(XpidfTest, BoundsTheAddresses) {
  const auto with = [](std::size_t addresses) {
    std::string text = "<presence><presentity uri='sip:a@b'/><atom>";
    for (std::size_t i = 0; i < addresses; ++i) text += "<address/>";
    return ParseXpidf(text + "</atom></presence>").has_value();
  };
  EXPECT_TRUE(with(kXpidfAddressesMax));
  EXPECT_FALSE(with(kXpidfAddressesMax + 1));
}

}  // namespace
}  // namespace dragoman::sip
