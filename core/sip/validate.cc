// What is wrong with a request, and the answer to what is no request at all. SIP-1, SIP-3..5,
// SIP-24; RFC 3261 §8.2, §16.3; security.md T-21.
#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/sip/field_view.h"
#include "core/sip/head_lines.h"
#include "core/sip/message.h"

namespace dragoman::sip {
namespace {

// Of the headers that have one value, those that say something to this gateway: which of two counts
// must not be a matter of who reads (T-21). A doubled User-Agent or Organization harms nobody.
constexpr auto kSingle = std::to_array<HeaderName>({
    HeaderName::kFrom,
    HeaderName::kTo,
    HeaderName::kCallId,
    HeaderName::kCSeq,
    HeaderName::kContentDisposition,
    HeaderName::kContentLength,
    HeaderName::kContentType,
    HeaderName::kDate,
    HeaderName::kEvent,
    HeaderName::kExpires,
    HeaderName::kMaxForwards,
    HeaderName::kMimeVersion,
    HeaderName::kMinExpires,
    HeaderName::kMinSe,
    HeaderName::kReferredBy,
    HeaderName::kReferTo,
    HeaderName::kReplaces,
    HeaderName::kReplyTo,
    HeaderName::kRetryAfter,
    HeaderName::kSessionExpires,
    HeaderName::kSubject,
    HeaderName::kSubscriptionState,
});
constexpr std::size_t kRequired = 4;  // the first of them

Refusal Bad(std::string_view what, HeaderName name) {
  return {400, std::string(what).append(" ").append(Text(name))};
}

// callid = word [ "@" word ]; whatever stands in it, it is one word.
bool IsCallId(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7F;
  });
}

std::optional<Refusal> CheckCounts(const Request& request) {
  std::array<std::uint8_t, kHeaderNames> counts{};  // at most kHeaderLinesMax each
  static_assert(kHeaderLinesMax <= UINT8_MAX);
  for (const Header& header : request.headers()) {
    std::uint8_t& count = counts[static_cast<std::size_t>(header.id)];
    if (count < UINT8_MAX) ++count;
  }
  for (std::size_t i = 0; i < kSingle.size(); ++i) {
    const std::uint8_t count = counts[static_cast<std::size_t>(kSingle[i])];
    if (count == 0 && i < kRequired) return Bad("Missing", kSingle[i]);
    if (count > 1) return Bad("Repeated", kSingle[i]);
  }
  return std::nullopt;
}

std::optional<Refusal> CheckVias(const Request& request) {
  std::size_t count = 0;
  for (const Header& header : request.headers()) {
    if (header.id != HeaderName::kVia) continue;
    std::string_view list = header.value;
    while (const std::optional<std::string_view> via = TakeListed(list)) {
      if (++count > kViasMax) return Refusal{400, "Too many Via"};
      if (!ViaView::Parse(*via)) return Bad("Bad", HeaderName::kVia);
    }
  }
  if (count == 0) return Bad("Missing", HeaderName::kVia);
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> Validate(const Request& request) {
  if (std::optional<Refusal> refusal = CheckCounts(request)) return refusal;
  if (!IsCallId(request.Get(HeaderName::kCallId))) return Bad("Bad", HeaderName::kCallId);
  if (std::optional<Refusal> refusal = CheckVias(request)) return refusal;
  const std::optional<CSeq> cseq = CSeq::Parse(request.Get(HeaderName::kCSeq));
  if (!cseq || cseq->method != request.method()) return Bad("Bad", HeaderName::kCSeq);
  for (const HeaderName name : {HeaderName::kFrom, HeaderName::kTo}) {
    if (!NameAddrView::Parse(request.Get(name))) return Bad("Bad", name);
  }
  const Result<UriView, UriError> uri = UriView::Parse(request.uri());
  if (!uri) {
    if (uri.error() == UriError::kScheme) return Refusal{416, "Unsupported URI Scheme"};
    return Refusal{400, "Bad Request-URI"};
  }
  if (const std::optional<std::uint32_t> hops = Seconds(request.Get(HeaderName::kMaxForwards));
      hops && *hops == 0 && request.method() != "OPTIONS") {
    return Refusal{483, "Too Many Hops"};
  }
  return std::nullopt;
}

std::optional<Response> AnswerUnparsed(std::string_view head, std::uint16_t status,
                                       std::string_view reason) {
  if (EqualsIgnoreCase(head.substr(0, 4), "SIP/")) return std::nullopt;
  std::string text(head);
  HeadLines lines(text.data(), text.size());
  lines.Next();  // the start line
  Request request("UNKNOWN", "sip:unknown.invalid");
  while (const std::optional<HeadLines::Line> line = lines.Next()) {
    const std::size_t colon = line->clean ? line->text.find(':') : std::string_view::npos;
    if (colon == std::string_view::npos) continue;
    const HeaderName name = HeaderNameOf(Trim(line->text.substr(0, colon)));
    for (const HeaderName wanted : {HeaderName::kVia, HeaderName::kFrom, HeaderName::kTo,
                                    HeaderName::kCallId, HeaderName::kCSeq}) {
      if (name == wanted) request.Add(Text(name), Trim(line->text.substr(colon + 1)));
    }
    if (request.headers().size() == kHeaderLinesMax) break;
  }
  for (std::size_t i = 0; i < kRequired; ++i) {
    if (request.Count(kSingle[i]) != 1) return std::nullopt;
  }
  const std::optional<CSeq> cseq = CSeq::Parse(request.Get(HeaderName::kCSeq));
  if (request.Count(HeaderName::kVia) == 0 || !cseq) return std::nullopt;
  if (cseq->method == "ACK" || cseq->method == "BENOTIFY") return std::nullopt;
  Response answer = MakeResponse(request, status, StatelessTag(request));
  answer.SetReason(reason);
  return answer;
}

}  // namespace dragoman::sip
