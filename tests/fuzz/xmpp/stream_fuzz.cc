// Whatever a peer says, whole or byte by byte: both machines say the same, nothing is taken from it
// before its domain is proven, and nothing follows the end.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/xmpp/inbound_stream.h"
#include "core/xmpp/outbound_stream.h"

using namespace dragoman::xmpp;  // NOLINT

namespace {

const dragoman::TimePoint t0{};

class Zeros : public dragoman::RandomSource {
 public:
  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = 0;
  }
};

void Check(bool holds) {
  if (!holds) std::abort();
}

// Effects without the text of errors: which of two faults is met first depends on the pieces.
template <typename Machine>
void Drain(Machine& machine, std::vector<std::string>& said, bool& over) {
  while (auto effect = machine.Poll()) {
    Check(!over);
    if (const auto* send = std::get_if<typename Machine::Send>(&*effect)) {
      const bool error = send->bytes.find("<stream:error>") != std::string::npos;
      said.push_back(error ? "error" : send->bytes);
    } else if (std::holds_alternative<typename Machine::StartTls>(*effect)) {
      said.emplace_back("tls");
      machine.OnTls(t0, {[](std::string_view domain) { return domain == "x.example"; }});
    } else if (std::holds_alternative<typename Machine::Close>(*effect)) {
      over = true;
    } else if constexpr (std::is_same_v<Machine, InboundStream>) {
      if (const auto* verify = std::get_if<InboundStream::Verify>(&*effect)) {
        said.emplace_back("verify");
        // A key decides: the fuzzer reaches what stands behind both verdicts.
        const Verdict verdict = verify->key == "good" ? Verdict::kValid : Verdict::kInvalid;
        machine.OnVerdict(verify->from, verify->to, verdict, t0);
      } else if (std::holds_alternative<InboundStream::Stanza>(*effect)) {
        Check(machine.established());
        said.emplace_back("stanza");
      }
    }
  }
}

template <typename Machine>
std::vector<std::string> Feed(Machine& machine, std::string_view bytes, std::size_t piece) {
  std::vector<std::string> said;
  bool over = false;
  Drain(machine, said, over);
  while (!bytes.empty() && !over) {
    machine.OnBytes(bytes.substr(0, piece), t0);
    Drain(machine, said, over);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  machine.Advance(t0 + 120s);
  Drain(machine, said, over);
  return said;
}

std::vector<std::string> In(std::string_view bytes, std::size_t piece) {
  Zeros random;
  InboundRules rules;
  rules.hosts = [](std::string_view domain) { return domain == "s.example"; };
  rules.policy = [](std::string_view domain) -> std::optional<PeerPolicy> {
    if (!domain.ends_with("x.example")) return std::nullopt;
    PeerPolicy policy;
    if (domain == "o.x.example") policy.tls = Need::kOptional;
    return policy;
  };
  rules.dialback_secrets = {std::string(32, 's')};
  InboundStream stream(rules, random, t0);
  return Feed(stream, bytes, piece);
}

std::vector<std::string> Out(std::string_view bytes, std::size_t piece, bool asks) {
  PeerPolicy policy;
  if (bytes.size() % 2 == 1) policy.tls = Need::kOptional;
  OutboundStream stream({"s.example", "x.example", policy, {"secret"}, 30s},
                        asks ? std::optional(VerifyQuestion{"id", "key"}) : std::nullopt, t0);
  stream.OnOpen(t0);
  return Feed(stream, bytes, piece);
}

// What comes behind <starttls/> or behind a key in the same piece comes too early, and is judged
// so: only streams without either are the same in all pieces.
bool Waits(const std::vector<std::string>& said) {
  return std::any_of(said.begin(), said.end(),
                     [](const std::string& line) { return line == "tls" || line == "verify"; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto pieces = In(bytes, 1); !Waits(pieces)) Check(In(bytes, size) == pieces);
  for (const bool asks : {false, true}) {
    if (const auto pieces = Out(bytes, 1, asks); !Waits(pieces)) {
      Check(Out(bytes, size, asks) == pieces);
    }
  }
  return 0;
}
