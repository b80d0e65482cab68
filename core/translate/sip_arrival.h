// A SIP request on its way in: between whom it is, by which id the bus knows it, and what is made
// of it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "core/envelope/message.h"
#include "core/sip/message.h"
#include "core/translate/address.h"
#include "core/translate/sip_intake.h"
#include "core/translate/sip_reply.h"

namespace dragoman::translate {

// How a request to an address without a form on the other side is refused (ADDR-5, ADDR-6,
// ADDR-25).
SipRefusal TargetRefusal(AddressError error);

struct SipArrival {
  const sip::Request& request;
  const SipContext& context;
  std::string local_tag;  // of the dialog, or a fresh one
  envelope::Address sip_user{};
  envelope::Address xmpp_user{};
  std::string display{};  // of From
  envelope::MessageId id{};
  bool in_dialog = false;
};

// The addresses of `request`, checked: the sender's domain is served here, the other one is a
// partner's. Outside dialogs the Request-URI says who is meant (IM-15); inside, it is our Contact,
// and To says it. The alternative is the refusal.
std::variant<SipArrival, sip::Response> Arrive(const sip::Request& request,
                                               const SipContext& context);

sip::Response Refused(const SipArrival& arrival, const SipRefusal& refusal);

// The event that carries `payload` from the SIP user to the XMPP user.
template <typename Payload>
SipEvent Event(const SipArrival& arrival, const Payload& payload, std::uint32_t budget_ms) {
  SipEvent event{envelope::MakeMessage(arrival.id, envelope::Side::kSip, arrival.sip_user,
                                       arrival.xmpp_user, payload),
                 arrival.local_tag,
                 {}};
  event.message.header.budget_ms = budget_ms;
  if (const auto hops = sip::Seconds(arrival.request.Get("Max-Forwards")); hops && *hops > 0) {
    event.message.header.hops = static_cast<std::uint8_t>(*hops > 255 ? 255 : *hops - 1);
  }
  return event;
}

// The same, answered at once with 200.
template <typename Payload>
SipEvent AnsweredEvent(const SipArrival& arrival, const Payload& payload) {
  SipEvent event = Event(arrival, payload, 0);
  event.response = sip::MakeResponse(arrival.request, 200, arrival.local_tag);
  return event;
}

}  // namespace dragoman::translate
