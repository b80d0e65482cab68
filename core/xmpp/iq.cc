#include "core/xmpp/iq.h"

#include <string>

#include "core/xmpp/jid.h"
#include "core/xmpp/stanza.h"

namespace dragoman::xmpp {
namespace {

constexpr std::string_view kPingNs = "urn:xmpp:ping";
constexpr std::string_view kDiscoInfoNs = "http://jabber.org/protocol/disco#info";
constexpr std::string_view kDiscoItemsNs = "http://jabber.org/protocol/disco#items";

xml::Element ResultFor(const xml::Element& iq) {
  return MakeStanza("iq", iq.Attr("to"), iq.Attr("from"), iq.Attr("id"), "result");
}

xml::Element Identity(std::string_view category, std::string_view type) {
  xml::Element identity(kDiscoInfoNs, "identity");
  identity.SetAttr("category", category).SetAttr("type", type);
  return identity;
}

xml::Element DomainInfo(const xml::Element& iq) {
  xml::Element query(kDiscoInfoNs, "query");
  query.Add(Identity("server", "im"));
  query.Add(Identity("gateway", "simple"));
  for (const std::string_view var :
       {kDiscoInfoNs, kDiscoItemsNs, kPingNs, std::string_view("jid\\20escaping")}) {
    query.Add(std::move(xml::Element(kDiscoInfoNs, "feature").SetAttr("var", var)));
  }
  return std::move(ResultFor(iq).Add(std::move(query)));
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
  if (to && type == "get" && to->IsBare() && to->local().empty()) {
    if (query.Is(kDiscoInfoNs, "query")) return DomainInfo(iq);
    if (query.Is(kDiscoItemsNs, "query")) {
      return std::move(ResultFor(iq).Add(xml::Element(kDiscoItemsNs, "query")));
    }
  }
  // The same for users that exist and that do not: nobody is found out by asking (XST-4).
  return ErrorReply(iq, {ErrorType::kCancel, Condition::kServiceUnavailable, {}, {}});
}

xml::Element MakePing(std::string_view from, std::string_view to, std::string_view id) {
  return std::move(MakeStanza("iq", from, to, id, "get").Add(xml::Element(kPingNs, "ping")));
}

}  // namespace dragoman::xmpp
