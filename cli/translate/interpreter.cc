#include "cli/translate/interpreter.h"

#include <utility>
#include <variant>

#include "core/envelope/one_of.h"
#include "core/sip/framer.h"
#include "core/translate/sip_answer.h"
#include "core/translate/sip_gate.h"
#include "core/translate/sip_intake.h"
#include "core/translate/xmpp_outgoing.h"
#include "core/xmpp/stanza.h"

namespace dragoman::cli {
namespace {

using envelope::Outcome;
using envelope::Side;
using policy::Reason;

constexpr sip::ConnectionId kConnection = 1;
constexpr std::size_t kTagBytes = 8;

std::string Printed(const xml::Element& stanza) { return xml::Print(stanza, xmpp::kServerNs); }

// ACK has no answer, and a BENOTIFY wants none.
bool IsSilent(const sip::Request& request) {
  return request.method() == "ACK" || request.method() == "BENOTIFY";
}

}  // namespace

Interpreter::Interpreter(const policy::Settings& settings, Assumptions assumptions,
                         RandomSource& random)
    : settings_(settings), assumptions_(std::move(assumptions)), random_(random) {}

void Interpreter::Write(Line::What what, std::string text) {
  exchange_.lines.push_back({what, std::move(text)});
}

void Interpreter::Answer(const std::string& text, bool accepted) {
  if (!text.empty()) Write(Line::What::kAnswer, text);
  exchange_.accepted = exchange_.accepted && accepted;
}

void Interpreter::Answer(const sip::Response& response) {
  Answer(response.ToString(), response.status() < 300);
}

void Interpreter::Drop(const std::string& why) {
  exchange_.dropped = why;
  exchange_.accepted = false;
}

void Interpreter::Finish(const Outcome& outcome) {
  if (const OnOutcome finish = std::exchange(finish_, {})) finish(outcome);
}

// ---- from SIP: what a channel and a front-end do (sip-frontend/)

Result<Exchange, std::string> Interpreter::FromSip(std::string_view bytes) {
  sip::Framer framer;
  framer.Feed(bytes, TimePoint{});
  auto event = framer.Poll();
  if (!event) {  // what is missing never comes
    framer.Advance(TimePoint{} + sip::kMessageMax);
    event = framer.Poll();
  }
  if (!event) return Fail(std::string("no SIP message"));
  if (auto* refused = std::get_if<sip::Framer::Refused>(&*event)) {
    Answer(translate::Explained(std::move(refused->answer)));
  } else if (auto* broken = std::get_if<sip::Framer::Broken>(&*event)) {
    if (broken->answer) Answer(translate::Explained(*std::move(broken->answer)));
    Drop("the connection is closed: " + broken->why);
  } else if (auto* request = std::get_if<sip::Request>(&*event)) {
    Take(std::move(*request));
  } else {
    return Fail(std::string("a response, or nothing: only requests can be looked at"));
  }
  return std::move(exchange_);
}

void Interpreter::Take(sip::Request request) {
  if (const auto refusal = translate::RefuseAtOnce(request, settings_)) {
    if (IsSilent(request)) return Drop(refusal->text.empty() ? "refused" : refusal->text);
    return Answer(translate::Refuse(request, sip::StatelessTag(request), *refusal, settings_));
  }
  transactions_.OnRequest(kConnection, std::move(request), TimePoint{});
  const auto effect = transactions_.Poll();
  if (const auto* serve = effect ? std::get_if<sip::Transactions::Serve>(&*effect) : nullptr) {
    Serve(serve->request);
  } else if (const auto* reject =
                 effect ? std::get_if<sip::Transactions::Reject>(&*effect) : nullptr) {
    Answer(translate::Explained(reject->response));
  } else {
    Drop("it ends in the transaction that it belongs to");
  }
}

void Interpreter::Serve(const sip::Request& request) {
  auto intake = translate::ReceiveSip(
      request,
      {.settings = settings_, .random = random_, .now = assumptions_.now, .edge = std::string()});
  if (const auto* response = std::get_if<sip::Response>(&intake)) return Answer(*response);
  if (const auto* ignored = std::get_if<translate::SipIgnored>(&intake)) return Drop(ignored->why);
  const auto& event = std::get<translate::SipEvent>(intake);
  if (event.response) Answer(*event.response);
  const bool owed = event.message.header.budget_ms > 0;
  finish_ = [&](const Outcome& outcome) {
    if (owed) return Answer(translate::AnswerSip(request, event.local_tag, outcome, settings_));
    if (!outcome.accepted()) Drop(std::string(policy::Name(outcome.reason)));
  };
  Route(event.message);
}

// ---- from XMPP: what a stream and a front-end do (xmpp-frontend/)

Result<Exchange, std::string> Interpreter::FromXmpp(const xml::Element& stanza) {
  auto intake = translate::ReceiveStanza(stanza, {settings_, random_, assumptions_.now, {}});
  if (const auto* reply = std::get_if<translate::XmppReply>(&intake)) {
    for (const xml::Element& one : reply->stanzas)
      Answer(Printed(one), one.Attr("type") != "error");
  } else if (const auto* dropped = std::get_if<translate::XmppDropped>(&intake)) {
    Drop(dropped->why);
  } else {
    const auto& event = std::get<translate::XmppEvent>(intake);
    const bool owed = event.message.header.budget_ms > 0;
    finish_ = [&](const Outcome& outcome) {
      const auto error = owed ? translate::AnswerStanza(event.echo, outcome) : std::nullopt;
      Answer(error ? Printed(*error) : std::string(), outcome.accepted());
    };
    Route(event.message);
  }
  return std::move(exchange_);
}

// ---- between them: what a router does (router/)

void Interpreter::Route(const envelope::Message& message) {
  cause_ = message.header.id;
  std::visit([&](const auto& destination) { Handle(destination, message); },
             routing::Dispatch(message.header, settings_));
}

void Interpreter::Handle(const routing::Refuse& refuse, const envelope::Message&) {
  Finish({.reason = refuse.reason});
}

void Interpreter::Handle(const routing::PassOn&, const envelope::Message& message) {
  envelope::Message onward = message;
  --onward.header.hops;
  Finish({.reason = Deliver(onward)});
}

void Interpreter::Handle(const routing::ToPresence& to, const envelope::Message& message) {
  using namespace envelope;
  const auto event =
      DecodeOneOf<presence::Event, Subscribe, Unsubscribe, Approve, Deny, Probe, PresenceUpdate>(
          message.header.kind, message.payload);
  if (!event) return Finish({.reason = Reason::kMalformed});
  Presence(PresenceBefore(to.watcher, to.presentity, *event, situation()), *event);
}

void Interpreter::Presence(presence::Record record, const presence::Event& event) {
  presence::Step step = presence::Advance(
      std::move(record), event,
      {assumptions_.now, random_, settings_.presence.refresh, /*redelivered=*/false});
  std::vector<presence::CommandDone> done;
  for (const envelope::Effect& effect : step.effects) {
    if (const auto* to_sip = std::get_if<envelope::ToSip>(&effect)) {
      done.push_back({to_sip->command, CarryOut(*to_sip)});
    } else if (const auto* to_xmpp = std::get_if<envelope::ToXmpp>(&effect)) {
      CarryOut(*to_xmpp);
    } else if (const auto* farewell = std::get_if<envelope::Farewell>(&effect)) {
      CarryOut(*farewell);
    } else {
      Finish(std::get<envelope::Answer>(effect).outcome);
    }
  }
  for (presence::CommandDone& one : done) {
    presence::Step next = presence::Advance(
        step.record, one, {assumptions_.now, random_, settings_.presence.refresh, false});
    step.record = next.record;
    for (const envelope::Effect& effect : next.effects) {
      if (const auto* to_sip = std::get_if<envelope::ToSip>(&effect)) CarryOut(*to_sip);
      if (const auto* to_xmpp = std::get_if<envelope::ToXmpp>(&effect)) CarryOut(*to_xmpp);
    }
  }
}

void Interpreter::Handle(const routing::ToConversation& to, const envelope::Message& message) {
  using namespace envelope;
  const auto event = DecodeOneOf<chat::Event, Chat, ChatState, SessionOpen, SessionClose>(
      message.header.kind, message.payload);
  if (!event) return Finish({.reason = Reason::kMalformed});
  std::optional<SipDialog> dialog;
  if (const auto* chat = std::get_if<Chat>(&*event)) dialog = chat->dialog;
  if (const auto* open = std::get_if<SessionOpen>(&*event); open != nullptr && open->in_dialog)
    dialog = open->dialog;
  if (const auto* close = std::get_if<SessionClose>(&*event)) dialog = close->dialog;
  if (const auto* state = std::get_if<ChatState>(&*event)) {
    dialog = state->dialog;
    if (!dialog) return Handle(routing::PassOn{}, message);  // news, for all that is known
  }
  // Pages need no record (ARCH-15).
  const bool page = std::holds_alternative<Chat>(*event) && !dialog;
  if (page && settings_.sip.dialect == policy::Dialect::kStandard)
    return Handle(routing::PassOn{}, message);
  const chat::Step step = chat::Advance(ChatBefore(to.sip_user, to.xmpp_user, dialog, situation()),
                                        *event, assumptions_.now);
  for (const Effect& effect : step.effects) {
    if (const auto* to_xmpp = std::get_if<ToXmpp>(&effect)) CarryOut(*to_xmpp);
    if (const auto* to_sip = std::get_if<ToSip>(&effect)) CarryOut(*to_sip);
    if (const auto* answer = std::get_if<envelope::Answer>(&effect)) Finish(answer->outcome);
  }
  if (!step.forward) return;
  envelope::Message addressed = message;
  if (addressed.header.to.resource.empty()) addressed.header.to = *step.forward;
  Handle(routing::PassOn{}, addressed);
}

void Interpreter::Handle(const routing::ToSending& to, const envelope::Message& message) {
  using namespace envelope;
  using Content = std::variant<Chat, ChatState>;
  const auto content = DecodeOneOf<Content, Chat, ChatState>(message.header.kind, message.payload);
  if (!content) return Finish({.reason = Reason::kMalformed});
  // That a page may tell of typing is known from what came before (COMP-6).
  const chat::SendContext context{assumptions_.now, random_, settings_.sip.dialect, true,
                                  assumptions_.before == Before::kOpen};
  chat::Sending sending(message.header.from, *content);
  chat::Step step =
      sending.Start(ChatBefore(to.sip_user, to.xmpp_user, std::nullopt, situation()), context);
  // Each step has one effect: a request to SIP, or the end.
  while (!step.effects.empty()) {
    const envelope::Effect effect = step.effects.front();
    if (const auto* to_sip = std::get_if<ToSip>(&effect)) {
      const Outcome outcome = CarryOut(*to_sip);
      step = sending.OnOutcome(std::move(step.record), outcome, context);
      continue;
    }
    if (const auto* answer = std::get_if<envelope::Answer>(&effect)) Finish(answer->outcome);
    return;
  }
}

void Interpreter::Handle(const routing::ToPage&, const envelope::Message& message) {
  const auto receipt = envelope::Decode<envelope::Receipt>(message.payload);
  if (!receipt) return Finish({.reason = Reason::kMalformed});
  Finish(CarryOut(
      envelope::ToSip{message.header.from, message.header.to, {.dialog = {}, .act = *receipt}}));
}

// ---- effects: to the other front-end and out

void Interpreter::CarryOut(const envelope::ToXmpp& effect) {
  const envelope::MessageId id = envelope::DerivedId(cause_, derived_++);
  std::visit(
      [&](const auto& payload) {
        Deliver(envelope::MakeMessage(id, Side::kSip, effect.from, effect.to, payload));
      },
      effect.payload);
}

// Nobody is assumed to watch the other way round.
void Interpreter::CarryOut(const envelope::Farewell& farewell) {
  envelope::PresenceUpdate gone;
  gone.resources.emplace_back();
  CarryOut(envelope::ToXmpp{farewell.from, farewell.to, std::move(gone)});
}

Outcome Interpreter::CarryOut(const envelope::ToSip& effect) {
  const envelope::MessageId id = envelope::DerivedId(cause_, derived_++);
  const envelope::Message message =
      envelope::MakeMessage(id, Side::kXmpp, effect.from, effect.to, effect.command);
  const auto outgoing =
      translate::ComposeSip(message.header, effect.command,
                            {.settings = settings_, .random = random_, .now = assumptions_.now});
  if (!outgoing) return {.reason = outgoing.error()};
  return Carry(*outgoing);
}

Reason Interpreter::Deliver(const envelope::Message& message) {
  const auto stanzas = translate::ToStanzas(message, settings_);
  if (!stanzas) return stanzas.error();
  for (const xml::Element& stanza : *stanzas) Write(Line::What::kToXmpp, Printed(stanza));
  return Reason::kNone;
}

Outcome Interpreter::Carry(const translate::OutgoingSip& outgoing) {
  if (++requests_ > kRequestsMax) return {.reason = Reason::kOverloaded};
  const auto drain = [this] {
    std::optional<sip::Transactions::Conclude> concluded;
    while (auto effect = transactions_.Poll()) {
      if (auto* send = std::get_if<sip::Transactions::Send>(&*effect))
        Write(Line::What::kToSip, std::move(send->bytes));
      if (auto* done = std::get_if<sip::Transactions::Conclude>(&*effect))
        concluded = std::move(*done);
    }
    return concluded;
  };
  transactions_.Start(kConnection, outgoing.request, TimePoint{});
  drain();
  const sip::Response response = PeerAnswerTo(outgoing.request);
  Write(Line::What::kAssumed,
        "SIP/2.0 " + std::to_string(response.status()) + " " + response.reason());
  transactions_.OnResponse(kConnection, response, TimePoint{});
  const auto concluded = drain();
  if (!concluded) return translate::Conclude(outgoing, translate::NoResponse::kTimeout);
  if (outgoing.request.method() == "INVITE" && response.IsSuccess()) {
    transactions_.Acknowledge(
        concluded->id,
        translate::ComposeAck(outgoing, concluded->response,
                              {.settings = settings_, .random = random_, .now = assumptions_.now}));
    drain();
  }
  return translate::Conclude(outgoing, concluded->response);
}

sip::Response Interpreter::PeerAnswerTo(const sip::Request& request) {
  PeerAnswer answer;
  if (requests_ <= assumptions_.answers.size()) answer = assumptions_.answers[requests_ - 1];
  sip::Response response =
      sip::MakeResponse(request, answer.status, RandomToken(random_, kTagBytes));
  const auto to = sip::NameAddr::Parse(request.Get("To"));
  if (answer.contact.empty() && response.IsSuccess() && to) answer.contact = to->uri;
  if (!answer.contact.empty()) response.Add("Contact", "<" + answer.contact + ">");
  return response;
}

}  // namespace dragoman::cli
