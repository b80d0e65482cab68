#include "core/policy/bus_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace dragoman::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The test vectors of curve_keypair in ZeroMQ's manual.
const std::string kPublic = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
const std::string kSecret = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";

const std::map<std::string, std::string> kFiles = {
    {"/etc/own.secret", "# of this machine\n" + kSecret + "\n"},
    {"/etc/own.public", kPublic + " machine-1\n"},
    {"/etc/two.public", "\n" + kPublic + "  machine-1\r\n  # the other\n" + kSecret + "\n"},
    {"/etc/empty", "# nothing\n"},
    {"/etc/odd", "not a key\n"},
    {"/etc/exposed.secret", kSecret},
};

struct Read {
  Settings settings;
  std::vector<Problem> problems;
};

Read ReadIt(const config::Config& config) {
  ConfigFiles files;
  files.absolute = [](const std::string& name) { return "/etc/" + name; };
  files.read = [](const std::string& name) -> std::optional<std::string> {
    const auto found = kFiles.find(name);
    return found == kFiles.end() ? std::nullopt : std::optional(found->second);
  };
  files.exposed = [](const std::string& name) { return name == "/etc/exposed.secret"; };
  Read read;
  ReadBus(config, files, {"/state"}, read.settings, read.problems);
  return read;
}

TEST(BusConfigTest, OnOneMachineNothingNeedsToBeSaid) {
  config::Config config;
  config.mutable_workers()->set_router(2);
  const Read read = ReadIt(config);
  EXPECT_TRUE(read.problems.empty());
  EXPECT_THAT(read.settings.bus.listen,
              ElementsAre("ipc:///state/router-0", "ipc:///state/router-1"));
  EXPECT_EQ(read.settings.bus.connect, read.settings.bus.listen);
  EXPECT_EQ(read.settings.bus.keys, BusKeys{});
  EXPECT_EQ(read.settings.sip_workers, 1u);
}

TEST(BusConfigTest, KeysAreReadFromTheirFilesWithRemarks) {
  config::Config config;
  config::Router& router = *config.mutable_router();
  router.add_listen("tcp://0.0.0.0:7400");
  router.add_connect("tcp://dragoman-router:7400");
  router.mutable_curve()->set_secret("own.secret");
  router.mutable_curve()->add_routers("own.public");
  router.mutable_curve()->add_clients("own.public");
  router.mutable_curve()->add_clients("two.public");
  const Read read = ReadIt(config);
  EXPECT_TRUE(read.problems.empty());
  EXPECT_THAT(read.settings.bus.connect, ElementsAre("tcp://dragoman-router:7400"));
  EXPECT_EQ(read.settings.bus.keys.secret, kSecret);
  EXPECT_THAT(read.settings.bus.keys.routers, ElementsAre(kPublic));
  EXPECT_THAT(read.settings.bus.keys.clients, ElementsAre(kPublic, kPublic, kSecret));
  EXPECT_THAT(read.settings.Files(),
              testing::IsSupersetOf({"/etc/own.secret", "/etc/own.public", "/etc/two.public"}));
}

TEST(BusConfigTest, AMachineWithoutRoutersConnectsElsewhere) {
  config::Config config;
  config.mutable_workers()->set_router(0);
  config.mutable_router()->add_connect("tcp://[2001:db8::1]:7400");
  config.mutable_router()->set_unprotected(true);
  const Read read = ReadIt(config);
  EXPECT_TRUE(read.problems.empty());
  EXPECT_TRUE(read.settings.bus.listen.empty());
}

struct Bad {
  const char* path;
  const char* says;
  void (*spoil)(config::Config&);
};

TEST(BusConfigTest, RefusesWhatCannotWorkByItsKey) {
  const Bad table[] = {
      {"router.listen", "one address for each",
       [](auto& c) {
         c.mutable_workers()->set_router(2), c.mutable_router()->add_listen("ipc:///a");
       }},
      {"router.listen[0]", "ipc:///path",
       [](auto& c) { c.mutable_router()->add_listen("udp://a:1"); }},
      {"router.listen[0]", "tcp://ip:port",
       [](auto& c) { c.mutable_router()->add_listen("tcp://[::1]"); }},
      {"router.connect[0]", "tcp://host:port",
       [](auto& c) { c.mutable_router()->add_connect("tcp://dragoman-router"); }},
      {"router.connect", "router.listen tells none",
       [](auto& c) { c.mutable_router()->add_listen("tcp://0.0.0.0:7400"); }},
      {"router.connect", "router.listen tells none",
       [](auto& c) { c.mutable_workers()->set_router(0); }},
      {"router.connect", "wildcard",
       [](auto& c) { c.mutable_router()->add_connect("tcp://[::]:7400"); }},
      {"router.connect", "256",
       [](auto& c) {
         for (int i = 0; i < 257; ++i) c.mutable_router()->add_connect("ipc:///a");
       }},
      // T-50: who reaches a bus without keys can read and write every message.
      {"router.curve", "crosses a network",
       [](auto& c) { c.mutable_router()->add_listen("tcp://127.0.0.1:7400"); }},
      {"router.curve", "crosses a network",
       [](auto& c) { c.mutable_router()->add_connect("tcp://127.0.0.1:7400"); }},
      {"router.unprotected", "one of them",
       [](auto& c) {
         c.mutable_router()->mutable_curve()->set_secret("own.secret");
         c.mutable_router()->set_unprotected(true);
       }},
      {"router.curve.secret", "required",
       [](auto& c) { c.mutable_router()->mutable_curve()->add_routers("own.public"); }},
      {"router.curve.secret", "cannot read",
       [](auto& c) { c.mutable_router()->mutable_curve()->set_secret("missing"); }},
      {"router.curve.secret", "everybody may read",
       [](auto& c) { c.mutable_router()->mutable_curve()->set_secret("exposed.secret"); }},
      {"router.curve.secret", "more than one",
       [](auto& c) { c.mutable_router()->mutable_curve()->set_secret("two.public"); }},
      {"router.curve.secret", "no key",
       [](auto& c) { c.mutable_router()->mutable_curve()->set_secret("empty"); }},
      {"router.curve.clients[1]", "what is no key",
       [](auto& c) {
         c.mutable_router()->mutable_curve()->set_secret("own.secret");
         c.mutable_router()->mutable_curve()->add_clients("own.public");
         c.mutable_router()->mutable_curve()->add_clients("odd");
       }},
      {"router.curve.routers", "256 keys",
       [](auto& c) {
         c.mutable_router()->mutable_curve()->set_secret("own.secret");
         for (int i = 0; i < 257; ++i)
           c.mutable_router()->mutable_curve()->add_routers("own.public");
       }},
      {"workers.router", "0 to 64", [](auto& c) { c.mutable_workers()->set_router(65); }},
      {"workers", "one process",
       [](auto& c) {
         c.mutable_workers()->set_router(0);
         c.mutable_workers()->set_sip_frontend(0);
         c.mutable_workers()->set_xmpp_frontend(0);
       }},
  };
  for (const Bad& row : table) {
    config::Config config;
    row.spoil(config);
    EXPECT_THAT(ReadIt(config).problems, testing::Contains(testing::AllOf(
                                             testing::Field(&Problem::path, row.path),
                                             testing::Field(&Problem::text, HasSubstr(row.says)))))
        << row.path << " " << row.says;
  }
}

TEST(BusConfigTest, AKeyIsFortyCharactersOfZ85) {
  EXPECT_TRUE(IsCurveKey(kPublic));
  EXPECT_FALSE(IsCurveKey(kPublic.substr(1)));
  EXPECT_FALSE(IsCurveKey(kPublic + "a"));
  EXPECT_FALSE(IsCurveKey(std::string(40, '"')));
  EXPECT_TRUE(IsCurveKey(std::string(40, '0')));
  EXPECT_FALSE(IsCurveKey(std::string(40, '#')));  // five of them are above 2^32
}

}  // namespace
}  // namespace dragoman::policy
