// The typed header fields, responses from requests, and what is wrong with a request.
#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/base/digest.h"
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
  if (method.empty() || method.find_first_of(" \t") != std::string_view::npos) return std::nullopt;
  return CSeq{static_cast<std::uint32_t>(*number), std::string(method)};
}

std::optional<Via> Via::Parse(std::string_view text) {
  // sent-protocol LWS sent-by *( SEMI via-params ); white space may stand around the slashes.
  const std::size_t semicolon = text.find(';');
  std::string_view head = Trim(text.substr(0, semicolon));
  for (const std::string_view part : {"SIP", "2.0"}) {
    const std::size_t slash = head.find('/');
    if (slash == std::string_view::npos || !EqualsIgnoreCase(Trim(head.substr(0, slash)), part)) {
      return std::nullopt;
    }
    head.remove_prefix(slash + 1);
  }
  const std::string_view tail = Trim(head);
  const std::size_t blank = tail.find_first_of(" \t");
  if (blank == std::string_view::npos) return std::nullopt;
  Via via;
  via.transport = tail.substr(0, blank);
  via.sent_by = LowerCase(Trim(tail.substr(blank)));
  if (via.sent_by.empty() || via.sent_by.find_first_of(" \t") != std::string::npos) {
    return std::nullopt;
  }
  if (semicolon != std::string_view::npos) via.parameters = ParseParameters(text.substr(semicolon));
  if (const Parameter* branch = FindParameter(via.parameters, "branch")) via.branch = branch->value;
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
  for (const Header& header : request.headers()) {
    if (EqualsIgnoreCase(header.name, "Via")) response.Add("Via", header.value);
  }
  if (status > 100 && status < 300 && FormsDialog(request.method())) {
    for (const Header& header : request.headers()) {
      if (EqualsIgnoreCase(header.name, "Record-Route")) response.Add("Record-Route", header.value);
    }
  }
  response.Add("From", request.Get("From"));
  std::string to(request.Get("To"));
  const Result<NameAddr, UriError> parsed = NameAddr::Parse(to);
  if (status > 100 && !to_tag.empty() && parsed && parsed->tag().empty()) {
    to += ";tag=";
    to += to_tag;
  }
  response.Add("To", to);
  response.Add("Call-ID", request.Get("Call-ID"));
  response.Add("CSeq", request.Get("CSeq"));
  return response;
}

std::string StatelessTag(const Request& request) {
  std::string seed(request.Get("Via"));
  seed += request.Get("Call-ID");
  seed += request.Get("CSeq");
  return HexEncode(Sha1(seed)).substr(0, 16);
}

std::optional<Response> AnswerUnparsed(std::string_view head, std::uint16_t status) {
  if (head.starts_with("SIP/")) return std::nullopt;
  Request request("UNKNOWN", "sip:unknown.invalid");
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (std::any_of(line.begin(), line.end(),
                    [](char c) { return c == '\0' || c == '\r' || c == '\n'; })) {
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = LongName(Trim(line.substr(0, colon)));
    for (const std::string_view wanted : {"Via", "From", "To", "Call-ID", "CSeq"}) {
      if (EqualsIgnoreCase(name, wanted)) request.Add(wanted, Trim(line.substr(colon + 1)));
    }
  }
  for (const std::string_view name : {"From", "To", "Call-ID", "CSeq"}) {
    if (request.Count(name) != 1) return std::nullopt;
  }
  const std::optional<CSeq> cseq = CSeq::Parse(request.Get("CSeq"));
  if (request.Count("Via") == 0 || !cseq || cseq->method == "ACK") return std::nullopt;
  return MakeResponse(request, status, StatelessTag(request));
}

std::optional<Refusal> Validate(const Request& request) {
  for (const std::string_view name : {"From", "To", "Call-ID", "CSeq"}) {
    if (request.Count(name) != 1) {
      return Refusal{400,
                     std::string(request.Count(name) == 0 ? "Missing " : "Repeated ").append(name)};
    }
  }
  for (const std::string_view name :
       {"Max-Forwards", "Content-Type", "Content-Length", "Event", "Expires"}) {
    if (request.Count(name) > 1) return Refusal{400, std::string("Repeated ").append(name)};
  }
  if (request.Get("Call-ID").empty()) return Refusal{400, "Bad Call-ID"};
  const std::vector<std::string_view> vias = request.List("Via");
  if (vias.size() > kViasMax) return Refusal{400, "Too many Via"};
  if (vias.empty() || !Via::Parse(vias.front())) return Refusal{400, "Bad Via"};
  const std::optional<CSeq> cseq = CSeq::Parse(request.Get("CSeq"));
  if (!cseq || cseq->method != request.method()) return Refusal{400, "Bad CSeq"};
  const Result<NameAddr, UriError> from = NameAddr::Parse(request.Get("From"));
  if (!from) return Refusal{400, "Bad From"};
  if (!NameAddr::Parse(request.Get("To"))) return Refusal{400, "Bad To"};
  const Result<Uri, UriError> uri = Uri::Parse(request.uri());
  if (!uri) {
    if (uri.error() == UriError::kScheme) return Refusal{416, "Unsupported URI Scheme"};
    return Refusal{400, "Bad Request-URI"};
  }
  if (const std::optional<std::uint32_t> hops = Seconds(request.Get("Max-Forwards"));
      hops && *hops == 0 && request.method() != "OPTIONS") {
    return Refusal{483, "Too Many Hops"};
  }
  return std::nullopt;
}

}  // namespace dragoman::sip
