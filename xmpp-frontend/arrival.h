// A stanza that came in on an authenticated stream of either direction, and where it is settled.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/xml/element.h"
#include "core/xmpp/stream_management.h"

namespace dragoman::xmpp_frontend {

// Told once the stanza was delivered, or its error is on its way: then, and not before, the partner
// hears that it was handled (XEP-0198).
struct Settlement {
  std::shared_ptr<xmpp::Acknowledger> acks;  // null: the stream does not count
  std::uint64_t number = 0;

  void Settle() const {
    if (acks != nullptr) acks->Settle(number);
  }
};

struct Arrival {
  xml::Element stanza;
  std::string lang;  // of the stream
  Settlement settlement;
};
using OnArrival = std::function<void(Arrival)>;

}  // namespace dragoman::xmpp_frontend
