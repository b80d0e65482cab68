// The configuration as values: read once from the protobuf schema (proto/config.proto), checked,
// and handed to every process. Design §7 has the keys; docs/configuration.md explains them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/policy/host_port.h"
#include "core/policy/redis_settings.h"

namespace dragoman::policy {

enum class Dialect : std::uint8_t { kAuto, kMicrosoft, kStandard };
enum class TrustClass : std::uint8_t { kFederated, kPublicVerified, kPublicUnverified };
enum class Need : std::uint8_t { kRequired, kOptional, kDisabled };

// As it stands in the protocol.
enum class TlsVersion : std::uint16_t { k1_0 = 0x0301, k1_1, k1_2, k1_3 };

struct TlsFiles {
  // Absolute once read: relative names count from the configuration's folder. Empty if this process
  // does not open them.
  std::string certificate;
  std::string key;
  std::string trust;  // file, or "system"
  TlsVersion minimum = TlsVersion::k1_2;
};

struct SipLimits {
  std::uint32_t requests_per_second = 0;  // to one Edge, of each process; 0: no limit (T-60)
  Duration keepalive{0};                  // a double CRLF on our connections; 0: never
};

// Which of the formats that a watcher takes its NOTIFYs have: PIDF before Microsoft's own, the
// other way round, or that only where the dialect is Microsoft's (ocs-dialect §4.3).
enum class NotifyFormat : std::uint8_t { kPidf, kMsrtc, kAuto };
// What XMPP's dnd becomes in formats that know more than busy.
enum class DndAs : std::uint8_t { kBusy, kDoNotDisturb };

struct SipPresence {
  NotifyFormat notify_format = NotifyFormat::kPidf;
  DndAs dnd = DndAs::kBusy;
  bool benotify = false;  // BENOTIFY instead of NOTIFY to those who take it
};

struct SipSettings {
  std::vector<std::string> domains;  // lower-case A-labels
  std::string fqdn;
  std::vector<std::string> listen;
  // In Via and Contact; sip.public_port, default: port of the first listen.
  std::uint16_t public_port = kSipsPort;
  std::vector<HostPort> edges;  // in order; empty: SRV
  Dialect dialect = Dialect::kAuto;
  bool receipts = false;  // page mode: the SIP side takes message/cpim and answers by IMDN (RCPT-1)
  TlsFiles tls;
  SipLimits limits;
  SipPresence presence;
};

struct XmppLimits {
  std::uint32_t connections = 1000;
  std::uint32_t per_partner = 20;
  Duration establish{60'000};
  Duration idle{600'000};
  Duration keepalive{300'000};
};

inline constexpr std::size_t kDialbackSecretBytesMin = 32;  // T-5

struct XmppSettings {
  std::vector<std::string> listen;
  std::vector<std::string> direct_tls_listen;
  TlsFiles tls;
  std::vector<std::string> dialback_secrets;  // newest first; contents, not names
  std::vector<std::string> secret_files;      // where they came from
  std::uint32_t streams_per_partner = 1;
  XmppLimits limits;
};

struct Partner {
  std::vector<std::string> domains;  // exact, "*.suffix", or "*"; lower-case A-labels
  std::optional<HostPort> server;    // port 0: kXmppServerPort
  TrustClass type = TrustClass::kFederated;
  Need tls = Need::kRequired;
  Need sasl = Need::kOptional;
  bool dialback = true;
  bool xhtml = false;          // messages carry an XHTML-IM rendition beside the text (IM-18)
  bool pages_as_chat = false;  // the type of page-mode messages is `chat` (IM-16)
  std::uint32_t subscriptions = 200'000;  // of all its users, either way; 0: no limit (L-22)

  // One word for all its domains, for logs and counts.
  const std::string& name() const { return domains.front(); }
};

// L-22, L-23, SUB-16. 0: no limit.
struct PresenceLimits {
  std::uint32_t per_user = 1000;          // subscriptions of one watcher
  std::uint32_t pending_per_user = 100;   // of these, how many may wait for an approval
  std::uint32_t polls_per_minute = 6000;  // of one domain; each router counts for itself
};

struct PresenceSettings {
  Duration refresh{28'800'000};
  Duration idle{86'400'000};  // without a sign of life a watcher's dialogs lapse (§8.1)
  std::uint32_t verify_per_second = 500;  // pairs asked again after something was lost
  PresenceLimits limits;
};

// CURVE keys as 40 characters of Z85 (ZeroMQ RFC 32). Without a secret the bus is not encrypted.
struct BusKeys {
  std::string secret;                // of this process; its public key follows from it
  std::vector<std::string> routers;  // public keys that a router may have; empty: our own
  std::vector<std::string> clients;  // public keys that routers let in; empty: our own
  friend bool operator==(const BusKeys&, const BusKeys&) = default;
};

struct BusSettings {
  // Endpoints as ZeroMQ writes them: "ipc:///path" or "tcp://host:port".
  std::vector<std::string> listen;   // one for each router worker of this machine
  std::vector<std::string> connect;  // where front-ends find routers; a host name may mean many
  BusKeys keys;
  std::vector<std::string> key_files;  // where they came from
};

struct Settings {
  SipSettings sip;
  XmppSettings xmpp;
  std::vector<Partner> partners;
  PresenceSettings presence;
  BusSettings bus;
  std::uint32_t conversations_per_minute = 60;  // new ones of one sender; 0: no limit (L-24)
  std::vector<std::string> dns_servers;
  Duration dns_timeout{5'000};
  RedisSettings redis;
  std::string admin_listen;  // host:port of this process; workers count up from the configured port
  std::uint32_t sip_workers = 1, xmpp_workers = 1, router_workers = 1;

  std::vector<std::string> Files() const;  // that the configuration names and this process opens
  bool ServesSipDomain(std::string_view domain) const;
  // The partner whose domain list matches best: exact, then the longest suffix, then open. nullptr:
  // none.
  const Partner* FindPartner(std::string_view domain) const;
};

}  // namespace dragoman::policy
