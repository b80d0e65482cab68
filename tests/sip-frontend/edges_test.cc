// How many Edges are known, whatever dialogs name.
#include "sip-frontend/edges.h"

#include <gtest/gtest.h>

#include <string>

namespace dragoman::sip_frontend {
namespace {

// No host has an address.
class Nowhere final : public runtime::Resolver {
 public:
  void Addresses(const std::string& host, OnAddresses done) override {
    asked.push_back(host);
    if (silent) return;
    done(Fail(runtime::DnsError::kNotFound));
  }
  void Srv(const std::string&, OnSrv done) override { done(Fail(runtime::DnsError::kNotFound)); }
  bool silent = false;
  std::vector<std::string> asked;
};

class EdgesTest : public testing::Test {
 protected:
  // The Edge that the Record-Route of a dialog names; its refusals are counted.
  void Find(const std::string& host) {
    edges_.Find({}, sip::NextHop{.host = host, .port = 5061, .from_route = true}, "contoso.com",
                [this](Channel* channel) {
                  EXPECT_EQ(channel, nullptr);
                  ++refused_;
                });
  }
  static std::string Host(std::size_t number) {
    return "edge" + std::to_string(number) + ".contoso.com";
  }
  void Wait(Duration time) {
    runtime::Timer end(loop_, [this] { loop_.Stop(); });
    end.StartAt(loop_.Now() + time);
    loop_.Run();
  }

  runtime::Loop loop_;
  runtime::SystemRandom random_;
  policy::Settings settings_;
  Nowhere dns_;
  Edges edges_{loop_, dns_, random_, settings_,
               [](const std::string&, const policy::HostPort&) { return nullptr; }};
  std::size_t refused_ = 0;
};

TEST_F(EdgesTest, EdgesThatNothingHangsOnMakeRoom) {
  for (std::size_t i = 0; i < kEdgesMax + 100; ++i) Find(Host(i));
  EXPECT_EQ(refused_, kEdgesMax + 100);
  EXPECT_EQ(edges_.size(), kEdgesMax);
  EXPECT_EQ(dns_.asked.size(), kEdgesMax);  // those that failed just now are remembered
  Wait(kRetryAfterFailure + 50ms);
  Find(Host(kEdgesMax));
  EXPECT_EQ(dns_.asked.back(), Host(kEdgesMax));
  EXPECT_EQ(edges_.size(), 1u);
}

TEST_F(EdgesTest, AnEdgeThatIsWaitedForStays) {
  dns_.silent = true;
  for (std::size_t i = 0; i < kEdgesMax; ++i) Find(Host(i));
  EXPECT_EQ(refused_, 0u);
  Find("another.contoso.com");
  EXPECT_EQ(refused_, 1u);
  EXPECT_EQ(edges_.size(), kEdgesMax);
  Find(Host(0));  // a known one takes more
  EXPECT_EQ(refused_, 1u);
}

}  // namespace
}  // namespace dragoman::sip_frontend
