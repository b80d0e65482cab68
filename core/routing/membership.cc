#include "core/routing/membership.h"

#include <algorithm>
#include <utility>

#include "core/routing/rendezvous.h"
#include "core/routing/vocabulary.h"

namespace dragoman::routing {

using envelope::Beat;
using envelope::Goodbye;
using envelope::Hello;
using envelope::Kind;
using envelope::Role;

namespace {

std::string_view MajorOf(std::string_view version) { return version.substr(0, version.find('.')); }

std::uint64_t MarkOf(TimePoint now) {
  return static_cast<std::uint64_t>(now.time_since_epoch().count());
}

TimePoint TimeOf(std::uint64_t mark) {
  return TimePoint(Duration(static_cast<std::int64_t>(mark)));
}

std::string Detail(const Hello& hello, Objection why) {
  switch (why) {
    case Objection::kVersion:
      return "version " + hello.version;
    case Objection::kRole:
      return "role " + std::string(Name(hello.role));
    default:
      return {};
  }
}

}  // namespace

Membership::Peer* Membership::Find(const LinkId& link) {
  const auto found = peers_.find(link);
  return found == peers_.end() ? nullptr : &found->second;
}

const Membership::Peer* Membership::Find(const LinkId& link) const {
  const auto found = peers_.find(link);
  return found == peers_.end() ? nullptr : &found->second;
}

// A front-end has chosen its links; what still comes on one that it left is nothing any more.
bool Membership::IsOurs(const LinkId& link) const {
  return self_.role == Role::kRouter || peers_.contains(link);
}

void Membership::AddLink(const LinkId& link, TimePoint now) {
  Peer& peer = peers_[link];
  if (std::exchange(peer.configured, true)) return;
  peer.ours = ++last_session_;
  Greet(link, peer, now);
}

void Membership::RemoveLink(const LinkId& link, TimePoint now) {
  OnLinkDown(link, now);
  peers_.erase(link);
}

void Membership::OnLinkUp(const LinkId& link, TimePoint now) {
  Peer* peer = Find(link);
  if (peer != nullptr && !peer->up) Greet(link, *peer, now);
}

void Membership::OnLinkDown(const LinkId& link, TimePoint) {
  Peer* peer = Find(link);
  if (peer == nullptr) return;
  if (peer->up) Lose(*peer, Loss::kClosed);
  if (!peer->configured) {
    peers_.erase(link);
    return;
  }
  peer->instance.clear();
  peer->theirs = 0;
  peer->objected.reset();
}

std::optional<Objection> Membership::Judge(const LinkId& link, const Hello& hello) const {
  const Peer* peer = Find(link);
  if (peer == nullptr && peers_.size() >= kLinksMax) return Objection::kTooMany;
  if (!MayMeet(self_.role, hello.role)) return Objection::kRole;
  if (peer != nullptr && !peer->instance.empty() && peer->role != hello.role)
    return Objection::kRole;
  if (MajorOf(hello.version) != MajorOf(self_.version)) return Objection::kVersion;
  if (hello.instance == self_.instance) return Objection::kDuplicate;
  const auto known = members_.find(hello.instance);
  if (known != members_.end() && known->second != link) return Objection::kDuplicate;
  return std::nullopt;
}

void Membership::Object(const LinkId& link, const Hello& hello, Objection why, TimePoint now) {
  std::uint32_t told_at = 1;
  if (why == Objection::kDuplicate && hello.instance != self_.instance) {
    // Perhaps it has only lost its connection: a Beat finds out. Then its next Hello is good.
    const LinkId& other = members_.at(hello.instance);
    SendBeat(other, peers_.at(other));
    told_at = 2;
  }
  if (why != Objection::kTooMany) {
    Peer& peer = peers_[link];
    if (!peer.up) peer.heard = now;
    peer.objections = std::exchange(peer.objected, why) == why ? peer.objections + 1 : 1;
    if (peer.objections != told_at) return;
  }
  Emit(Refused{link, hello.instance, Kind::kHello, why, Detail(hello, why)});
}

void Membership::OnHello(const LinkId& link, const Hello& hello, TimePoint now) {
  if (!IsOurs(link)) return;
  if (const auto why = Judge(link, hello)) return Object(link, hello, *why, now);
  Peer& peer = peers_[link];
  if (peer.ours == 0) peer.ours = ++last_session_;
  const bool anew = peer.instance != hello.instance || peer.theirs != hello.session;
  if (anew && peer.up)
    Lose(peer, peer.instance == hello.instance ? Loss::kRestarted : Loss::kClosed);
  if (anew) {
    peer.mark = peer.told = 0;
    peer.fresh = hello.fresh;
    peer.siblings.clear();
  }
  self_.fresh = false;
  peer.objected.reset();
  peer.instance = hello.instance;
  peer.role = hello.role;
  peer.theirs = hello.session;
  peer.heard = now;
  const bool counts = hello.session != 0;
  const bool answered = !counts || hello.answers == peer.ours;
  // Before anything else is sent there: it shall find us greeted.
  if (anew || !answered || !counts) Greet(link, peer, now);
  if (answered && !peer.up) Raise(link, peer, now);
}

void Membership::OnBeat(const LinkId& link, const Beat& beat, TimePoint now) {
  Peer* peer = Find(link);
  if (peer == nullptr || !peer->up) return Remind(link, now);
  peer->heard = peer->beat = now;
  peer->mark = beat.sent;
  peer->siblings = beat.siblings;
  if (beat.heard > peer->told && beat.heard <= last_mark_) {
    peer->told = beat.heard;
    peer->hears_us = std::max(peer->hears_us, TimeOf(beat.heard));
  }
  if (!beat.draining || peer->draining) return;
  SetDraining(*peer);
  SendBeat(link, *peer);  // it waits to hear that we know
}

void Membership::OnGoodbye(const LinkId& link) {
  if (Peer* peer = Find(link); peer != nullptr && peer->up) SetDraining(*peer);
}

void Membership::OnSign(const LinkId& link, TimePoint now) {
  if (Peer* peer = Find(link)) peer->heard = now;
}

void Membership::SetDraining(Peer& peer) {
  if (!std::exchange(peer.draining, true)) Count();
}

// A link of nobody is answered too: whoever speaks there has not noticed that we are new.
void Membership::Remind(const LinkId& link, TimePoint now) {
  if (!IsOurs(link)) return;
  Peer* peer = Find(link);
  if (peer == nullptr) {
    if (peers_.size() >= kLinksMax) return;
    peer = &peers_[link];
    peer->ours = ++last_session_;
    peer->heard = now;
  } else if (peer->greeted + kBeatInterval > now) {
    return;
  }
  Greet(link, *peer, now);
}

void Membership::Greet(const LinkId& link, Peer& peer, TimePoint now) {
  peer.greeted = now;
  Hello hello = self_;
  hello.session = peer.ours;
  hello.answers = peer.theirs;
  Emit(Send{link, Kind::kHello, envelope::Encode(hello)});
  if (draining_) SendBeat(link, peer);
}

void Membership::SendBeat(const LinkId& link, const Peer& peer) {
  Beat beat{static_cast<std::uint32_t>(open_requests_), draining_, last_mark_, peer.mark, {}};
  if (self_.role == Role::kRouter && !peer.draining) {
    const auto& siblings = candidates_[static_cast<std::size_t>(peer.role)];
    beat.siblings.assign(siblings.begin(), siblings.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                  siblings.size(), kSiblingsMax)));
  }
  Emit(Send{link, Kind::kBeat, envelope::Encode(beat)});
}

void Membership::Raise(const LinkId& link, Peer& peer, TimePoint now) {
  peer.up = true;
  peer.draining = false;
  peer.heard = peer.beat = peer.hears_us = now;
  members_[peer.instance] = link;
  Count();
  const bool first = met_.insert(peer.role).second;
  Emit(MemberUp{peer.role, peer.instance, first && peer.fresh});
}

void Membership::Lose(Peer& peer, Loss how) {
  peer.up = false;
  peer.ours = ++last_session_;
  members_.erase(peer.instance);
  Count();
  Emit(MemberLost{peer.role, peer.instance, how, peer.draining});
}

void Membership::Count() {
  for (auto& instances : candidates_) instances.clear();
  for (const auto& [instance, link] : members_) {
    const Peer& peer = peers_.at(link);
    if (!peer.draining) candidates_[static_cast<std::size_t>(peer.role)].push_back(instance);
  }
}

void Membership::Drain(TimePoint now) {
  draining_ = true;
  drain_mark_ = last_mark_ = std::max(last_mark_ + 1, MarkOf(now));
  for (const auto& [link, peer] : peers_) {
    if (!peer.up) continue;
    SendBeat(link, peer);
    Emit(Send{link, Kind::kGoodbye, envelope::Encode(Goodbye{})});
  }
}

bool Membership::Drained() const {
  return draining_ && std::all_of(peers_.begin(), peers_.end(), [this](const auto& entry) {
           const Peer& peer = entry.second;
           return !peer.up || peer.theirs == 0 || peer.told >= drain_mark_;
         });
}

void Membership::Advance(TimePoint now, std::size_t open_requests) {
  open_requests_ = open_requests;
  if (now < next_beat_) return;
  const Duration late = now - next_beat_;
  next_beat_ = now + kBeatInterval;
  last_mark_ = std::max(last_mark_ + 1, MarkOf(now));
  if (late >= kAwayMin) return ComeBack(late, now);
  std::vector<LinkId> forgotten;
  for (auto& [link, peer] : peers_) {
    if (peer.up) {
      // The time in which we did not look is ours, not theirs.
      peer.heard += late;
      peer.beat += late;
      peer.hears_us += late;
      if (peer.heard + kSilenceMax <= now) {
        Lose(peer, Loss::kSilent);
      } else if (peer.mark != 0 && peer.hears_us + kSilenceMax <= peer.beat) {
        Lose(peer, Loss::kDeaf);
      }
    }
    if (peer.up) {
      SendBeat(link, peer);
    } else if (!peer.configured && peer.heard + kForgetAfter <= now) {
      forgotten.push_back(link);
    } else if (peer.configured || !peer.objected) {
      Greet(link, peer, now);
    }
  }
  for (const LinkId& link : forgotten) peers_.erase(link);
}

// Whoever waited for us has given up: nothing that lies in our sockets from then is acted upon.
void Membership::ComeBack(Duration away, TimePoint now) {
  Emit(Woke{away});
  for (auto& [link, peer] : peers_) {
    if (peer.up) Lose(peer, Loss::kAway);
    peer.heard = now;
    if (peer.configured || !peer.objected) Greet(link, peer, now);
  }
}

std::optional<Membership::Effect> Membership::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

bool Membership::IsUp(const LinkId& link) const {
  const Peer* peer = Find(link);
  return peer != nullptr && peer->up;
}

std::optional<Role> Membership::RoleAt(const LinkId& link) const {
  const Peer* peer = Find(link);
  return peer != nullptr && peer->up ? std::optional(peer->role) : std::nullopt;
}

std::string Membership::InstanceAt(const LinkId& link) const {
  const Peer* peer = Find(link);
  return peer == nullptr ? std::string() : peer->instance;
}

const LinkId* Membership::LinkOf(const std::string& instance) const {
  const auto found = members_.find(instance);
  return found == members_.end() ? nullptr : &found->second;
}

std::size_t Membership::count(Role role) const {
  return static_cast<std::size_t>(std::count_if(
      peers_.begin(), peers_.end(),
      [role](const auto& entry) { return entry.second.up && entry.second.role == role; }));
}

bool Membership::IsChosen(std::uint64_t key) const {
  bool told = false;
  for (const auto& [link, peer] : peers_) {
    if (!peer.up || peer.siblings.empty()) continue;
    told = true;
    if (peer.siblings[routing::Choose(key, peer.siblings)] == self_.instance) return true;
  }
  return !told;
}

const std::string& Membership::Choose(const Target& target) const {
  static const std::string kNobody;
  const std::vector<std::string>& instances = candidates_[static_cast<std::size_t>(target.role)];
  return instances.empty() ? kNobody : instances[routing::Choose(target.key, instances)];
}

}  // namespace dragoman::routing
