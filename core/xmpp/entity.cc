#include "core/xmpp/entity.h"

#include <algorithm>

#include "core/base/digest.h"
#include "core/xmpp/stanza.h"

namespace dragoman::xmpp {
namespace {

constexpr std::string_view kNodeUri = "urn:dragoman:gateway";
constexpr const char* kDiscoItems = "http://jabber.org/protocol/disco#items";

}  // namespace

const Entity& GatewayEntity() {
  static const Entity entity{
      {{"server", "im", "Dragoman"}, {"gateway", "simple", "Dragoman"}},
      {std::string(kDiscoInfoNs), kDiscoItems, "urn:xmpp:ping", "jid\\20escaping"}};
  return entity;
}

const Entity& AccountEntity() {
  static const Entity entity{{{"account", "registered", ""}},
                             {std::string(kDiscoInfoNs), kDiscoItems, "urn:xmpp:ping"}};
  return entity;
}

const Entity& ClientEntity() {
  static const Entity entity{
      {{"client", "pc", "SIP"}},
      {std::string(kCapsNs), std::string(kChatStatesNs), std::string(kDiscoInfoNs)}};
  return entity;
}

std::string CapsVersion(const Entity& entity) {
  std::vector<std::string> identities;
  for (const Identity& one : entity.identities) {
    identities.push_back(one.category + "/" + one.type + "//" + one.name + "<");
  }
  std::vector<std::string> features;
  for (const std::string& feature : entity.features) features.push_back(feature + "<");
  std::ranges::sort(identities);
  std::ranges::sort(features);
  std::string text;
  for (const std::string& line : identities) text += line;
  for (const std::string& line : features) text += line;
  return Base64Encode(Sha1(text));
}

std::string CapsNode(const Entity& entity) {
  return std::string(kNodeUri) + "#" + CapsVersion(entity);
}

xml::Element CapsElement() {
  static const std::string version = CapsVersion(ClientEntity());
  xml::Element caps(kCapsNs, "c");
  caps.SetAttr("hash", "sha-1").SetAttr("node", kNodeUri).SetAttr("ver", version);
  return caps;
}

xml::Element DiscoAnswer(const Entity& entity, std::string_view node) {
  xml::Element query(kDiscoInfoNs, "query");
  if (!node.empty()) query.SetAttr("node", node);
  for (const Identity& one : entity.identities) {
    xml::Element identity(kDiscoInfoNs, "identity");
    identity.SetAttr("category", one.category).SetAttr("type", one.type);
    if (!one.name.empty()) identity.SetAttr("name", one.name);
    query.Add(std::move(identity));
  }
  for (const std::string& feature : entity.features) {
    query.Add(std::move(xml::Element(kDiscoInfoNs, "feature").SetAttr("var", feature)));
  }
  return query;
}

}  // namespace dragoman::xmpp
