// What an authenticated stanza means: the bus message to hand to a router, stanzas to send back, or
// nothing. IM-1..3, IM-23, COMP-1, SUB-5, SUB-14, XST-1..9, ERR-7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/envelope/message.h"
#include "core/policy/reason.h"
#include "core/policy/settings.h"
#include "core/xml/element.h"

namespace dragoman::translate {

// The INVITE before it may ring for 90 s.
inline constexpr std::uint32_t kChatToSipBudgetMs = 95'000;

struct XmppContext {
  const policy::Settings& settings;
  RandomSource& random;
  WallTime now;
  std::string_view stream_lang;  // xml:lang of the stream; empty if it had none
};

// The addressing of a stanza that is owed an answer (name, id, from, to, type), without its
// content.
struct XmppEvent {
  envelope::Message message;
  xml::Element echo;  // keep it until the Outcome; AnswerStanza takes it
};

struct XmppReply {
  std::vector<xml::Element> stanzas;
  policy::Reason reason = policy::Reason::kNone;  // why the stanza was refused, if it was
};

struct XmppDropped {
  std::string why;  // for the log and the counter `dropped`; no content of the stanza
};

using XmppIntake = std::variant<XmppEvent, XmppReply, XmppDropped>;

// The stream has proven the domain of `from` and accepted that of `to` before this is called.
XmppIntake ReceiveStanza(const xml::Element& stanza, const XmppContext& context);

// The error stanza for a failed outcome, or nullopt: accepted outcomes and failures of stanzas that
// are owed no error (chat states, presence answers) have no stanza.
std::optional<xml::Element> AnswerStanza(const xml::Element& echo,
                                         const envelope::Outcome& outcome);

// Whether presence was not taken for some trouble of ours: no server says it again, so it has to be
// asked for (SUB-13).
bool IsLostPresence(envelope::Kind kind, const envelope::Outcome& outcome);

}  // namespace dragoman::translate
