#include "core/chat/first_receipts.h"

#include <gtest/gtest.h>

#include <string>

namespace dragoman::chat {
namespace {

TEST(FirstReceiptsTest, RCPT4_AMessageIsAnsweredOnce) {
  FirstReceipts receipts;
  EXPECT_TRUE(receipts.Take("m-1"));
  EXPECT_FALSE(receipts.Take("m-1"));
  EXPECT_TRUE(receipts.Take("m-2"));
}

TEST(FirstReceiptsTest, RemembersToABound) {
  FirstReceipts receipts;
  for (std::size_t i = 0; i < kReceiptsMax; ++i) receipts.Take(std::to_string(i));
  EXPECT_FALSE(receipts.Take("0"));
  EXPECT_TRUE(receipts.Take("one more"));
  EXPECT_TRUE(receipts.Take("0"));  // forgotten
  EXPECT_FALSE(receipts.Take("2"));
}

}  // namespace
}  // namespace dragoman::chat
