// What others have asked this process: each id is handled once, and answered once.
//
// An id that was handled is not delivered again: its Outcome is remembered (kRememberedMax) and
// sent again. When whoever asked is lost without having died, it asks somebody else: what was not
// begun by then is withdrawn (F-5, F-11), all of it at once, so that what is asked again keeps its
// order. Each delivery has a ticket: one that was withdrawn is told apart from a later one of the
// same id.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/time.h"
#include "core/envelope/message.h"
#include "core/routing/member.h"

namespace dragoman::routing {

inline constexpr std::size_t kRememberedMax = 65536;          // outcomes kept to answer repetitions
inline constexpr std::size_t kRememberedBytesMax = 32 << 20;  // of these
inline constexpr std::size_t kDeliveriesMax = 65536;          // not answered yet
inline constexpr Duration kBudgetMax{120'000};                // above every budget there is

class Deliveries {
 public:
  enum class Arrival : std::uint8_t { kNew, kUnderWay, kHandled, kTooMany };

  // kHandled: Remembered(id) has what was answered.
  // Gives a new one its header.ticket.
  Arrival OnRequest(const LinkId& link, const std::string& asker, envelope::Header& header,
                    TimePoint now);
  const std::string& Remembered(const envelope::MessageId& id) const { return remembered_.at(id); }

  struct Asker {
    std::string instance;
    LinkId link;  // on which it asked
  };
  // Who gets the Outcome; nullopt: its time has passed, or it was withdrawn.
  std::optional<Asker> OnReply(const envelope::MessageId& id, std::string outcome);
  // True: it is to be acted upon now, and stays.
  bool Begin(const envelope::Header& header);
  // What was begun and is not answered: who does it again would do it twice.
  std::vector<envelope::MessageId> Begun() const;
  // Those that are withdrawn.
  std::vector<envelope::MessageId> OnLost(const std::string& asker, Loss how);
  std::vector<envelope::MessageId> OnUp(const std::string& asker);  // it did not die, then

  std::vector<envelope::MessageId> Advance(TimePoint now);  // those whose time has passed
  TimePoint Deadline() const;
  std::size_t size() const { return open_.size(); }

 private:
  using Deadlines = std::multimap<TimePoint, envelope::MessageId>;
  struct Delivery {
    Asker asker;
    Deadlines::iterator deadline;  // goes with it
    std::uint64_t ticket = 0;
    bool begun = false;
    bool orphan = false;  // its asker's link ended
  };
  using Open = std::unordered_map<envelope::MessageId, Delivery, envelope::MessageIdHash>;
  void Close(Open::iterator delivery);
  template <typename Condition>
  std::vector<envelope::MessageId> Withdraw(Condition condition);
  void Remember(const envelope::MessageId& id, std::string outcome);

  Open open_;
  Deadlines deadlines_;  // one for each that is open
  std::unordered_map<envelope::MessageId, std::string, envelope::MessageIdHash> remembered_;
  std::deque<envelope::MessageId> remembered_order_;
  std::size_t remembered_bytes_ = 0;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace dragoman::routing
