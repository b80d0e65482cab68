#include "runtime/redis/redirect.h"

#include <gtest/gtest.h>

namespace dragoman::runtime {
namespace {

TEST(RedirectTest, NamesTheSlotAndTheNode) {
  EXPECT_EQ(ParseRedirect("MOVED 3999 127.0.0.1:6381", "h"),
            (Redirect{false, 3999, {"127.0.0.1", 6381}}));
  EXPECT_EQ(ParseRedirect("ASK 16383 Node-2.example:6379", "h"),
            (Redirect{true, 16383, {"node-2.example", 6379}}));
  EXPECT_EQ(ParseRedirect("MOVED 0 2001:db8::1:6379", "h"),
            (Redirect{false, 0, {"2001:db8::1", 6379}}));
}

TEST(RedirectTest, TheNodeThatAnsweredStandsForAnUnknownHost) {
  EXPECT_EQ(ParseRedirect("MOVED 3999 :6381", "10.0.0.7"),
            (Redirect{false, 3999, {"10.0.0.7", 6381}}));
  EXPECT_EQ(ParseRedirect("MOVED 3999 :6381", ""), std::nullopt);
}

TEST(RedirectTest, NothingElseIsOne) {
  for (const char* text :
       {"", "MOVED", "MOVED ", "MOVED 1", "MOVED 1 ", "MOVED 1 a", "MOVED 1 a:", "MOVED 1 a:0",
        "MOVED 1 a:65536", "MOVED 1 a:1x", "MOVED 16384 a:1", "MOVED -1 a:1", "MOVED x a:1",
        "MOVED 99999999999999999999 a:1", "MOVED 1 a b:1", "moved 1 a:1", "ASKING", "ASK 1a:1"})
    EXPECT_EQ(ParseRedirect(text, "h"), std::nullopt) << text;
}

}  // namespace
}  // namespace dragoman::runtime
