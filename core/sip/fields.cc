// The typed header fields, and responses from requests.
#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/base/digest.h"
#include "core/sip/char_class.h"
#include "core/sip/field_view.h"
#include "core/sip/message.h"

namespace dragoman::sip {
namespace {

constexpr std::uint32_t kCSeqMax = 0x7FFFFFFF;

struct Phrase {
  std::uint16_t status;
  std::string_view text;
};
constexpr auto kPhrases = std::to_array<Phrase>({
    {100, "Trying"},
    {200, "OK"},
    {202, "Accepted"},
    {301, "Moved Permanently"},
    {302, "Moved Temporarily"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {410, "Gone"},
    {413, "Request Entity Too Large"},
    {414, "Request-URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Unsupported URI Scheme"},
    {420, "Bad Extension"},
    {422, "Session Interval Too Small"},
    {423, "Interval Too Brief"},
    {480, "Temporarily Unavailable"},
    {481, "Call/Transaction Does Not Exist"},
    {482, "Loop Detected"},
    {483, "Too Many Hops"},
    {486, "Busy Here"},
    {487, "Request Terminated"},
    {488, "Not Acceptable Here"},
    {489, "Bad Event"},
    {491, "Request Pending"},
    {500, "Server Internal Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Server Time-out"},
    {505, "Version Not Supported"},
    {513, "Message Too Large"},
    {600, "Busy Everywhere"},
    {603, "Decline"},
    {604, "Does Not Exist Anywhere"},
    {606, "Not Acceptable"},
});

// Methods whose 2xx creates a dialog and therefore carries the route back.
bool FormsDialog(std::string_view method) {
  return method == "INVITE" || method == "SUBSCRIBE" || method == "NOTIFY";
}

}  // namespace

std::optional<CSeq> CSeq::Parse(std::string_view text) {
  Cursor in(text);
  const std::optional<std::uint64_t> number = in.TakeNumber();
  if (!number || *number > kCSeqMax || !in.SkipBlanks()) return std::nullopt;
  const std::string_view method = Trim(in.Rest());
  if (!IsToken(method)) return std::nullopt;
  return CSeq{static_cast<std::uint32_t>(*number), std::string(method)};
}

std::optional<Via> Via::Parse(std::string_view text) {
  const std::optional<ViaView> view = ViaView::Parse(text);
  if (!view) return std::nullopt;
  Via via;
  via.transport = view->transport;
  via.sent_by = view->SentBy();
  via.branch = view->branch;
  ParameterReader parameters(view->parameters);
  while (const std::optional<ParameterView> parameter = parameters.Next()) {
    via.parameters.push_back(
        {std::string(parameter->name), std::string(parameter->value), parameter->has_value});
  }
  return via;
}

std::string_view ReasonPhrase(std::uint16_t status) {
  for (const Phrase& phrase : kPhrases) {
    if (phrase.status == status) return phrase.text;
  }
  return "";
}

std::optional<std::uint32_t> Seconds(std::string_view text) {
  Cursor in(Trim(text));
  const std::optional<std::uint64_t> number = in.TakeNumber();
  if (!number || *number > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::string MediaType(std::string_view content_type) {
  return LowerCase(Trim(content_type.substr(0, content_type.find(';'))));
}

Response MakeResponse(const Request& request, std::uint16_t status, std::string_view to_tag) {
  Response response(status, ReasonPhrase(status));
  const bool routed = status > 100 && status < 300 && FormsDialog(request.method());
  for (const Header& header : request.headers()) {
    if (header.id == HeaderName::kVia) response.Add("Via", header.value);
  }
  for (const Header& header : request.headers()) {
    if (routed && header.id == HeaderName::kRecordRoute) response.Add("Record-Route", header.value);
  }
  response.Add("From", request.Get(HeaderName::kFrom));
  std::string to(request.Get(HeaderName::kTo));
  const Result<NameAddrView, UriError> parsed = NameAddrView::Parse(to);
  if (status > 100 && !to_tag.empty() && parsed && parsed->tag.empty()) {
    to += ";tag=";
    to += to_tag;
  }
  response.Add("To", to);
  response.Add("Call-ID", request.Get(HeaderName::kCallId));
  response.Add("CSeq", request.Get(HeaderName::kCSeq));
  return response;
}

std::string StatelessTag(const Request& request) {
  std::string seed(request.Get(HeaderName::kVia));
  seed += request.Get(HeaderName::kCallId);
  seed += request.Get(HeaderName::kCSeq);
  return HexEncode(Sha1(seed)).substr(0, 16);
}

}  // namespace dragoman::sip
