// A stream gives the same events however it is cut, and a message that was framed prints to a text
// that is framed to the same message again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/sip/framer.h"

using dragoman::sip::Framer;
using dragoman::sip::Request;
using dragoman::sip::Response;

namespace {

std::string Say(const Framer::Event& event) {
  if (const auto* request = std::get_if<Request>(&event)) return request->ToString();
  if (const auto* response = std::get_if<Response>(&event)) return response->ToString();
  if (const auto* refused = std::get_if<Framer::Refused>(&event)) {
    return "refused " + refused->why + refused->answer.ToString();
  }
  if (const auto* broken = std::get_if<Framer::Broken>(&event)) {
    return "broken " + broken->why + (broken->answer ? broken->answer->ToString() : "");
  }
  return "ping";
}

// `cut(n)` is the size of the n-th piece, 1 at least. Whoever feeds may poll only now and then.
template <typename Cut>
std::vector<std::string> FrameCut(std::string_view bytes, Cut cut, std::size_t poll_every = 1) {
  Framer framer;
  std::vector<std::string> said;
  for (std::size_t n = 0; !bytes.empty(); ++n) {
    const std::size_t piece = std::min(cut(n), bytes.size());
    framer.Feed(bytes.substr(0, piece), {});
    bytes.remove_prefix(piece);
    if (n % poll_every != 0 && !bytes.empty()) continue;
    while (auto event = framer.Poll()) said.push_back(Say(*event));
  }
  return said;
}

std::vector<std::string> Frame(std::string_view bytes, std::size_t piece) {
  return FrameCut(bytes, [piece](std::size_t) { return std::max<std::size_t>(piece, 1); });
}

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> whole = Frame(bytes, size);
  Check(whole == Frame(bytes, 1));
  Check(whole == Frame(bytes, 7));
  const auto any = [&](std::size_t n) -> std::size_t { return 1 + data[n % size] % 61; };
  Check(whole == FrameCut(bytes, any));
  Check(whole == FrameCut(bytes, any, 3));
  Framer framer;
  framer.Feed(bytes, {});
  while (auto event = framer.Poll()) {
    if (const auto* request = std::get_if<Request>(&*event)) {
      Check(Frame(request->ToString(), size + 100) ==
            std::vector<std::string>{request->ToString()});
      (void)dragoman::sip::Validate(*request);
    } else if (const auto* response = std::get_if<Response>(&*event)) {
      Check(Frame(response->ToString(), size + 100) ==
            std::vector<std::string>{response->ToString()});
    }
  }
  return 0;
}
