#include "core/policy/from_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/policy/reason.h"
#include "core/policy/role_files.h"

namespace dragoman::policy {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

config::Config Good() {
  config::Config config;
  config.mutable_sip()->add_domains("Contoso.com");
  config.mutable_sip()->set_fqdn("xmppgw.contoso.com");
  config.mutable_sip()->add_listen("0.0.0.0:15061");
  for (config::Tls* tls :
       {config.mutable_sip()->mutable_tls(), config.mutable_xmpp()->mutable_tls()}) {
    tls->set_certificate("a.crt");
    tls->set_key("a.key");
    tls->set_trust("system");
  }
  config.mutable_xmpp()->set_dialback_secret("secret");
  config.add_partners()->set_domain("jabber.example.com");
  return config;
}

ConfigFiles Files(std::size_t secret_bytes = 32) {
  ConfigFiles files;
  files.absolute = [](const std::string& name) { return "/etc/" + name; };
  files.read = [=](const std::string& name) -> std::optional<std::string> {
    if (name == "/etc/missing") return std::nullopt;
    return std::string(secret_bytes, 'k') + "\n";
  };
  return files;
}

Result<Settings, std::vector<Problem>> Read(const config::Config& config,
                                            const ConfigFiles& files = Files()) {
  return FromConfig(config, files, {"/state"});
}

TEST(FromConfigTest, EveryCombinationOfTheNegotiationTableWorksOrIsRefused) {
  const struct {
    const char *tls, *sasl;
    bool dialback, works;
  } kRows[] = {
      {"required", "required", true, true},  {"required", "required", false, true},
      {"required", "optional", true, true},  {"required", "optional", false, true},
      {"required", "disabled", true, true},  {"required", "disabled", false, false},
      {"optional", "required", true, true},  {"optional", "required", false, true},
      {"optional", "optional", true, true},  {"optional", "optional", false, true},
      {"optional", "disabled", true, true},  {"optional", "disabled", false, false},
      {"disabled", "required", true, false}, {"disabled", "required", false, false},
      {"disabled", "optional", true, true},  {"disabled", "optional", false, false},
      {"disabled", "disabled", true, true},  {"disabled", "disabled", false, false},
  };
  for (const auto& row : kRows) {
    config::Config config = Good();
    config.mutable_partners(0)->set_tls(row.tls);
    config.mutable_partners(0)->set_sasl(row.sasl);
    config.mutable_partners(0)->set_dialback(row.dialback);
    EXPECT_EQ(Read(config).has_value(), row.works) << row.tls << row.sasl << row.dialback;
  }
}

TEST(FromConfigTest, FillsInWhatIsNotSaid) {
  const auto settings = Read(Good());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->sip.domains, std::vector<std::string>{"contoso.com"});
  EXPECT_EQ(settings->sip.public_port, 15061);
  EXPECT_FALSE(settings->partners.front().xhtml);
  EXPECT_FALSE(settings->partners.front().pages_as_chat);
  EXPECT_FALSE(settings->sip.receipts);
  EXPECT_EQ(settings->sip.presence.notify_format, NotifyFormat::kPidf);
  EXPECT_EQ(settings->sip.presence.dnd, DndAs::kBusy);
  EXPECT_FALSE(settings->sip.presence.benotify);
  EXPECT_EQ(settings->sip.tls.certificate, "/etc/a.crt");
  EXPECT_EQ(settings->sip.tls.trust, "system");
  EXPECT_EQ(settings->xmpp.dialback_secrets, std::vector<std::string>{std::string(32, 'k')});
  EXPECT_EQ(settings->xmpp.limits.establish, Duration(60'000));
  EXPECT_EQ(settings->bus.listen, std::vector<std::string>{"ipc:///state/router-0"});
  EXPECT_EQ(ToString(settings->redis), "unix:///state/redis.sock");
  EXPECT_EQ(settings->admin_listen, "127.0.0.1:9090");
  EXPECT_EQ(settings->partners[0].tls, Need::kRequired);
  EXPECT_EQ(settings->partners[0].sasl, Need::kOptional);
  EXPECT_TRUE(settings->partners[0].dialback);
}

TEST(FromConfigTest, TakesNumericAddressesOfBothKinds) {
  config::Config config = Good();
  config.mutable_sip()->set_listen(0, "[::]:5061");
  config.mutable_xmpp()->add_listen("192.0.2.1:5269");
  config.mutable_xmpp()->add_direct_tls_listen("[2001:db8::1]:5270");
  for (const char* server : {"192.0.2.1", "[2001:db8::53]", "127.0.0.1:5353", "[::1]:5353"}) {
    config.mutable_dns()->add_servers(server);
  }
  config.mutable_admin()->set_listen("[::1]:9090");
  const auto settings = Read(config);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->dns_servers.size(), 4u);
}

struct Bad {
  const char* path;
  const char* says;
  void (*spoil)(config::Config&);
};

TEST(FromConfigTest, RefusesEachImpossibleSettingByItsKey) {
  const Bad table[] = {
      {"sip.domains", "one domain", [](auto& c) { c.mutable_sip()->clear_domains(); }},
      {"sip.domains[0]", "A-labels", [](auto& c) { c.mutable_sip()->set_domains(0, "a b"); }},
      {"sip.domains[0]", "no pattern", [](auto& c) { c.mutable_sip()->set_domains(0, "*.a"); }},
      {"sip.fqdn", "required", [](auto& c) { c.mutable_sip()->clear_fqdn(); }},
      {"sip.listen[0]", "ip:port", [](auto& c) { c.mutable_sip()->set_listen(0, "0.0.0.0"); }},
      {"sip.listen[0]", "ip:port", [](auto& c) { c.mutable_sip()->set_listen(0, "gw.a:5061"); }},
      {"sip.listen[0]", "ip:port", [](auto& c) { c.mutable_sip()->set_listen(0, "[::1]"); }},
      {"xmpp.listen[0]", "ip:port", [](auto& c) { c.mutable_xmpp()->add_listen("gw.a:5269"); }},
      {"xmpp.direct_tls_listen[0]", "ip:port",
       [](auto& c) { c.mutable_xmpp()->add_direct_tls_listen("1.2.3:5270"); }},
      {"sip.edges[0]", "host:port", [](auto& c) { c.mutable_sip()->add_edges("e:99999"); }},
      {"sip.dialect", "microsoft", [](auto& c) { c.mutable_sip()->set_dialect("lync"); }},
      {"sip.tls.key", "missing",
       [](auto& c) { c.mutable_sip()->mutable_tls()->set_key("missing"); }},
      {"sip.tls.minimum", "1.2, 1.0, 1.1, 1.3",
       [](auto& c) { c.mutable_sip()->mutable_tls()->set_minimum("1"); }},
      {"xmpp.tls.minimum", "no older TLS",
       [](auto& c) { c.mutable_xmpp()->mutable_tls()->set_minimum("1.1"); }},
      {"sip.limits.keepalive", "duration",
       [](auto& c) { c.mutable_sip()->mutable_limits()->set_keepalive("often"); }},
      {"sip.presence.notify_format", "pidf, msrtc, auto",
       [](auto& c) { c.mutable_sip()->mutable_presence()->set_notify_format("xml"); }},
      {"sip.presence.dnd", "busy, dnd",
       [](auto& c) { c.mutable_sip()->mutable_presence()->set_dnd("yes"); }},
      {"sip.public_port", "port", [](auto& c) { c.mutable_sip()->set_public_port(65536); }},
      {"xmpp.dialback_secret", "required",
       [](auto& c) { c.mutable_xmpp()->clear_dialback_secret(); }},
      {"xmpp.streams_per_partner", "1 to 16",
       [](auto& c) { c.mutable_xmpp()->set_streams_per_partner(17); }},
      {"xmpp.limits.idle", "duration",
       [](auto& c) { c.mutable_xmpp()->mutable_limits()->set_idle("ten"); }},
      {"partners[0].domain", "required", [](auto& c) { c.mutable_partners(0)->clear_domain(); }},
      {"partners[0].tls", "required, optional, disabled",
       [](auto& c) { c.mutable_partners(0)->set_tls("maybe"); }},
      {"partners[0].sasl", "EXTERNAL",
       [](auto& c) {
         c.mutable_partners(0)->set_tls("disabled");
         c.mutable_partners(0)->set_sasl("required");
       }},
      {"partners[0].dialback", "dialback: true",
       [](auto& c) {
         c.mutable_partners(0)->set_sasl("disabled");
         c.mutable_partners(0)->set_dialback(false);
       }},
      {"partners[1].domain", "earlier partner",
       [](auto& c) { c.add_partners()->set_domain("jabber.example.com"); }},
      {"redis.url", "unix:///path", [](auto& c) { c.mutable_redis()->set_url("http://a"); }},
      {"dns.servers[0]", "ip", [](auto& c) { c.mutable_dns()->add_servers("a b"); }},
      {"dns.servers[0]", "ip or ip:port", [](auto& c) { c.mutable_dns()->add_servers("ns.a"); }},
      {"admin.listen", "ip:port", [](auto& c) { c.mutable_admin()->set_listen("a:b"); }},
      {"admin.listen", "ip:port", [](auto& c) { c.mutable_admin()->set_listen("127.0.0.1"); }},
      {"admin.listen", "ip:port", [](auto& c) { c.mutable_admin()->set_listen("localhost:9090"); }},
  };
  for (const Bad& bad : table) {
    config::Config config = Good();
    bad.spoil(config);
    const auto settings = Read(config);
    ASSERT_FALSE(settings) << bad.path;
    EXPECT_THAT(settings.error(),
                Contains(testing::AllOf(Field(&Problem::path, bad.path),
                                        Field(&Problem::text, HasSubstr(bad.says)))))
        << bad.path;
  }
}

TEST(FromConfigTest, F30_RefusesADomainThatIsOnBothSides) {
  config::Config config = Good();
  config.mutable_partners(0)->add_additional_domains("CONTOSO.com");
  const auto settings = Read(config);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error()[0].path, "partners[0].domain");
}

TEST(FromConfigTest, T5_RefusesAShortOrExposedSecret) {
  EXPECT_TRUE(Read(Good(), Files(kDialbackSecretBytesMin)));
  const auto shorter = Read(Good(), Files(kDialbackSecretBytesMin - 1));
  ASSERT_FALSE(shorter);
  EXPECT_THAT(shorter.error()[0].text, HasSubstr("holds 31 bytes; expected 32 at least"));
  ConfigFiles files = Files();
  files.exposed = [](const std::string&) { return true; };
  const auto settings = Read(Good(), files);
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error()[0].text, HasSubstr("everybody may read /etc/secret"));
}

TEST(FromConfigTest, T46_AProcessNeedsTheFilesThatItOpensAndNoOthers) {
  const struct {
    const char* role;
    std::vector<std::string> files;
  } kRows[] = {{"router", {}},
               {"sip-frontend", {"/etc/secret", "/etc/sip.crt", "/etc/sip.key", "/etc/sip-roots"}},
               {"xmpp-frontend", {"/etc/secret", "/etc/a.crt", "/etc/a.key"}},
               {"",
                {"/etc/secret", "/etc/sip.crt", "/etc/sip.key", "/etc/sip-roots", "/etc/a.crt",
                 "/etc/a.key"}}};
  config::Config config = Good();
  config.mutable_sip()->mutable_tls()->set_certificate("sip.crt");
  config.mutable_sip()->mutable_tls()->set_key("sip.key");
  config.mutable_sip()->mutable_tls()->set_trust("sip-roots");
  for (const auto& row : kRows) {
    ConfigFiles files = Files();
    files.opens = [&](std::string_view key) { return OpensFileOf(row.role, key); };
    const auto all = Read(config, files);
    ASSERT_TRUE(all) << row.role;
    EXPECT_EQ(all->Files(), row.files) << row.role;

    files.read = [&](const std::string& name) -> std::optional<std::string> {
      if (std::find(row.files.begin(), row.files.end(), name) == row.files.end())
        return std::nullopt;
      return std::string(32, 'k');
    };
    EXPECT_TRUE(Read(config, files)) << row.role;
    files.read = [](const std::string&) { return std::nullopt; };
    EXPECT_EQ(Read(config, files).has_value(), row.files.empty()) << row.role;
  }
}

TEST(FromConfigTest, AFileThatAnotherProcessOpensMustStillBeNamed) {
  config::Config config = Good();
  config.mutable_sip()->mutable_tls()->clear_key();
  ConfigFiles files = Files();
  files.opens = [](std::string_view key) { return OpensFileOf("router", key); };
  const auto settings = Read(config, files);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error()[0].path, "sip.tls.key");
}

TEST(FromConfigTest, ReportsEveryProblemAtOnce) {
  const auto settings = Read(config::Config());
  ASSERT_FALSE(settings);
  EXPECT_GE(settings.error().size(), 9u);
}

TEST(ParseDurationTest, TakesFourUnitsAndNothingElse) {
  EXPECT_EQ(ParseDuration("250ms"), Duration(250));
  EXPECT_EQ(ParseDuration("60s"), Duration(60'000));
  EXPECT_EQ(ParseDuration("5m"), Duration(300'000));
  EXPECT_EQ(ParseDuration("8h"), Duration(28'800'000));
  for (const char* text : {"", "s", "60", "60 s", "-1s", "1.5s", "1d", "99999999999s"})
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
}

TEST(ReasonTest, HasANameForEveryCodeAndNoneForOthers) {
  EXPECT_EQ(Name(*ReasonFromCode(61001)), "domain-not-served");
  EXPECT_EQ(ReasonFromCode(61000), std::nullopt);
  for (std::uint32_t code = 61000; code < 63000; ++code) {
    if (const auto reason = ReasonFromCode(code)) {
      EXPECT_NE(Name(*reason), "unknown");
      EXPECT_FALSE(Text(*reason).ends_with('.'));
    }
  }
}

}  // namespace
}  // namespace dragoman::policy
