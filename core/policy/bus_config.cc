#include "core/policy/bus_config.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/base/ascii.h"

namespace dragoman::policy {
namespace {

constexpr std::uint32_t kWorkersMax = 64;
constexpr std::size_t kEndpointsMax = 256;  // of router.connect
constexpr std::size_t kKeysMax = 256;       // of one list
constexpr std::size_t kCurveKeyLength = 40;

// In the order of their values (ZeroMQ RFC 32).
constexpr std::string_view kZ85 =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

bool IsTcp(const std::string& endpoint) { return endpoint.starts_with("tcp://"); }

bool AnyTcp(const std::vector<std::string>& endpoints) {
  return std::any_of(endpoints.begin(), endpoints.end(), IsTcp);
}

// What a router listens on for every address of its machine is no place to connect to.
bool IsWildcard(const std::string& endpoint) {
  const auto where = IsTcp(endpoint) ? ParseHostPort(endpoint.substr(6), 0) : std::nullopt;
  return where && (where->host == "0.0.0.0" || where->host == "::");
}

class BusReader {
 public:
  BusReader(const ConfigFiles& files, std::vector<Problem>& problems)
      : files_(files), problems_(problems) {}

  void Complain(const std::string& path, std::string text) {
    problems_.push_back({path, std::move(text)});
  }

  std::uint32_t Workers(const std::string& role, bool said, std::uint32_t count) {
    if (!said) return 1;
    if (count > kWorkersMax) Complain("workers." + role, "expected 0 to 64");
    return count;
  }

  std::vector<std::string> Endpoints(const std::string& path, const char* tcp_form,
                                     const google::protobuf::RepeatedPtrField<std::string>& list) {
    for (int i = 0; i < list.size(); ++i) {
      const auto where = IsTcp(list[i]) ? ParseHostPort(list[i].substr(6), 0) : std::nullopt;
      if ((where && where->port != 0) || list[i].starts_with("ipc:///")) continue;
      Complain(path + "[" + std::to_string(i) + "]",
               std::string("expected ipc:///path or ") + tcp_form + ", found \"" + list[i] + "\"");
    }
    return {list.begin(), list.end()};
  }

  BusKeys Keys(const config::Curve& curve, std::vector<std::string>& read) {
    BusKeys keys;
    const std::string path = "router.curve.secret";
    if (curve.secret().empty()) {
      Complain(path, "expected a file name: it is required; `dragoman keys` makes one");
      return keys;
    }
    const std::vector<std::string> secrets = KeysOf(path, curve.secret(), read);
    if (files_.exposed(read.back()))
      Complain(path, "everybody may read " + read.back() + "; expected mode 0600 or 0640");
    if (secrets.size() > 1) Complain(path, read.back() + " holds more than one key");
    if (!secrets.empty()) keys.secret = secrets.front();
    keys.routers = Public("router.curve.routers", curve.routers(), read);
    keys.clients = Public("router.curve.clients", curve.clients(), read);
    return keys;
  }

 private:
  std::vector<std::string> Public(const std::string& path,
                                  const google::protobuf::RepeatedPtrField<std::string>& names,
                                  std::vector<std::string>& read) {
    std::vector<std::string> keys;
    for (int i = 0; i < names.size(); ++i) {
      for (std::string& key : KeysOf(path + "[" + std::to_string(i) + "]", names[i], read))
        keys.push_back(std::move(key));
    }
    if (keys.size() > kKeysMax) Complain(path, "expected 256 keys at most");
    return keys;
  }

  // A key a line; what follows a # that begins a line, or stands behind a blank, is a remark.
  std::vector<std::string> KeysOf(const std::string& path, const std::string& name,
                                  std::vector<std::string>& read) {
    read.push_back(files_.absolute(name));
    const std::optional<std::string> content = files_.read(read.back());
    std::vector<std::string> keys;
    if (!content) {
      Complain(path, "cannot read " + read.back());
      return keys;
    }
    std::string_view rest = *content;
    while (!rest.empty()) {
      std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      line = Trim(line);
      if (line.starts_with('#')) continue;
      line = line.substr(0, line.find_first_of(" \t"));
      if (line.empty()) continue;
      if (IsCurveKey(line)) {
        keys.emplace_back(line);
      } else {
        Complain(path, read.back() + " holds what is no key; `dragoman keys` makes one");
        return keys;
      }
    }
    if (keys.empty()) Complain(path, read.back() + " holds no key; `dragoman keys` makes one");
    return keys;
  }

  const ConfigFiles& files_;
  std::vector<Problem>& problems_;
};

void ReadWorkers(const config::Workers& workers, Settings& settings, BusReader& reader) {
  settings.sip_workers =
      reader.Workers("sip_frontend", workers.has_sip_frontend(), workers.sip_frontend());
  settings.xmpp_workers =
      reader.Workers("xmpp_frontend", workers.has_xmpp_frontend(), workers.xmpp_frontend());
  settings.router_workers = reader.Workers("router", workers.has_router(), workers.router());
  if (settings.sip_workers + settings.xmpp_workers + settings.router_workers == 0)
    reader.Complain("workers", "expected one process at least");
}

}  // namespace

bool IsCurveKey(std::string_view text) {
  if (text.size() != kCurveKeyLength) return false;
  for (std::size_t at = 0; at < text.size(); at += 5) {
    std::uint64_t value = 0;
    for (const char c : text.substr(at, 5)) {
      const std::size_t digit = kZ85.find(c);
      if (digit == std::string_view::npos) return false;
      value = value * 85 + digit;
    }
    if (value > UINT32_MAX) return false;
  }
  return true;
}

void ReadBus(const config::Config& config, const ConfigFiles& files, const Defaults& defaults,
             Settings& settings, std::vector<Problem>& problems) {
  BusReader reader(files, problems);
  ReadWorkers(config.workers(), settings, reader);
  const config::Router& router = config.router();
  BusSettings& bus = settings.bus;
  bus.listen = reader.Endpoints("router.listen", "tcp://ip:port", router.listen());
  if (bus.listen.empty()) {
    for (std::uint32_t i = 0; i < settings.router_workers; ++i)
      bus.listen.push_back("ipc://" + defaults.state + "/router-" + std::to_string(i));
  }
  if (bus.listen.size() != settings.router_workers) {
    reader.Complain("router.listen", "expected one address for each of the " +
                                         std::to_string(settings.router_workers) +
                                         " routers of workers.router, found " +
                                         std::to_string(bus.listen.size()));
  }
  bus.connect = reader.Endpoints("router.connect", "tcp://host:port", router.connect());
  if (bus.connect.size() > kEndpointsMax) reader.Complain("router.connect", "expected 256 at most");
  if (bus.connect.empty() &&
      (bus.listen.empty() || std::any_of(bus.listen.begin(), bus.listen.end(), IsWildcard))) {
    reader.Complain("router.connect",
                    "expected addresses or names by which front-ends find the routers: "
                    "router.listen tells none");
  } else if (std::any_of(bus.connect.begin(), bus.connect.end(), IsWildcard)) {
    reader.Complain("router.connect", "expected addresses to connect to, found a wildcard");
  }
  if (bus.connect.empty()) bus.connect = bus.listen;
  if (router.has_curve()) {
    bus.keys = reader.Keys(router.curve(), bus.key_files);
    if (router.unprotected())
      reader.Complain("router.unprotected", "true beside router.curve: expected one of them");
  } else if (!router.unprotected() && (AnyTcp(bus.listen) || AnyTcp(bus.connect))) {
    reader.Complain("router.curve",
                    "expected keys, because the bus crosses a network (tcp://): who reaches it "
                    "could read and write every message. `dragoman keys` makes them");
  }
}

}  // namespace dragoman::policy
