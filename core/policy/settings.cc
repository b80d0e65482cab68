#include "core/policy/settings.h"

#include <algorithm>

namespace dragoman::policy {

std::vector<std::string> Settings::Files() const {
  std::vector<std::string> files = xmpp.secret_files;
  for (const RedisLogin& login : {redis.login, redis.sentinel_login}) {
    if (!login.password_file.empty()) files.push_back(login.password_file);
  }
  files.insert(files.end(), bus.key_files.begin(), bus.key_files.end());
  for (const TlsFiles& tls : {sip.tls, xmpp.tls}) {
    for (const std::string& file : {tls.certificate, tls.key, tls.trust}) {
      if (!file.empty() && file != "system") files.push_back(file);
    }
  }
  return files;
}

bool Settings::ServesSipDomain(std::string_view domain) const {
  return std::find(sip.domains.begin(), sip.domains.end(), domain) != sip.domains.end();
}

const Partner* Settings::FindPartner(std::string_view domain) const {
  const Partner* best = nullptr;
  std::size_t best_length = 0;  // of the pattern; an exact match is longer than any suffix
  for (const Partner& partner : partners) {
    for (const std::string& pattern : partner.domains) {
      const bool exact = pattern == domain;
      const bool suffix = pattern.starts_with("*.") && domain.size() > pattern.size() - 1 &&
                          domain.ends_with(std::string_view(pattern).substr(1));
      if (!exact && !suffix && pattern != "*") continue;
      const std::size_t length = exact ? SIZE_MAX : pattern.size();
      if (best == nullptr || length > best_length) {
        best = &partner;
        best_length = length;
      }
    }
  }
  return best;
}

}  // namespace dragoman::policy
