#include "core/translate/sip_arrival.h"

#include <algorithm>

#include "core/base/digest.h"
#include "core/translate/sip_dialog.h"

namespace dragoman::translate {
namespace {

using policy::Reason;

constexpr std::size_t kTagBytes = 8;

bool IsMalformed(AddressError error) {
  return error == AddressError::kBadEscape || error == AddressError::kBadText;
}

// A sender without a form on the other side is refused, not "not found" (ADDR-25).
SipRefusal SenderRefusal(AddressError error) {
  SipRefusal refusal{.status = 403, .reason = Reason::kAddressMalformed, .text = "Bad From"};
  if (IsMalformed(error)) refusal.status = 400;
  return refusal;
}

// The same for the same transaction on any node: branch, sent-by and method name one (SIP-11);
// Call-ID and CSeq guard against peers that reuse branches.
envelope::MessageId TransactionId(const sip::Request& request) {
  std::string key;
  const auto vias = request.List("Via");
  if (const auto via = vias.empty() ? std::nullopt : sip::Via::Parse(vias.front())) {
    key = via->branch + '\n' + via->sent_by;
  }
  for (const std::string_view part :
       {std::string_view(request.method()), request.Get("Call-ID"), request.Get("CSeq")}) {
    key += '\n';
    key += part;
  }
  const auto digest = Sha256(key);
  envelope::MessageId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

// An Edge looks at this field before From (ocs-dialect §1.3): where it names a SIP user, that one
// is of a served domain too (T-24).
bool VouchesForOurs(const sip::Request& request, const policy::Settings& settings) {
  for (const std::string_view value : request.List("P-Asserted-Identity")) {
    const auto asserted = sip::NameAddr::Parse(value);
    if (!asserted) return false;
    const auto uri = sip::Uri::Parse(asserted->uri);
    if (uri && !settings.ServesSipDomain(uri->host)) return false;  // tel: says nothing of domains
  }
  return true;
}

}  // namespace

SipRefusal TargetRefusal(AddressError error) {
  if (error == AddressError::kScheme) return {.status = 416, .reason = Reason::kAddressMalformed};
  if (IsMalformed(error)) {
    return {.status = 400, .reason = Reason::kAddressMalformed, .text = "Bad Request-URI"};
  }
  return {.status = 404, .reason = Reason::kItemNotFound};
}

std::variant<SipArrival, sip::Response> Arrive(const sip::Request& request,
                                               const SipContext& context) {
  const policy::Settings& settings = context.settings;
  const std::string to_tag = ToTag(request);
  SipArrival arrival{.request = request,
                     .context = context,
                     .local_tag = to_tag.empty() ? RandomToken(context.random, kTagBytes) : to_tag,
                     .id = TransactionId(request),
                     .in_dialog = !to_tag.empty()};
  const auto from = sip::NameAddr::Parse(request.Get("From"));
  const auto to = sip::NameAddr::Parse(request.Get("To"));
  if (!from || !to) return Refused(arrival, {.status = 400, .reason = Reason::kMalformed});
  arrival.display = from->display;
  const auto sender = ParseSipAddress(from->uri);
  if (!sender) return Refused(arrival, SenderRefusal(sender.error()));
  if (!settings.ServesSipDomain(sender->domain)) {
    return Refused(arrival, {.status = 403, .reason = Reason::kSenderNotAllowed});
  }
  if (!VouchesForOurs(request, settings)) {
    return Refused(
        arrival,
        {.status = 403, .reason = Reason::kSenderNotAllowed, .text = "P-Asserted-Identity"});
  }
  const auto target = ParseSipAddress(arrival.in_dialog ? to->uri : request.uri());
  if (!target) return Refused(arrival, TargetRefusal(target.error()));
  // A SIP domain of our own would be a way back in, even where partners are open (SEC-3).
  if (settings.ServesSipDomain(target->domain) || settings.FindPartner(target->domain) == nullptr) {
    return Refused(arrival, {.status = 404, .reason = Reason::kDomainNotServed});
  }
  arrival.sip_user = *sender;
  arrival.xmpp_user = *target;
  return arrival;
}

sip::Response Refused(const SipArrival& arrival, const SipRefusal& refusal) {
  return Refuse(arrival.request, arrival.local_tag, refusal, arrival.context.settings);
}

}  // namespace dragoman::translate
