#include "runtime/tls/names.h"

#include <openssl/obj.h>
#include <openssl/x509v3.h>

#include <memory>

#include "core/base/ascii.h"

namespace dragoman::runtime {
namespace {

constexpr std::string_view kXmppAddrOid = "1.3.6.1.5.5.7.8.5";
constexpr std::string_view kSrvNameOid = "1.3.6.1.5.5.7.8.7";

std::string TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// A name with a NUL inside ends early for somebody else: it is no name (T-40).
void Keep(std::vector<std::string>& names, std::string name) {
  if (!name.empty() && name.find('\0') == std::string::npos) names.push_back(std::move(name));
}

std::string OidOf(const ASN1_OBJECT* object) {
  char text[64];
  const int length = OBJ_obj2txt(text, sizeof text, object, 1);
  return length > 0 && length < static_cast<int>(sizeof text) ? std::string(text) : std::string();
}

void TakeOtherName(const OTHERNAME& other, CertificateNames& names) {
  const ASN1_TYPE* value = other.value;
  if (value->type != V_ASN1_UTF8STRING && value->type != V_ASN1_IA5STRING) return;
  const std::string oid = OidOf(other.type_id);
  if (oid == kXmppAddrOid) Keep(names.xmpp_addrs, LowerCase(TextOf(value->value.asn1_string)));
  if (oid == kSrvNameOid) Keep(names.srv_names, LowerCase(TextOf(value->value.asn1_string)));
}

}  // namespace

CertificateNames NamesOf(X509* certificate) {
  CertificateNames names;
  char common_name[256];
  const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                               common_name, sizeof common_name);
  if (length > 0)
    names.common_name = LowerCase(std::string_view(common_name, static_cast<std::size_t>(length)));
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> list(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  if (list == nullptr) return names;
  names.has_san = true;
  for (std::size_t i = 0; i < sk_GENERAL_NAME_num(list.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list.get(), i);
    switch (name->type) {
      case GEN_DNS:
        Keep(names.dns, LowerCase(TextOf(name->d.dNSName)));
        break;
      case GEN_URI:
        Keep(names.uris, TextOf(name->d.uniformResourceIdentifier));
        break;
      case GEN_OTHERNAME:
        TakeOtherName(*name->d.otherName, names);
        break;
      default:
        break;
    }
  }
  return names;
}

}  // namespace dragoman::runtime
