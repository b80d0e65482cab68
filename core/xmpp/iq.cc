#include "core/xmpp/iq.h"

#include <string>

#include "core/xmpp/entity.h"
#include "core/xmpp/jid.h"
#include "core/xmpp/stanza.h"

namespace dragoman::xmpp {
namespace {

constexpr std::string_view kPingNs = "urn:xmpp:ping";
constexpr std::string_view kDiscoItemsNs = "http://jabber.org/protocol/disco#items";

xml::Element ResultFor(const xml::Element& iq) {
  return MakeStanza("iq", iq.Attr("to"), iq.Attr("from"), iq.Attr("id"), "result");
}

// The gateway, one of its accounts, or what such a user has in hand: the same for users that exist
// and that do not, so that nobody is found out by asking (XST-4).
const Entity& EntityAt(const Jid& address) {
  if (address.local().empty()) return GatewayEntity();
  return address.IsBare() ? AccountEntity() : ClientEntity();
}

std::optional<xml::Element> DiscoInfo(const xml::Element& iq, const xml::Element& query,
                                      const Jid& to) {
  const Entity& entity = EntityAt(to);
  const std::string_view node = query.Attr("node");
  if (!node.empty() && node != CapsNode(entity)) return std::nullopt;
  return std::move(ResultFor(iq).Add(DiscoAnswer(entity, node)));
}

}  // namespace

std::optional<xml::Element> AnswerIq(const xml::Element& iq) {
  const std::string_view type = iq.Attr("type");
  if (type == "result" || type == "error") return std::nullopt;
  const std::vector<const xml::Element*> children = iq.Children();
  if ((type != "get" && type != "set") || children.size() != 1) {
    return ErrorReply(iq, {ErrorType::kModify, Condition::kBadRequest, {}, {}});
  }
  const Result<Jid, JidError> to = Jid::Parse(iq.Attr("to"));
  const xml::Element& query = *children.front();
  if (to && type == "get" && to->IsBare() && query.Is(kPingNs, "ping")) return ResultFor(iq);
  if (to && type == "get" && query.Is(kDiscoInfoNs, "query")) {
    if (auto info = DiscoInfo(iq, query, *to)) return info;
    return ErrorReply(iq, {ErrorType::kCancel, Condition::kItemNotFound, {}, {}});
  }
  if (to && type == "get" && to->IsBare() && query.Is(kDiscoItemsNs, "query")) {
    return std::move(ResultFor(iq).Add(xml::Element(kDiscoItemsNs, "query")));
  }
  return ErrorReply(iq, {ErrorType::kCancel, Condition::kServiceUnavailable, {}, {}});
}

xml::Element MakePing(std::string_view from, std::string_view to, std::string_view id) {
  return std::move(MakeStanza("iq", from, to, id, "get").Add(xml::Element(kPingNs, "ping")));
}

}  // namespace dragoman::xmpp
