// What becomes of the bytes of a stream up to the point where a request may go further: framed,
// read and checked, as a person would say it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sip/framer.h"

namespace dragoman::sip {

inline std::string Verdict(const Framer::Event& event) {
  const auto status_line = [](const Response& response) {
    return std::to_string(response.status()) + " " + response.reason();
  };
  if (const auto* request = std::get_if<Request>(&event)) {
    const std::optional<Refusal> refusal = Validate(*request);
    return refusal ? std::to_string(refusal->status) + " " + refusal->reason
                   : "take " + request->method();
  }
  if (const auto* response = std::get_if<Response>(&event)) return "hear " + status_line(*response);
  if (const auto* refused = std::get_if<Framer::Refused>(&event)) {
    return status_line(refused->answer);
  }
  if (const auto* broken = std::get_if<Framer::Broken>(&event)) {
    return (broken->answer ? status_line(*broken->answer) + ", " : "") + "close";
  }
  return "ping";
}

// What a framer makes of `bytes`, fed `piece` at a time.
inline std::vector<Framer::Event> Events(std::string_view bytes, std::size_t piece) {
  Framer framer;
  std::vector<Framer::Event> events;
  while (!bytes.empty()) {
    framer.Feed(bytes.substr(0, piece), TimePoint{});
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (auto event = framer.Poll()) events.push_back(*std::move(event));
  }
  return events;
}

// The same must come out of the whole, of single bytes and of odd pieces.
inline std::vector<std::string> Verdicts(std::string_view bytes) {
  std::vector<std::vector<std::string>> all;
  for (const std::size_t piece : {bytes.size(), std::size_t{1}, std::size_t{7}}) {
    std::vector<std::string>& verdicts = all.emplace_back();
    for (const Framer::Event& event : Events(bytes, piece)) verdicts.push_back(Verdict(event));
  }
  if (all[0] != all[1] || all[0] != all[2]) return {"it depends on how the bytes are cut"};
  return all[0];
}

// The only request of `bytes`, whatever Validate says of it; an empty one if there is none.
inline Request OnlyRequest(std::string_view bytes) {
  std::vector<Framer::Event> events = Events(bytes, bytes.size());
  auto* request = events.size() == 1 ? std::get_if<Request>(&events[0]) : nullptr;
  return request != nullptr ? std::move(*request) : Request();
}

}  // namespace dragoman::sip
