// The names in a certificate, out of BoringSSL's hands. What they prove, core/sip and core/xmpp
// say.
#pragma once

#include <openssl/x509.h>

#include "core/base/certificate_names.h"

namespace dragoman::runtime {

CertificateNames NamesOf(X509* certificate);

}  // namespace dragoman::runtime
