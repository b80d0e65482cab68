#include "cli/admin_client.h"

#include <gmock/gmock.h>

#include <vector>

#include "cli/probe.h"
#include "runtime/net/listener.h"

namespace dragoman::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A process whose admin page answers everything with the same bytes, and then closes; with none it
// stays silent.
class FakePage {
 public:
  FakePage(runtime::Loop& loop, std::string answer) : answer_(std::move(answer)) {
    auto listener = runtime::Listener::Listen(
        loop, "127.0.0.1:0", [this](std::unique_ptr<runtime::Listener::Pending> pending) {
          visits_.push_back(std::make_unique<Visit>(*this, *pending));
        });
    EXPECT_TRUE(listener);
    listener_ = *std::move(listener);
  }
  std::string address(const std::string& host = "127.0.0.1") const {
    return host + ":" + std::to_string(listener_->port());
  }
  std::string asked;

 private:
  struct Visit : runtime::ConnectionOwner {
    Visit(FakePage& page, runtime::Listener::Pending& pending)
        : page_(page), connection_(pending.Adopt(*this)) {}
    void OnBytes(std::string_view bytes) override {
      page_.asked += bytes;
      if (!page_.asked.ends_with("\r\n\r\n") || page_.answer_.empty()) return;
      connection_->Write(page_.answer_);
      connection_->Close();
    }
    void OnClosed(const runtime::CloseInfo&) override {}
    FakePage& page_;
    std::unique_ptr<runtime::Connection> connection_;
  };
  std::string answer_;
  std::vector<std::unique_ptr<Visit>> visits_;
  std::unique_ptr<runtime::Listener> listener_;
};

class AdminClientTest : public testing::Test {
 protected:
  PageAnswer Ask(const std::string& address, const PageRequest& request) {
    PageAnswer told;
    AskPage(loop_, address, request, [&](PageAnswer answer) {
      told = std::move(answer);
      loop_.Stop();
    });
    loop_.Run();
    return told;
  }
  runtime::Loop loop_;
};

TEST_F(AdminClientTest, TellsStatusAndBodyWhateverTheStatus) {
  FakePage page(loop_, "HTTP/1.1 404 Error\r\nContent-Length: 2\r\n\r\nno");
  const PageAnswer told = Ask(page.address(), {.target = "/subs?limit=1"});
  EXPECT_EQ(told.answer.status, 404);
  EXPECT_EQ(told.answer.body, "no");
  EXPECT_TRUE(told.connected);
  EXPECT_THAT(page.asked, StartsWith("GET /subs?limit=1 HTTP/1.1\r\n"));
}

TEST_F(AdminClientTest, PostsAndReadsUntilTheEnd) {
  FakePage page(loop_, "HTTP/1.1 200 OK\r\n\r\n{}");
  EXPECT_EQ(Ask(page.address(), {.target = "/drain", .method = "POST"}).answer.body, "{}");
  EXPECT_THAT(page.asked, StartsWith("POST /drain HTTP/1.1\r\n"));
}

TEST_F(AdminClientTest, ANameIsLookedUpAndEachOfItsAddressesTried) {
  FakePage page(loop_, "HTTP/1.1 200 OK\r\n\r\n{}");
  EXPECT_EQ(
      Ask(page.address("localhost"), {.target = "/", .limit = Duration(10'000)}).answer.status,
      200);
}

TEST_F(AdminClientTest, SaysWhyThereIsNoAnswer) {
  FakePage silent(loop_, ""), rude(loop_, "SSH-2.0-x\r\n\r\n");
  const PageAnswer late = Ask(silent.address(), {.target = "/", .limit = Duration(100)});
  EXPECT_EQ(late.answer.status, 0);
  EXPECT_EQ(late.answer.problem, "no answer in time");
  EXPECT_TRUE(late.connected);
  EXPECT_EQ(Ask(rude.address(), {.target = "/"}).answer.problem, "what answers speaks no HTTP/1.1");
  std::string closed;
  {
    const FakePage gone(loop_, "");
    closed = gone.address();
  }
  const PageAnswer refused = Ask(closed, {.target = "/"});
  EXPECT_THAT(refused.answer.problem, HasSubstr("refused"));
  EXPECT_FALSE(refused.connected);
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:x", ":9090", "http://127.0.0.1:9090"})
    EXPECT_EQ(Ask(bad, {.target = "/"}).answer.problem, "expected host:port") << bad;
}

TEST_F(AdminClientTest, AnAnswerThatIsTooLongIsNone) {
  FakePage page(loop_, "HTTP/1.1 200 OK\r\n\r\n" + std::string(pages::kBodyBytesMax + 1, 'x'));
  const PageAnswer told = Ask(page.address(), {.target = "/", .limit = Duration(30'000)});
  EXPECT_EQ(told.answer.status, 0);
  EXPECT_EQ(told.answer.problem, "the answer is too long");
}

TEST_F(AdminClientTest, AProbeTellsTheStatusAlone) {
  FakePage page(loop_, "HTTP/1.1 503 Error\r\nContent-Length: 0\r\n\r\n");
  int status = -1;
  Probe(loop_, page.address(), "/readyz", [&](int told) {
    status = told;
    loop_.Stop();
  });
  loop_.Run();
  EXPECT_EQ(status, 503);
}

}  // namespace
}  // namespace dragoman::cli
