// One message on its way from XMPP to SIP: in the session if there is one, opening one if not, or
// as a page. ocs-dialect §3.5, §3.10; IM-6, IM-11. While it is under way its successors wait
// (design §4: order).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/chat/machine.h"
#include "core/chat/record.h"
#include "core/envelope/effect.h"
#include "core/policy/settings.h"

namespace dragoman::chat {

struct SendContext {
  WallTime now;
  RandomSource& random;
  policy::Dialect dialect;
  bool may_open = true;      // a session: its sender has not opened too many (L-24)
  bool tell_typing = false;  // a page may say that the XMPP user types (COMP-6)
};

class Sending {
 public:
  // `from` may be a full address; chat states travel the same way as messages.
  Sending(envelope::Address from, std::variant<envelope::Chat, envelope::ChatState> payload)
      : from_(std::move(from)), payload_(std::move(payload)) {}

  bool is_state() const { return std::holds_alternative<envelope::ChatState>(payload_); }

  // Each Step holds one ToSip, whose Outcome goes to OnOutcome with the record as it is then; or an
  // Answer, which ends it.
  Step Start(Record record, const SendContext& context);
  Step OnOutcome(Record record, const envelope::Outcome& outcome, const SendContext& context);
  // Instead of OnOutcome where no record can be had: the BYE for a session that `outcome` opened,
  // and that nobody would know of.
  std::optional<envelope::ToSip> TakeBack(const envelope::Address& sip_user,
                                          const envelope::Outcome& outcome) const;
  // Likewise: what its sender hears, if the message has been read.
  std::optional<envelope::Outcome> Read(const envelope::Outcome& outcome) const;

 private:
  enum class Sent : std::uint8_t { kNothing, kInvite, kInSession, kPage };
  Step Next(Record record, const SendContext& context);
  Step Invite(Record record, const SendContext& context);
  Step InSession(Record record);
  Step Page(Record record);
  Step End(Record record, envelope::Outcome outcome);
  envelope::SipCommand Command(envelope::SipDialog dialog) const;

  envelope::Address from_;
  std::variant<envelope::Chat, envelope::ChatState> payload_;
  envelope::SipDialog dialog_;  // of the command that is under way
  Sent sent_ = Sent::kNothing;
  bool reinvited_ = false;
};

}  // namespace dragoman::chat
