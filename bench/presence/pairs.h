// Pairs as the machine leaves them once one of the two was approved and shown a state.
#pragma once

#include <cstddef>
#include <string>

#include "core/presence/record.h"

namespace dragoman::bench {

// Of pair `number`: `length` hexadecimal digits that a compressor cannot foresee.
std::string Token(std::size_t number, std::size_t length);

// What is the same for all pairs of a run.
struct Sample {
  envelope::Side watchers = envelope::Side::kSip;
  bool microsoft = true;  // with what an Edge Server adds, ocs-dialect §4.2
  std::string edge = "sip.contoso.com:5061";
  WallTime now{};  // of the last change
};

// Twenty contacts a watcher. SIP users are of contoso.com, XMPP users of jabber.example.org.
presence::Record PairOf(std::size_t number, const Sample& sample);

}  // namespace dragoman::bench
