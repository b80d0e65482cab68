// One process on the bus, as a machine: membership, what it has asked others, what others have
// asked it. The same in every process. A front-end has one link to each router; a router has one
// link for each process that greeted it. Frames go in and come out; what they mean to SIP or XMPP
// is not known here.
//
// What comes is believed as far as the sender's role goes (T-50), and only on a link that is
// greeted.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/envelope/message.h"
#include "core/routing/deliveries.h"
#include "core/routing/member.h"
#include "core/routing/membership.h"
#include "core/routing/requests.h"

namespace dragoman::routing {

class Node {
 public:
  struct Send {
    LinkId link;
    std::string header;
    std::string payload;
  };
  struct Deliver {
    envelope::Message message;
  };  // to be answered with Reply once, unless it is withdrawn
  struct Lapsed {
    envelope::MessageId id;
  };  // it was delivered, and its time has passed without Reply
  struct Withdrawn {
    envelope::MessageId id;
  };  // it was delivered, and is not to be begun any more: somebody else was asked
  using Finish = Requests::Finish;
  using MemberUp = routing::MemberUp;
  using MemberLost = routing::MemberLost;
  using Refused = routing::Refused;
  using Woke = routing::Woke;
  using Effect =
      std::variant<Send, Deliver, Lapsed, Withdrawn, Finish, MemberUp, MemberLost, Refused, Woke>;

  Node(const envelope::Hello& self, TimePoint now);

  // A front-end's links, named by the routers' endpoints.
  void AddLink(const LinkId& link, TimePoint now);
  void RemoveLink(const LinkId& link, TimePoint now);
  bool IsUp(const LinkId& link) const { return members_.IsUp(link); }

  void OnLinkUp(const LinkId& link, TimePoint now);
  void OnLinkDown(const LinkId& link, TimePoint now);
  // The bus could not send a frame of this header: what was asked with it ends with `reason`.
  void OnUnsent(const LinkId& link, std::string_view header, policy::Reason reason, TimePoint now);
  // Nor did one of this header reach its peer, whose link is down: OnLinkDown follows.
  void OnUnreached(const LinkId& link, std::string_view header);
  void OnFrames(const LinkId& link, std::string_view header, std::string payload, TimePoint now);

  // header.budget_ms must be > 0. Its id must be new, or the id of the delivery that it passes on.
  void Request(envelope::Message message, Target target, TimePoint now);
  void Reply(const envelope::MessageId& id, const envelope::Outcome& outcome, TimePoint now);
  // To be asked right before a delivery is acted upon where that cannot be undone, with the header
  // that was delivered. False: it was withdrawn, or its time has passed.
  bool Begin(const envelope::Header& header) { return deliveries_.Begin(header); }

  // Tells everybody to ask others from now on. What was on its way still comes, and is served.
  void Drain(TimePoint now);
  // The end of Drain's patience: what was asked is refused. What others asked and was begun is to
  // be refused too; what was not begun they ask others when our links end.
  void GiveUp(TimePoint now);
  std::vector<envelope::MessageId> Begun() const { return deliveries_.Begun(); }
  // Nothing is open, and after Drain nothing more can come.
  bool Idle() const;

  void Advance(TimePoint now);
  TimePoint Deadline() const;
  std::optional<Effect> Poll();

  std::size_t open_requests() const { return requests_.size(); }
  std::size_t open_deliveries() const { return deliveries_.size(); }
  // Front-end: whether a router chooses us for `key`, as far as they have told.
  bool IsChosen(std::uint64_t key) const { return members_.IsChosen(key); }
  std::size_t members(envelope::Role role) const { return members_.count(role); }  // live ones
  // The instance that Request would pick now; empty if none.
  const std::string& Choose(const Target& target) const { return members_.Choose(target); }

 private:
  void OnMembership(const LinkId& link, envelope::Kind kind, std::string_view payload,
                    TimePoint now);
  void OnRequest(const LinkId& link, envelope::Header header, std::string payload, TimePoint now);
  void Refuse(const LinkId& link, envelope::Kind kind, Objection why, std::string detail = {});
  void SendOutcome(const LinkId& link, const envelope::MessageId& id, std::string payload);
  void Settle(TimePoint now);  // carries out what the parts want
  void Emit(Effect effect) { effects_.push_back(std::move(effect)); }

  envelope::Role role_;
  Membership members_;
  Requests requests_;
  Deliveries deliveries_;
  std::deque<Effect> effects_;
  bool draining_ = false;
};

}  // namespace dragoman::routing
