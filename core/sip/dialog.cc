#include "core/sip/dialog.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace dragoman::sip {
namespace {

// Header parameters of the peer's address that travel with it, the tag aside.
std::string OtherParameters(const NameAddr& address) {
  std::string text;
  for (const Parameter& parameter : address.parameters) {
    if (EqualsIgnoreCase(parameter.name, "tag")) continue;
    text += ";" + parameter.name;
    if (parameter.has_value) text += "=" + parameter.value;
  }
  return text;
}

std::vector<std::string> Values(const Message& message, std::string_view name) {
  const std::vector<std::string_view> list = message.List(name);
  return {list.begin(), list.end()};
}

std::string OnlyContact(const Message& message) {
  const std::vector<std::string_view> contacts = message.List("Contact");
  if (contacts.size() != 1) return {};
  const Result<NameAddr, UriError> contact = NameAddr::Parse(contacts.front());
  return contact && Uri::Parse(contact->uri) ? contact->uri : std::string();
}

std::string Address(const std::string& uri, const std::string& tag, const std::string& parameters) {
  std::string text = "<" + uri + ">";
  if (!tag.empty()) text += ";tag=" + tag;
  return text + parameters;
}

bool IsLoose(const std::string& route) {
  const Result<NameAddr, UriError> address = NameAddr::Parse(route);
  const Result<Uri, UriError> uri = address ? Uri::Parse(address->uri) : Fail(address.error());
  return uri && FindParameter(uri->parameters, "lr") != nullptr;
}

std::string UriOf(const std::string& route) {
  const Result<NameAddr, UriError> address = NameAddr::Parse(route);
  return address ? address->uri : route;
}

}  // namespace

std::string Self::Via(std::string_view branch) const {
  return "SIP/2.0/TLS " + fqdn + ":" + std::to_string(port) + ";branch=z9hG4bK" +
         std::string(branch);
}

std::string Self::Contact() const {
  return "<sip:" + fqdn + ":" + std::to_string(port) + ";transport=tls>";
}

Request MakeRequest(const std::string& method, const Dialog& dialog, const Self& self,
                    std::string_view branch) {
  const std::string target =
      dialog.remote_target.empty() ? dialog.remote_uri : dialog.remote_target;
  std::string request_uri = target;
  std::vector<std::string> routes = dialog.route_set;
  if (!routes.empty() &&
      !IsLoose(routes.front())) {  // a strict router takes the Request-URI's place
    request_uri = UriOf(routes.front());
    routes.erase(routes.begin());
    routes.push_back("<" + target + ">");
  }
  Request request(method, request_uri);
  request.Add("Via", self.Via(branch));
  request.Add("Max-Forwards", "70");
  for (const std::string& route : routes) request.Add("Route", route);
  request.Add("From", Address(dialog.local_uri, dialog.local_tag, {}));
  request.Add("To", Address(dialog.remote_uri, dialog.remote_tag, dialog.remote_params));
  request.Add("Call-ID", dialog.call_id);
  request.Add("CSeq", std::to_string(dialog.local_cseq) + " " + method);
  return request;
}

std::optional<Dialog> DialogOfRequest(const Request& request, std::string_view local_tag) {
  const Result<NameAddr, UriError> from = NameAddr::Parse(request.Get("From"));
  const Result<NameAddr, UriError> to = NameAddr::Parse(request.Get("To"));
  const std::optional<CSeq> cseq = CSeq::Parse(request.Get("CSeq"));
  if (!from || !to || !cseq) return std::nullopt;
  Dialog dialog;
  dialog.call_id = request.Get("Call-ID");
  dialog.local_tag = to->tag().empty() ? std::string(local_tag) : std::string(to->tag());
  dialog.remote_tag = from->tag();
  dialog.local_uri = to->uri;
  dialog.remote_uri = from->uri;
  dialog.remote_params = OtherParameters(*from);
  dialog.remote_target = OnlyContact(request);
  dialog.route_set = Values(request, "Record-Route");
  dialog.remote_cseq = cseq->number;
  return dialog;
}

std::optional<Dialog> DialogFromRequest(const Request& request, std::string_view local_tag) {
  std::optional<Dialog> dialog = DialogOfRequest(request, local_tag);
  if (!dialog || dialog->remote_target.empty()) return std::nullopt;
  return dialog;
}

Dialog DialogOfOurs(const Request& request) {
  Dialog dialog;
  dialog.call_id = request.Get("Call-ID");
  if (const Result<NameAddr, UriError> from = NameAddr::Parse(request.Get("From"))) {
    dialog.local_uri = from->uri;
    dialog.local_tag = from->tag();
  }
  if (const Result<NameAddr, UriError> to = NameAddr::Parse(request.Get("To"))) {
    dialog.remote_uri = to->uri;
  }
  if (const std::optional<CSeq> cseq = CSeq::Parse(request.Get("CSeq"))) {
    dialog.local_cseq = cseq->number;
  }
  return dialog;
}

Dialog Confirmed(Dialog dialog, const Response& response) {
  if (const Result<NameAddr, UriError> to = NameAddr::Parse(response.Get("To"))) {
    if (dialog.remote_tag.empty()) {
      dialog.remote_tag = to->tag();
      dialog.remote_params = OtherParameters(*to);
      dialog.route_set = Values(response, "Record-Route");
      std::reverse(dialog.route_set.begin(), dialog.route_set.end());
    }
  }
  // Only what refreshes the target may carry a new one (SIP-31); the others answer without Contact.
  if (std::string contact = OnlyContact(response); !contact.empty()) {
    dialog.remote_target = std::move(contact);
  }
  return dialog;
}

std::optional<NextHop> NextHopOf(const Request& request) {
  const std::vector<std::string_view> routes = request.List("Route");
  const std::string text = routes.empty() ? request.uri() : UriOf(std::string(routes.front()));
  const Result<Uri, UriError> uri = Uri::Parse(text);
  if (!uri) return std::nullopt;
  return NextHop{uri->host, uri->port, !routes.empty()};
}

}  // namespace dragoman::sip
