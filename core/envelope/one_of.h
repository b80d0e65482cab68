// A payload as one of several kinds, for the machines whose event is a variant of payloads.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "core/envelope/message.h"

namespace dragoman::envelope {

// nullopt: `kind` is none of Payloads, or the bytes are none of its payload.
template <typename Event, typename... Payloads>
std::optional<Event> DecodeOneOf(Kind kind, std::string_view payload) {
  std::optional<Event> event;
  const auto attempt = [&]<typename Payload>(const Payload*) {
    if (kind != KindOf<Payload>()) return;
    if (auto decoded = Decode<Payload>(payload)) event = *std::move(decoded);
  };
  (attempt(static_cast<const Payloads*>(nullptr)), ...);
  return event;
}

}  // namespace dragoman::envelope
