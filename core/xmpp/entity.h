// What the gateway tells XMPP of itself and of the users it stands for: identities, features, and
// the hash of both. XEP-0030, XEP-0115; XST-3..6.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/xml/element.h"

namespace dragoman::xmpp {

inline constexpr std::string_view kDiscoInfoNs = "http://jabber.org/protocol/disco#info";
inline constexpr std::string_view kCapsNs = "http://jabber.org/protocol/caps";

struct Identity {
  std::string category, type, name;
};

struct Entity {
  std::vector<Identity> identities;
  std::vector<std::string> features;
};

const Entity& GatewayEntity();  // a hosted SIP domain
const Entity& AccountEntity();  // one of its users
const Entity& ClientEntity();   // what a chat with the user can do

// base64(SHA-1(identities and features in octet order)), XEP-0115 §5.1.
std::string CapsVersion(const Entity& entity);
// The node of a query about exactly this entity: node URI # version.
std::string CapsNode(const Entity& entity);
// <c/> of a SIP user's available presence.
xml::Element CapsElement();

// <query/> with all of it; `node` as it was asked for, if it was.
xml::Element DiscoAnswer(const Entity& entity, std::string_view node);

}  // namespace dragoman::xmpp
