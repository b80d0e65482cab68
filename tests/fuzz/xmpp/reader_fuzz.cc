// A stream read whole or byte by byte gives the same events, and an element that was read prints to
// a text that is read as the same element again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/xml/reader.h"

using dragoman::xml::StreamReader;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

std::string Say(const StreamReader::Event& event) {
  if (const auto* open = std::get_if<StreamReader::Open>(&event)) return Print(open->root);
  if (const auto* stanza = std::get_if<StreamReader::Stanza>(&event)) return Print(stanza->element);
  // Which of two faults is met first depends on the pieces; that there is one does not.
  return std::holds_alternative<StreamReader::Close>(event) ? "close" : "failed";
}

std::vector<std::string> Read(std::string_view bytes, std::size_t piece) {
  StreamReader reader(dragoman::xml::kUnauthenticated);
  std::vector<std::string> said;
  while (!bytes.empty()) {
    for (const auto& event : reader.Feed(bytes.substr(0, piece))) said.push_back(Say(event));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> whole = Read(bytes, size);
  Check(whole == Read(bytes, 1));
  Check(whole == Read(bytes, 7));
  if (const auto element = dragoman::xml::ParseDocument(bytes)) {
    const std::string text = Print(*element);
    const auto again = dragoman::xml::ParseDocument(text, {.stanza_bytes = text.size()});
    Check(again && *again == *element);
  }
  return 0;
}
