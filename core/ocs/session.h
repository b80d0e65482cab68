// Chat sessions as the Edge's users open and accept them. ocs-dialect §3.1-3.3, §3.10.
#pragma once

#include <string>
#include <string_view>

#include "core/sip/message.h"

namespace dragoman::ocs {

inline constexpr std::string_view kAllow =
    "INVITE, ACK, CANCEL, BYE, MESSAGE, INFO, UPDATE, OPTIONS, SUBSCRIBE, NOTIFY, BENOTIFY";

// <sip:gw.example.net:5061;transport=tls>
std::string Contact(std::string_view fqdn, std::uint16_t port);

// Completes a 2xx to an INVITE: Contact, Allow, Supported: timer, and SDP that takes text/plain
// only, for the user of the Request-URI. A Session-Expires of the request is agreed to, refreshed
// by the caller (§3.12).
void AcceptSession(sip::Response& response, const sip::Request& invite, std::string_view fqdn,
                   std::uint16_t port);

// Completes an INVITE of ours: Contact, Allow, Supported, Ms-Conversation-ID, verification level,
// SDP.
struct SessionOffer {
  std::string_view fqdn;
  std::uint16_t port = 5061;
  std::string_view conversation_id;  // fresh for each conversation
  bool verified = true;              // the XMPP peer was authenticated and is trusted
};
void OfferSession(sip::Request& invite, const SessionOffer& offer);

}  // namespace dragoman::ocs
