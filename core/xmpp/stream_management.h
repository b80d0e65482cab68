// Acknowledgement of stanzas, both directions, and the elements that carry it. XEP-0198; SM-3..6.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/xml/element.h"

namespace dragoman::xmpp {

using namespace std::chrono_literals;

inline constexpr std::string_view kManagementNs = "urn:xmpp:sm:3";
inline constexpr std::string_view kManagementFeature = "<sm xmlns='urn:xmpp:sm:3'/>";
inline constexpr std::string_view kAckRequest = "<r xmlns='urn:xmpp:sm:3'/>";
// Taken and not acknowledged yet, on one stream: above, the partner sends faster than SIP answers.
inline constexpr std::size_t kOpenStanzasMax = 100'000;
inline constexpr Duration kResumeMax = 120s;  // how long a lost stream can be taken up again

// What came in on a stream, and how much of it was answered for. Stanzas are answered in any order;
// `handled` counts those before the first that is not, so that what it covers is really done.
class Acknowledger {
 public:
  std::uint64_t Take();               // a stanza came; its number, from 1
  void Settle(std::uint64_t number);  // it was delivered, or its error is on its way; once
  std::uint32_t handled() const { return static_cast<std::uint32_t>(handled_); }  // mod 2^32
  bool full() const { return open_.size() >= kOpenStanzasMax; }
  bool settled() const { return open_.empty(); }  // everything that came is handled

  // The partner asked how far we are. True once everything it had sent by then is handled: the time
  // to tell it without being asked again.
  void Ask() { asked_ = handled_ + open_.size(); }
  bool TakeDue();
  void OnProgress(std::function<void()> progress) { progress_ = std::move(progress); }

 private:
  std::uint64_t handled_ = 0;
  std::uint64_t asked_ = 0;
  std::deque<bool> open_;  // of handled_ + 1 and those behind it: settled?
  std::function<void()> progress_;
};

struct Enabled {
  std::string id;  // empty: it cannot be resumed
};
std::string PrintEnable();
std::string PrintEnabled(std::string_view id);
std::string PrintResume(std::string_view previous, std::uint32_t handled);
std::string PrintResumed(std::string_view previous, std::uint32_t handled);
// `condition`: of the stanza errors' namespace.
std::string PrintFailed(std::string_view condition);
std::string PrintAck(std::uint32_t handled);

Enabled ReadEnabled(const xml::Element& element);
bool WantsResume(const xml::Element& enable);
// The number in `h`; nullopt if there is none or it is no 32-bit number.
std::optional<std::uint32_t> ReadHandled(const xml::Element& element);

}  // namespace dragoman::xmpp
