#include "core/base/certificate_names.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(CertificateNamesTest, EveryNameIsTold) {
  EXPECT_EQ(ToString({.dns = {"a.example", "b.example"},
                      .uris = {"sip:a.example"},
                      .xmpp_addrs = {"c.example"},
                      .srv_names = {"_xmpp-server.d.example"},
                      .common_name = "e.example",
                      .has_san = true}),
            "a.example, b.example, sip:a.example, c.example, _xmpp-server.d.example");
}

TEST(CertificateNamesTest, TheCommonNameIsToldWhereItCounts) {
  EXPECT_EQ(ToString({.common_name = "e.example"}), "CN e.example (no subjectAltName)");
  EXPECT_EQ(ToString({.common_name = "e.example", .has_san = true}), "no names");
  EXPECT_EQ(ToString(CertificateNames{}), "no names");
}

}  // namespace
}  // namespace dragoman
