// Addresses across the border: SIP URI <-> envelope address <-> JID. RFC 7247 §6; XEP-0106; ADDR.
//
// An envelope address is unescaped and normalised, so each side escapes for itself: `d'artagnan` is
// <sip:d'artagnan@a.example> and <d\27artagnan@a.example>.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/envelope/address.h"
#include "core/sip/uri.h"
#include "core/xmpp/jid.h"

namespace dragoman::translate {

enum class AddressError : std::uint8_t {
  kScheme,       // neither sip nor sips, im or pres (ADDR-25)
  kBadEscape,    // '%' without two hexadecimal digits (ADDR-5)
  kBadText,      // not UTF-8, or a control character (ADDR-6)
  kNoOtherForm,  // legal here, without a form on the other side (ADDR-7, ADDR-10, ADDR-12, ADDR-14)
  kBadDomain,    // no domain name that both sides can carry (ADDR-15, ADDR-16)
  kAnonymous,    // anonymous.invalid (ADDR-25)
};

std::string_view Text(AddressError error);  // for people: "a '%' without two hexadecimal digits"

// Password, port, headers and every parameter but `gr` are dropped (ADDR-2, ADDR-3). A `gr` that is
// no resource is ignored (ADDR-19); one without value marks a temporary GRUU and gives none
// (ADDR-20).
Result<envelope::Address, AddressError> FromSipUri(const sip::Uri& uri);
Result<envelope::Address, AddressError> ParseSipAddress(std::string_view uri);

// sip:local@domain;gr=resource, escapes in upper-case hexadecimal. An address without a local part
// gives sip:domain.
Result<sip::Uri, AddressError> ToSipUri(const envelope::Address& address);

// Refuses a localpart whose escaping is not what ToJid would write, so that no two JIDs meet in one
// SIP URI (ADDR-12).
Result<envelope::Address, AddressError> FromJid(const xmpp::Jid& jid);

Result<xmpp::Jid, AddressError> ToJid(const envelope::Address& address);

// Of xmpp:localpart@domain/resource, percent-encoded; an authority, a query and a fragment count
// for nothing. RFC 5122.
Result<envelope::Address, AddressError> ParseXmppUri(std::string_view uri);

// pres:local@domain, the `entity` of a PIDF document (ADDR-24).
std::string PresUri(const envelope::Address& address);

}  // namespace dragoman::translate
