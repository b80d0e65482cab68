// One message through the whole gateway, without its processes: the same functions in the same
// order, each request that goes out answered as it is assumed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/translate/assumed.h"
#include "cli/translate/exchange.h"
#include "core/base/result.h"
#include "core/chat/page_typing.h"
#include "core/chat/sending.h"
#include "core/envelope/message.h"
#include "core/routing/dispatch.h"
#include "core/sip/transaction.h"
#include "core/translate/sip_outgoing.h"
#include "core/translate/xmpp_intake.h"

namespace dragoman::cli {

inline constexpr std::size_t kRequestsMax = 16;  // to SIP, that one message may lead to

struct PeerAnswer {
  std::uint16_t status = 200;
  std::string contact;  // a URI; empty: of a 2xx the SIP user's own, else none
};

struct Assumptions {
  Before before = Before::kLikely;
  std::vector<PeerAnswer> answers;  // of the SIP side, in order; after them 200
  WallTime now;
};

class Interpreter {
 public:
  Interpreter(const policy::Settings& settings, Assumptions assumptions, RandomSource& random);

  // Takes one, once. Errors: one line; what is there is no message that the gateway would look at.
  Result<Exchange, std::string> FromSip(std::string_view bytes);
  Result<Exchange, std::string> FromXmpp(const xml::Element& stanza);

 private:
  using OnOutcome = std::function<void(const envelope::Outcome&)>;

  void Take(sip::Request request);
  void Serve(const sip::Request& request);
  void Answer(const std::string& text, bool accepted);
  void Answer(const sip::Response& response);
  void Finish(const envelope::Outcome& outcome);  // of the message at hand; the first one counts
  void Drop(const std::string& why);

  // As the router does with what Dispatch says (router/flows.cc), without a store.
  void Route(const envelope::Message& message);
  void Handle(const routing::ToPresence& to, const envelope::Message& message);
  void Handle(const routing::ToConversation& to, const envelope::Message& message);
  void Handle(const routing::ToSending& to, const envelope::Message& message);
  void Handle(const routing::PassOn&, const envelope::Message& message);
  void Handle(const routing::ToPage&, const envelope::Message& message);
  void Handle(const routing::ToDomains&, const envelope::Message&) {}  // no message asks for it
  void Handle(const routing::Refuse& refuse, const envelope::Message&);

  void Presence(presence::Record record, const presence::Event& event);
  void CarryOut(const envelope::ToXmpp& effect);
  void CarryOut(const envelope::Farewell& farewell);
  envelope::Outcome CarryOut(const envelope::ToSip& effect);
  policy::Reason Deliver(const envelope::Message& message);
  envelope::Outcome Carry(const translate::OutgoingSip& outgoing);
  sip::Response PeerAnswerTo(const sip::Request& request);
  void Write(Line::What what, std::string text);
  Situation situation() const { return {assumptions_.before, assumptions_.now, settings_}; }

  const policy::Settings& settings_;
  Assumptions assumptions_;
  RandomSource& random_;
  sip::Transactions transactions_;
  envelope::MessageId cause_{};
  std::uint32_t derived_ = 0;
  std::size_t requests_ = 0;
  OnOutcome finish_;
  Exchange exchange_;
};

}  // namespace dragoman::cli
