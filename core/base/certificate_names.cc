#include "core/base/certificate_names.h"

namespace dragoman {

std::string ToString(const CertificateNames& names) {
  std::string text;
  for (const std::vector<std::string>* list :
       {&names.dns, &names.uris, &names.xmpp_addrs, &names.srv_names}) {
    for (const std::string& name : *list) text += (text.empty() ? "" : ", ") + name;
  }
  if (text.empty() && !names.common_name.empty() && !names.has_san)
    return "CN " + names.common_name + " (no subjectAltName)";
  return text.empty() ? "no names" : text;
}

}  // namespace dragoman
