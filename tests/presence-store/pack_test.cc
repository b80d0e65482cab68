#include "presence-store/pack.h"

#include <gtest/gtest.h>

namespace dragoman::store {
namespace {

TEST(PackTest, WhatIsPackedComesBackAsItWas) {
  Packer packer;
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  for (const std::string& record :
       {std::string(), std::string("a"), every, every + every, std::string(kRecordBytesMax, 'x')}) {
    EXPECT_EQ(packer.Unpack(packer.Pack(record)), record);
  }
}

TEST(PackTest, WhatGainsNothingStaysAsItIs) {
  Packer packer;
  EXPECT_EQ(packer.Pack("q"), "q");
  EXPECT_EQ(packer.Unpack("q"), "q");
}

TEST(PackTest, ARecordOfHexDigitsIsShorter) {
  Packer packer;
  const std::string record =
      "0a1b2c3d4e5f60718293a4b5c6d7e8f9 <sip:sip.a.example:5061;transport=tls;lr>";
  EXPECT_LT(packer.Pack(record).size(), record.size() * 3 / 4);
}

TEST(PackTest, T55_GarbageIsNoRecord) {
  Packer packer;
  const std::string packed = packer.Pack(std::string(1000, 'a') + std::string(1000, 'b'));
  ASSERT_LT(packed.size(), 1000u);
  EXPECT_FALSE(packer.Unpack(packed.substr(0, 4)));
  EXPECT_FALSE(packer.Unpack(packed.substr(0, packed.size() - 1)));
  for (std::size_t i = 4; i < packed.size(); ++i) {  // whatever it is now, it ends
    std::string broken = packed;
    broken[i] = static_cast<char>(broken[i] ^ 0x55);
    const auto record = packer.Unpack(broken);
    EXPECT_LE(record.value_or("").size(), kRecordBytesMax);
  }
}

TEST(PackTest, L27_NothingAboveTheBoundIsUnpacked) {
  Packer packer;
  EXPECT_TRUE(packer.Unpack(packer.Pack(std::string(kRecordBytesMax, 'a'))));
  EXPECT_FALSE(packer.Unpack(packer.Pack(std::string(kRecordBytesMax + 1, 'a'))));
  EXPECT_TRUE(packer.Unpack(std::string(kRecordBytesMax, 'a')));
  EXPECT_FALSE(packer.Unpack(std::string(kRecordBytesMax + 1, 'a')));
}

}  // namespace
}  // namespace dragoman::store
