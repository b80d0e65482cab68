// The whole process on a loop of its own, between strangers and a partner's server.
#include "xmpp-frontend/frontend.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <variant>

#include "tests/xmpp-frontend/partner.h"

namespace dragoman::xmpp_frontend {
namespace {

// Somebody who connects to the front-end and says what the test says.
class Stranger final : public runtime::ConnectionOwner {
 public:
  Stranger(runtime::Loop& loop, int port)
      : connection_(runtime::Connection::Connect(loop, "127.0.0.1", port, Duration(5'000), *this)) {
  }
  void Send(std::string_view bytes) { connection_->Write(bytes); }
  void Close() { connection_->Close(); }
  std::string heard;
  bool open = false;

 private:
  void OnOpen() override { open = true; }
  void OnBytes(std::string_view bytes) override { heard += bytes; }
  void OnClosed(const runtime::CloseInfo&) override {}
  std::unique_ptr<runtime::Connection> connection_;
};

class FrontendTest : public PartnerTest {
 protected:
  void SetUp() override {
    PartnerTest::SetUp();
    std::string name = std::filesystem::temp_directory_path() / "dragoman-xmpp-XXXXXX";
    folder = mkdtemp(name.data());
    const std::string make =
        "cd " + folder +
        " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=sip.example -keyout gw.key -out gw.crt >/dev/null 2>&1";
    ASSERT_EQ(std::system(make.c_str()), 0);
    std::ofstream(folder + "/secret") << std::string(32, 's');
    ASSERT_EQ(chmod((folder + "/secret").c_str(), 0600), 0);
    auto probe = runtime::Listener::Listen(loop, "127.0.0.1:0", [](auto) {});
    ASSERT_TRUE(probe);
    port = (*probe)->port();
    probe->reset();
    std::ofstream(folder + "/dragoman.yaml")
        << "sip: {domains: [sip.example], fqdn: gw.sip.example, tls: {certificate: gw.crt, key: "
           "gw.key, trust: gw.crt}}\n"
           "xmpp: {tls: {certificate: gw.crt, key: gw.key, trust: gw.crt}, dialback_secret: "
           "secret, "
           "listen: ['127.0.0.1:"
        << port << "']}\npartners: [{domain: xmpp.example, tls: disabled, server: '127.0.0.1:"
        << listener->port() << "'}]\n";
    Start();
  }

  void Start() {
    std::string words[] = {"xmpp-frontend", "--config", folder + "/dragoman.yaml", "--state",
                           folder};
    char* argv[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                    words[4].data()};
    auto created = runtime::Service::Create(5, argv, "xmpp-frontend");
    ASSERT_EQ(created.index(), 0u);
    service = std::get<0>(std::move(created));
    auto loaded = Credentials::Load(service->settings().xmpp.tls, loop.Wall());
    ASSERT_TRUE(loaded) << loaded.error();
    frontend = std::make_unique<Frontend>(*service, *loaded, std::make_unique<Local>());
    const auto started = frontend->Start();
    ASSERT_TRUE(started) << started.error();
  }

  void TearDown() override {
    frontend.reset();
    service.reset();
    std::filesystem::remove_all(folder);
  }

  // As Until, with the front-end's loop between the turns of ours.
  bool Both(const std::function<bool()>& done) {
    runtime::Timer tick(service->loop(), [this] { service->loop().Stop(); });
    return Until([&] {
      tick.StartAt(service->loop().Now() + Duration(1));
      service->loop().Run();
      return done();
    });
  }

  std::string folder;
  int port = 0;
  std::unique_ptr<runtime::Service> service;
  std::unique_ptr<Frontend> frontend;
};

TEST_F(FrontendTest, L20_AVerificationEndsWithTheStreamThatAskedForIt) {
  Stranger stranger(loop, port);
  ASSERT_TRUE(Both([&] { return stranger.open; }));
  stranger.Send(
      "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
      "xmlns:db='jabber:server:dialback' from='xmpp.example' to='sip.example' version='1.0'>");
  ASSERT_TRUE(Both([&] { return stranger.heard.find("</stream:features>") != std::string::npos; }));
  stranger.Send("<db:result from='xmpp.example' to='sip.example'>key</db:result>");
  ASSERT_TRUE(Both([&] { return served.size() == 1; }));
  EXPECT_FALSE(served[0]->closed);
  stranger.Close();
  EXPECT_TRUE(Both([&] { return served[0]->closed; }));
}

}  // namespace
}  // namespace dragoman::xmpp_frontend
