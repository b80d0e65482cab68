#include "cli/check/configuration.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/ascii.h"

namespace dragoman::check {
namespace {

constexpr unsigned kOthersMay = 0007;
constexpr std::size_t kDistinctBytesMin = 8;  // 32 random bytes, in hex too, have more
constexpr std::array<std::string_view, 6> kDefaults = {"changeme", "change_me", "secret",
                                                       "password", "example",   "12345678"};
constexpr const char* kMakeSecret =
    "make one with: openssl rand -hex 32 > FILE; chmod o= FILE; the same on every node";

std::string Octal(unsigned mode) {
  std::string text;
  for (unsigned shift : {9u, 6u, 3u, 0u}) text += static_cast<char>('0' + ((mode >> shift) & 7));
  return text;
}

}  // namespace

Findings JudgeProblems(const std::vector<std::string>& lines) {
  Findings findings;
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(": ");
    const std::string where = colon == std::string::npos ? "" : line.substr(0, colon);
    const std::string what = colon == std::string::npos ? line : line.substr(colon + 2);
    const bool secret = what.find("dialback_secret") != std::string::npos;
    const bool unreadable = what.find("cannot read") != std::string::npos;
    Verdict verdict(secret ? Area::kDialback : Area::kConfiguration, where);
    verdict.Error(secret       ? "dialback-secret"
                  : unreadable ? "files"
                               : "configuration",
                  {what,
                   {},
                   secret       ? kMakeSecret
                   : unreadable ? "put the file there, readable for the gateway's user, or correct "
                                  "its name; relative names count from the configuration's folder"
                                : "correct this line; docs/configuration.md explains every key"});
    Append(findings, verdict.Take());
  }
  Verdict rest(Area::kConfiguration, "");
  rest.Info("configuration", {"nothing else was checked", {}, "correct the configuration first"});
  Append(findings, rest.Take());
  return findings;
}

Findings JudgeGoodConfiguration(const std::string& file, const policy::Settings& settings) {
  Verdict verdict(Area::kConfiguration, file);
  verdict.Ok("configuration", {"valid: SIP domains " + Join(settings.sip.domains) + "; " +
                               "Edge Servers: " + std::to_string(settings.sip.edges.size()) +
                               "; partners: " + std::to_string(settings.partners.size())});
  if (settings.partners.empty()) {
    verdict.Warn("configuration", {"no partners", "the XMPP domains that may take part",
                                   "write them under partners:"});
  }
  return verdict.Take();
}

Findings JudgeKeyMode(const std::string& file, unsigned mode) {
  Verdict verdict(Area::kConfiguration, file);
  const unsigned bits = mode & 0777;
  if ((bits & kOthersMay) == 0) {
    verdict.Ok("key-mode", {"mode " + Octal(bits)});
  } else {
    verdict.Error("key-mode", {"mode " + Octal(bits) + ": everybody on this machine has access",
                               "mode 0600 or 0640",
                               "chmod o= " + file +
                                   "; if others had access, request a "
                                   "certificate with a new key"});
  }
  return verdict.Take();
}

Findings JudgeSecret(const std::string& file, std::string_view secret,
                     const std::vector<policy::Partner>& partners) {
  Verdict verdict(Area::kDialback, file);
  const std::string lower = LowerCase(secret);
  const std::set<char> distinct(secret.begin(), secret.end());
  const bool guessable =
      distinct.size() < kDistinctBytesMin ||
      std::any_of(kDefaults.begin(), kDefaults.end(),
                  [&](std::string_view word) { return lower.find(word) != std::string::npos; });
  const auto dial_back = std::count_if(partners.begin(), partners.end(), [](const auto& partner) {
    return partner.dialback && partner.sasl != policy::Need::kRequired;
  });
  if (guessable) {
    verdict.Error(
        "dialback-secret",
        {"can be guessed",
         std::to_string(policy::kDialbackSecretBytesMin) + " random bytes or more", kMakeSecret});
  } else {
    verdict.Ok("dialback-secret",
               {std::to_string(secret.size()) +
                " bytes; partners that may dial back: " + std::to_string(dial_back)});
  }
  return verdict.Take();
}

}  // namespace dragoman::check
