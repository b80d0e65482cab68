#include "core/policy/from_config.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/policy/bus_config.h"
#include "core/policy/redis_from_config.h"

namespace dragoman::policy {
namespace {

constexpr std::uint32_t kVerifyMax = 100'000;

template <typename Value>
struct Word {
  std::string_view word;
  Value value;
};

constexpr std::array<Word<TlsVersion>, 4> kTlsVersions = {{{"1.2", TlsVersion::k1_2},
                                                           {"1.0", TlsVersion::k1_0},
                                                           {"1.1", TlsVersion::k1_1},
                                                           {"1.3", TlsVersion::k1_3}}};

// Reads the parts of a configuration, and remembers every problem instead of stopping at the first.
class Reader {
 public:
  Reader(const ConfigFiles& files, std::vector<Problem>& problems)
      : files_(files), problems_(problems) {}

  void Complain(const std::string& path, std::string text) {
    problems_.push_back({path, std::move(text)});
  }

  std::string Domain(const std::string& path, const std::string& text) {
    const std::string domain = LowerCase(text);
    const std::string_view bare =
        domain.starts_with("*.") ? std::string_view(domain).substr(2) : std::string_view(domain);
    const bool legal = !bare.empty() && bare.front() != '.' && bare.back() != '.' &&
                       std::all_of(bare.begin(), bare.end(), [](char c) {
                         return IsAlpha(c) || IsDigit(c) || c == '-' || c == '.';
                       });
    if (!legal && domain != "*")
      Complain(path, "expected a domain name in ASCII (A-labels), found \"" + text + "\"");
    return domain;
  }

  template <typename Value, std::size_t N>
  Value OneOf(const std::string& path, const std::string& text,
              const std::array<Word<Value>, N>& words) {
    if (text.empty()) return words.front().value;  // the first is the default
    std::string expected;
    for (const Word<Value>& word : words) {
      if (word.word == text) return word.value;
      expected += (expected.empty() ? "" : ", ") + std::string(word.word);
    }
    Complain(path, "expected one of " + expected + ", found \"" + text + "\"");
    return words.front().value;
  }

  Duration Time(const std::string& path, const std::string& text, Duration otherwise) {
    if (text.empty()) return otherwise;
    const std::optional<Duration> parsed = ParseDuration(text);
    if (!parsed || parsed->count() <= 0)
      Complain(path, "expected a duration such as 60s, 5m or 8h, found \"" + text + "\"");
    return parsed.value_or(otherwise);
  }

  std::optional<HostPort> Place(const std::string& path, const std::string& text,
                                std::uint16_t port) {
    std::optional<HostPort> place = ParseHostPort(text, port);
    if (!place) Complain(path, "expected host or host:port, found \"" + text + "\"");
    return place;
  }

  std::vector<std::string> Listen(const std::string& path,
                                  const google::protobuf::RepeatedPtrField<std::string>& list) {
    std::vector<std::string> places;
    for (int i = 0; i < list.size(); ++i) {
      const std::string& text = list[i];
      const std::string at = path + "[" + std::to_string(i) + "]";
      if (!ParseIpPort(text)) Complain(at, "expected ip:port, found \"" + text + "\"");
      places.push_back(text);
    }
    return places;
  }

  TlsFiles Tls(const std::string& path, const config::Tls& tls) {
    TlsFiles files;
    files.minimum = OneOf(path + ".minimum", tls.minimum(), kTlsVersions);
    const auto file = [&](const char* key, const std::string& name) {
      if (name.empty()) {
        Complain(path + "." + key, "expected a file name: it is required");
        return std::string();
      }
      if (!files_.opens(path + "." + key)) return std::string();
      const std::string absolute = files_.absolute(name);
      if (!files_.read(absolute)) Complain(path + "." + key, "cannot read " + absolute);
      return absolute;
    };
    files.certificate = file("certificate", tls.certificate());
    files.key = file("key", tls.key());
    files.trust = tls.trust() == "system" ? "system" : file("trust", tls.trust());
    return files;
  }

  void Secret(const std::string& path, const std::string& name, XmppSettings& xmpp) {
    if (!files_.opens(path)) return;
    const std::string absolute = files_.absolute(name);
    xmpp.secret_files.push_back(absolute);
    const std::optional<std::string> content = files_.read(absolute);
    if (!content) return Complain(path, "cannot read " + absolute);
    if (files_.exposed(absolute))
      return Complain(path, "everybody may read " + absolute + "; expected mode 0600 or 0640");
    const std::string_view secret = Trim(*content);
    if (secret.size() < kDialbackSecretBytesMin) {
      return Complain(path, absolute + " holds " + std::to_string(secret.size()) +
                                " bytes; expected " + std::to_string(kDialbackSecretBytesMin) +
                                " at least, random ones");
    }
    xmpp.dialback_secrets.emplace_back(secret);
  }

 private:
  const ConfigFiles& files_;
  std::vector<Problem>& problems_;
};

constexpr std::array<Word<Dialect>, 3> kDialects = {{{"auto", Dialect::kAuto},
                                                     {"microsoft", Dialect::kMicrosoft},
                                                     {"standard", Dialect::kStandard}}};
constexpr std::array<Word<NotifyFormat>, 3> kNotifyFormats = {{{"pidf", NotifyFormat::kPidf},
                                                               {"msrtc", NotifyFormat::kMsrtc},
                                                               {"auto", NotifyFormat::kAuto}}};
constexpr std::array<Word<DndAs>, 2> kDnd = {
    {{"busy", DndAs::kBusy}, {"dnd", DndAs::kDoNotDisturb}}};
constexpr std::array<Word<TrustClass>, 3> kTypes = {
    {{"federated", TrustClass::kFederated},
     {"public_verified", TrustClass::kPublicVerified},
     {"public_unverified", TrustClass::kPublicUnverified}}};
constexpr std::array<Word<Need>, 3> kTlsNeeds = {
    {{"required", Need::kRequired}, {"optional", Need::kOptional}, {"disabled", Need::kDisabled}}};
constexpr std::array<Word<Need>, 3> kSaslNeeds = {
    {{"optional", Need::kOptional}, {"required", Need::kRequired}, {"disabled", Need::kDisabled}}};

SipSettings ReadSip(const config::Sip& config, Reader& reader) {
  SipSettings sip;
  for (int i = 0; i < config.domains_size(); ++i) {
    sip.domains.push_back(
        reader.Domain("sip.domains[" + std::to_string(i) + "]", config.domains(i)));
    if (sip.domains.back().starts_with('*'))
      reader.Complain("sip.domains[" + std::to_string(i) + "]", "expected one domain, no pattern");
  }
  if (sip.domains.empty())
    reader.Complain("sip.domains", "expected one domain at least: those of the SIP users");
  sip.fqdn = LowerCase(config.fqdn());
  if (sip.fqdn.empty()) {
    reader.Complain(
        "sip.fqdn",
        "expected the gateway's host name, as the Edge Server knows it: it is required");
  } else {
    reader.Domain("sip.fqdn", config.fqdn());
  }
  sip.listen = reader.Listen("sip.listen", config.listen());
  if (sip.listen.empty()) sip.listen.push_back(ToString(HostPort{"0.0.0.0", kSipsPort}));
  for (int i = 0; i < config.edges_size(); ++i) {
    const auto place =
        reader.Place("sip.edges[" + std::to_string(i) + "]", config.edges(i), kSipsPort);
    if (place) sip.edges.push_back(*place);
  }
  const std::optional<HostPort> first = ParseHostPort(sip.listen.front(), kSipsPort);
  if (config.public_port() > 65535) reader.Complain("sip.public_port", "expected a port number");
  sip.public_port = config.public_port() != 0 ? static_cast<std::uint16_t>(config.public_port())
                                              : (first ? first->port : kSipsPort);
  sip.dialect = reader.OneOf("sip.dialect", config.dialect(), kDialects);
  sip.receipts = config.receipts();
  sip.tls = reader.Tls("sip.tls", config.tls());
  sip.limits.requests_per_second = config.limits().requests_per_second();
  sip.limits.keepalive =
      reader.Time("sip.limits.keepalive", config.limits().keepalive(), sip.limits.keepalive);
  const config::SipPresence& presence = config.presence();
  sip.presence.notify_format =
      reader.OneOf("sip.presence.notify_format", presence.notify_format(), kNotifyFormats);
  sip.presence.dnd = reader.OneOf("sip.presence.dnd", presence.dnd(), kDnd);
  sip.presence.benotify = presence.benotify();
  return sip;
}

XmppSettings ReadXmpp(const config::Xmpp& config, Reader& reader) {
  XmppSettings xmpp;
  xmpp.listen = reader.Listen("xmpp.listen", config.listen());
  if (xmpp.listen.empty()) xmpp.listen.push_back(ToString(HostPort{"0.0.0.0", kXmppServerPort}));
  xmpp.direct_tls_listen = reader.Listen("xmpp.direct_tls_listen", config.direct_tls_listen());
  xmpp.tls = reader.Tls("xmpp.tls", config.tls());
  if (xmpp.tls.minimum < TlsVersion::k1_2) {  // TLS-1
    reader.Complain("xmpp.tls.minimum", "expected 1.2 or 1.3: XMPP servers speak no older TLS");
  }
  if (config.dialback_secret().empty()) {
    reader.Complain("xmpp.dialback_secret",
                    "expected a file name: it is required, the same content on every node");
  } else {
    reader.Secret("xmpp.dialback_secret", config.dialback_secret(), xmpp);
  }
  if (!config.previous_dialback_secret().empty()) {
    reader.Secret("xmpp.previous_dialback_secret", config.previous_dialback_secret(), xmpp);
  }
  if (config.has_streams_per_partner()) xmpp.streams_per_partner = config.streams_per_partner();
  if (xmpp.streams_per_partner == 0 || xmpp.streams_per_partner > 16) {
    reader.Complain("xmpp.streams_per_partner", "expected 1 to 16");
  }
  const config::Limits& limits = config.limits();
  XmppLimits& out = xmpp.limits;
  if (limits.has_connections()) out.connections = limits.connections();
  if (limits.has_per_partner()) out.per_partner = limits.per_partner();
  out.establish = reader.Time("xmpp.limits.establish", limits.establish(), out.establish);
  out.idle = reader.Time("xmpp.limits.idle", limits.idle(), out.idle);
  out.keepalive = reader.Time("xmpp.limits.keepalive", limits.keepalive(), out.keepalive);
  return xmpp;
}

Partner ReadPartner(const std::string& path, const config::Partner& config, const SipSettings& sip,
                    std::uint32_t per_partner, Reader& reader) {
  Partner partner;
  if (config.domain().empty()) {
    reader.Complain(path + ".domain", "expected a domain, *.suffix, or * for any: it is required");
  } else {
    partner.domains.push_back(reader.Domain(path + ".domain", config.domain()));
  }
  for (int i = 0; i < config.additional_domains_size(); ++i) {
    const std::string at = path + ".additional_domains[" + std::to_string(i) + "]";
    partner.domains.push_back(reader.Domain(at, config.additional_domains(i)));
  }
  for (const std::string& domain : partner.domains) {
    if (std::find(sip.domains.begin(), sip.domains.end(), domain) != sip.domains.end()) {
      reader.Complain(path + ".domain", domain + " is in sip.domains too: a domain is on one side");
    }
  }
  if (!config.server().empty())
    partner.server = reader.Place(path + ".server", config.server(), kXmppServerPort);
  partner.type = reader.OneOf(path + ".type", config.type(), kTypes);
  partner.tls = reader.OneOf(path + ".tls", config.tls(), kTlsNeeds);
  partner.sasl = reader.OneOf(path + ".sasl", config.sasl(), kSaslNeeds);
  if (config.has_dialback()) partner.dialback = config.dialback();
  partner.xhtml = config.xhtml();
  partner.pages_as_chat = config.pages_as_chat();
  partner.subscriptions = config.has_subscriptions() ? config.subscriptions() : per_partner;
  if (partner.sasl == Need::kRequired && partner.tls == Need::kDisabled) {
    reader.Complain(path + ".sasl",
                    "required, but EXTERNAL needs the certificate that tls: disabled never sees");
  } else if (!partner.dialback &&
             (partner.sasl == Need::kDisabled || partner.tls == Need::kDisabled)) {
    reader.Complain(
        path + ".dialback",
        "false, but nothing else is left to prove the partner: expected dialback: true, "
        "or sasl: and tls: other than disabled");
  }
  return partner;
}

PresenceSettings ReadPresence(const config::Presence& config, Reader& reader) {
  PresenceSettings presence;
  presence.refresh = reader.Time("presence.refresh", config.refresh(), presence.refresh);
  presence.idle = reader.Time("presence.idle", config.idle(), presence.idle);
  if (config.has_verify_per_second()) presence.verify_per_second = config.verify_per_second();
  if (presence.verify_per_second == 0 || presence.verify_per_second > kVerifyMax) {
    reader.Complain("presence.verify_per_second", "expected 1 to 100000");
  }
  const config::PresenceLimits& limits = config.limits();
  PresenceLimits& out = presence.limits;
  if (limits.has_per_user()) out.per_user = limits.per_user();
  if (limits.has_pending_per_user()) out.pending_per_user = limits.pending_per_user();
  if (limits.has_polls_per_minute()) out.polls_per_minute = limits.polls_per_minute();
  return presence;
}

}  // namespace

std::optional<Duration> ParseDuration(std::string_view text) {
  Cursor in(text);
  const std::optional<std::uint64_t> number = in.TakeNumber();
  if (!number || *number > 1'000'000'000) return std::nullopt;
  const auto count = static_cast<std::int64_t>(*number);
  const std::string_view unit = in.Rest();
  if (unit == "ms") return Duration(count);
  if (unit == "s") return Duration(count * 1000);
  if (unit == "m") return Duration(count * 60'000);
  if (unit == "h") return Duration(count * 3'600'000);
  return std::nullopt;
}

Result<Settings, std::vector<Problem>> FromConfig(const config::Config& config,
                                                  const ConfigFiles& files,
                                                  const Defaults& defaults) {
  std::vector<Problem> problems;
  Reader reader(files, problems);
  Settings settings;
  settings.sip = ReadSip(config.sip(), reader);
  settings.xmpp = ReadXmpp(config.xmpp(), reader);
  const config::PresenceLimits& limits = config.presence().limits();
  const std::uint32_t per_partner =
      limits.has_per_partner() ? limits.per_partner() : Partner().subscriptions;
  for (int i = 0; i < config.partners_size(); ++i) {
    const std::string path = "partners[" + std::to_string(i) + "]";
    Partner partner = ReadPartner(path, config.partners(i), settings.sip, per_partner, reader);
    for (const std::string& domain : partner.domains) {
      const Partner* other = settings.FindPartner(domain);
      if (other != nullptr &&
          std::find(other->domains.begin(), other->domains.end(), domain) != other->domains.end()) {
        reader.Complain(path + ".domain", domain + " is in an earlier partner already");
      }
    }
    settings.partners.push_back(std::move(partner));
  }
  settings.presence = ReadPresence(config.presence(), reader);
  settings.dns_servers.assign(config.dns().servers().begin(), config.dns().servers().end());
  for (int i = 0; i < config.dns().servers_size(); ++i) {
    if (!ParseIpPort(config.dns().servers(i), 53)) {
      reader.Complain("dns.servers[" + std::to_string(i) + "]",
                      "expected ip or ip:port, found \"" + config.dns().servers(i) + "\"");
    }
  }
  settings.dns_timeout = reader.Time("dns.timeout", config.dns().timeout(), settings.dns_timeout);
  settings.admin_listen =
      config.admin().listen().empty() ? "127.0.0.1:9090" : config.admin().listen();
  if (!ParseIpPort(settings.admin_listen)) {
    reader.Complain("admin.listen", "expected ip:port, found \"" + settings.admin_listen + "\"");
  }
  settings.redis = ReadRedis(config.redis(), files, defaults, problems);
  if (config.router().has_conversations_per_minute())
    settings.conversations_per_minute = config.router().conversations_per_minute();
  ReadBus(config, files, defaults, settings, problems);
  if (!problems.empty()) return Fail(std::move(problems));
  return settings;
}

}  // namespace dragoman::policy
