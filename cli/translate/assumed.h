// What is taken for granted when one message is looked at by itself: who is served, and what
// happened before.
#pragma once

#include <optional>
#include <string>

#include "core/base/random.h"
#include "core/chat/machine.h"
#include "core/policy/settings.h"
#include "core/presence/machine.h"
#include "core/sip/message.h"
#include "core/xml/element.h"

namespace dragoman::cli {

enum class Before {
  kLikely,   // the state in which the message means most: what is in a dialog finds it known
  kNothing,  // the two never had to do with one another
  kOpen,     // they chat: a session is open, or pages went to and fro; and they see each other
};

// Settings that serve the two domains of a message: the SIP user's and, as partner, the XMPP
// user's. An address that has no form on the other side serves none.
policy::Settings SettingsFor(const sip::Request& request);
policy::Settings SettingsFor(const xml::Element& stanza);

// "01", "02", … from a seed: the same on every machine. SHA-256 over seed and count.
class SeededRandom : public RandomSource {
 public:
  explicit SeededRandom(std::string seed) : seed_(std::move(seed)) {}
  void Fill(std::span<std::uint8_t> bytes) override;

 private:
  std::string seed_;
  std::uint64_t count_ = 0;
};

struct Situation {
  Before before = Before::kLikely;
  WallTime now;
  const policy::Settings& settings;
};

// `dialog`: of the event, if it came inside one.
chat::Record ChatBefore(const envelope::Address& sip_user, const envelope::Address& xmpp_user,
                        const std::optional<envelope::SipDialog>& dialog,
                        const Situation& situation);
presence::Record PresenceBefore(const envelope::Address& watcher,
                                const envelope::Address& presentity, const presence::Event& event,
                                const Situation& situation);

}  // namespace dragoman::cli
