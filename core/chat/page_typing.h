// Typing in page mode: who may be told of it, and for how long a SIP user is believed to be typing.
// RFC 3994 §3.3, §4; COMP-3, COMP-4, COMP-6.
//
// What is here is worth nothing after a restart but a typing notification more or less, so it is
// kept in memory: the pairs used last, up to a bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/base/time.h"
#include "core/envelope/address.h"

namespace dragoman::chat {

inline constexpr std::size_t kPageTypingMax = 10'000;  // pairs
inline constexpr Duration kComposingMax{120'000};      // without a refresh of its own (COMP-4)
inline constexpr Duration kRefreshMax{600'000};        // believed of a refresh that is longer

struct Pair {
  envelope::Address sip_user;   // bare
  envelope::Address xmpp_user;  // bare
  friend bool operator==(const Pair&, const Pair&) = default;
};

class PageTyping {
 public:
  // The SIP user wrote a page: it speaks this way, and does not type any more.
  void OnText(const Pair& pair);
  // The SIP user says that it types, or that it stopped. `refresh`: in seconds, as it said, 0 if it
  // did not; a longer one than kRefreshMax is taken for that.
  // True: news, which XMPP is to be told.
  bool OnState(const Pair& pair, bool composing, std::uint32_t refresh, TimePoint now);

  // Whether the SIP user may be told that the XMPP user types: it has written, and never refused.
  bool MayTell(const Pair& pair) const;
  void OnRefused(const Pair& pair);  // with 415

  void Advance(TimePoint now);
  TimePoint Deadline() const;
  std::optional<Pair> Poll();  // its SIP user stopped typing without saying so

  std::size_t size() const { return entries_.size(); }

 private:
  using Deadlines = std::multimap<TimePoint, std::string>;  // keys of those who type
  struct Entry {
    Pair pair;
    bool refused = false;
    // Its only one, however often it says that it types; nullopt: it does not.
    std::optional<Deadlines::iterator> composing_until = {};
  };
  using Entries = std::list<Entry>;  // the one used last in front
  Entry& Touch(const Pair& pair);
  void Stop(Entry& entry);
  static std::string Key(const Pair& pair);

  Deadlines deadlines_;
  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> by_key_;
  std::deque<Pair> stopped_;
};

}  // namespace dragoman::chat
