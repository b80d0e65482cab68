#include "runtime/service/admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace dragoman::runtime {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// One client: sends `request`, keeps what comes back until the server closes.
class Client : public ConnectionOwner {
 public:
  Client(Loop& loop, int port, std::string request, std::function<void()> closed)
      : request_(std::move(request)),
        closed_(std::move(closed)),
        connection_(Connection::Connect(loop, "127.0.0.1", port, Duration(5000), *this)) {}
  void OnOpen() override {
    if (!request_.empty()) connection_->Write(request_);
  }
  void OnBytes(std::string_view bytes) override { answer += bytes; }
  void OnClosed(const CloseInfo&) override { closed_(); }
  std::string answer;

 private:
  std::string request_;
  std::function<void()> closed_;
  std::unique_ptr<Connection> connection_;
};

class AdminTest : public testing::Test {
 protected:
  AdminTest() {
    auto admin = Admin::Listen(loop_, "127.0.0.1:0",
                               {{"/livez", Admin::Page([] {
                                   return AdminAnswer{200, "alive\n"};
                                 })},
                                {"/readyz", Admin::Page([] {
                                   return AdminAnswer{503, "not ready\n"};
                                 })},
                                {"/echo",
                                 [](const AdminRequest& request, const AdminReply& reply) {
                                   std::string body = request.post ? "POST" : "GET";
                                   for (const auto& [name, value] : request.query)
                                     body += " " + name + "=" + value;
                                   reply({200, body});
                                 }},
                                {"/later", [this](const AdminRequest&, AdminReply reply) {
                                   later_ = std::move(reply);
                                   if (at_later_) at_later_();
                                 }}});
    if (admin) admin_ = *std::move(admin);
  }

  std::vector<std::string> Ask(const std::vector<std::string>& requests) {
    std::size_t open = requests.size();
    std::vector<std::unique_ptr<Client>> clients;
    for (const std::string& request : requests) {
      clients.push_back(std::make_unique<Client>(loop_, admin_->port(), request, [&] {
        if (--open == 0) loop_.Stop();
      }));
    }
    loop_.Run();
    std::vector<std::string> answers;
    for (const auto& client : clients) answers.push_back(client->answer);
    return answers;
  }

  Loop loop_;
  AdminReply later_;
  std::function<void()> at_later_;
  std::unique_ptr<Admin> admin_;
};

TEST_F(AdminTest, AnswersOneRequestAndCloses) {
  const auto answers =
      Ask({"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", "POST /readyz?x=1 HTTP/1.1\r\n\r\n"});
  EXPECT_THAT(answers[0], StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answers[0], HasSubstr("Content-Length: 6\r\n"));
  EXPECT_THAT(answers[0], EndsWith("\r\n\r\nalive\n"));
  EXPECT_THAT(answers[1], StartsWith("HTTP/1.1 503 "));
}

TEST_F(AdminTest, HandsTheDecodedQueryOn) {
  const auto answers = Ask({"GET /echo?a=romeo%40a.example&b=1+2&c HTTP/1.1\r\n\r\n",
                            "POST /echo HTTP/1.1\r\n\r\n", "GET /echo?a=%4 HTTP/1.1\r\n\r\n"});
  EXPECT_THAT(answers[0], EndsWith("\r\n\r\nGET a=romeo@a.example b=1 2 c="));
  EXPECT_THAT(answers[1], EndsWith("\r\n\r\nPOST"));
  EXPECT_THAT(answers[2], StartsWith("HTTP/1.1 400 "));
}

TEST_F(AdminTest, T58_APostFromAWebPageIsRefused) {
  const auto answers = Ask({"POST /echo HTTP/1.1\r\nOrigin: http://evil.example\r\n\r\n",
                            "GET /echo HTTP/1.1\r\nOrigin: http://evil.example\r\n\r\n"});
  EXPECT_THAT(answers[0], StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(answers[1], StartsWith("HTTP/1.1 200 "));
}

TEST_F(AdminTest, AnAnswerMayComeLaterAndIsGivenOnce) {
  at_later_ = [this] {
    loop_.Defer([this] {
      later_({200, "done"});
      later_({200, "twice"});
    });
  };
  EXPECT_THAT(Ask({"GET /later HTTP/1.1\r\n\r\n"})[0], EndsWith("\r\n\r\ndone"));
  later_({200, "nobody is there any more"});
}

TEST_F(AdminTest, RefusesWhatIsNoRequestOfItsOwn) {
  const auto answers = Ask({"GET /nowhere HTTP/1.1\r\n\r\n", "DELETE /livez HTTP/1.1\r\n\r\n",
                            "nonsense\r\n\r\n", "\r\n\r\n"});
  EXPECT_THAT(answers[0], StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(answers[1], StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(answers[2], StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answers[3], StartsWith("HTTP/1.1 400 "));
}

TEST_F(AdminTest, T58_BoundsARequest) {
  const std::string line = "GET /livez HTTP/1.1\r\nX: ";
  const std::string fits =
      line + std::string(kAdminRequestBytesMax - line.size() - 4, 'x') + "\r\n\r\n";
  const std::string above = line + std::string(kAdminRequestBytesMax, 'x');
  const auto answers = Ask({fits, above});
  EXPECT_THAT(answers[0], StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answers[1], StartsWith("HTTP/1.1 431 "));
}

TEST_F(AdminTest, T58_ClosesConnectionsAboveItsBound) {
  // As many silent visitors as it takes, and one more: only the last ones are turned away at once.
  std::vector<std::unique_ptr<Client>> silent;
  std::size_t turned_away = 0;
  for (std::size_t i = 0; i < kAdminConnectionsMax + 3; ++i) {
    silent.push_back(std::make_unique<Client>(loop_, admin_->port(), "", [&] {
      if (++turned_away == 3) loop_.Stop();
    }));
  }
  loop_.Run();
  EXPECT_EQ(turned_away, 3u);
}

TEST_F(AdminTest, SaysWhichAddressIsTaken) {
  EXPECT_FALSE(Admin::Listen(loop_, "192.0.2.1:1", {}));
}

}  // namespace
}  // namespace dragoman::runtime
