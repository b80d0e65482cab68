// A router's node, and the processes that talk to it, each over a link that is called as it is.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "core/routing/node.h"
#include "core/routing/rendezvous.h"

namespace dragoman::routing {

using namespace envelope;
using policy::Reason;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

inline constexpr TimePoint kStart{Duration(100'000)};
inline constexpr std::uint64_t kKey = 7;

class NodeTest : public testing::Test {
 protected:
  NodeTest() : node_({Role::kRouter, "router-0", "test"}, kStart) {}

  template <typename Wanted>
  std::vector<Wanted> Take() {
    std::vector<Wanted> taken;
    std::deque<Node::Effect> rest;
    while (auto effect = node_.Poll()) rest.push_back(std::move(*effect));
    for (Node::Effect& effect : rest) {
      if (auto* wanted = std::get_if<Wanted>(&effect)) {
        taken.push_back(std::move(*wanted));
      } else {
        kept_.push_back(std::move(effect));
      }
    }
    std::erase_if(kept_, [&](Node::Effect& effect) {
      auto* wanted = std::get_if<Wanted>(&effect);
      if (wanted != nullptr) taken.insert(taken.begin(), std::move(*wanted));
      return wanted != nullptr;
    });
    return taken;
  }
  void Say(const LinkId& link, Kind kind, const std::string& payload, TimePoint now = kStart) {
    Header header;
    header.kind = kind;
    node_.OnFrames(link, EncodeHeader(header), payload, now);
  }
  // Both Hellos, as a link of its own called as the instance.
  void Greet(const std::string& name, Role role = Role::kXmppFrontend, TimePoint now = kStart) {
    Say(name, Kind::kHello, Encode(Hello{role, name, "test", 1, 0}), now);
    std::uint64_t session = 0;
    for (const Node::Send& send : Take<Node::Send>()) {
      if (send.link == name && DecodeHeader(send.header)->kind == Kind::kHello)
        session = Decode<Hello>(send.payload)->session;
    }
    Say(name, Kind::kHello, Encode(Hello{role, name, "test", 1, session}), now);
    Take<Node::Send>();
  }
  MessageId NextId() {
    MessageId id{};
    ++last_id_;
    for (std::size_t i = 0; i < 4; ++i) id[i] = static_cast<std::uint8_t>(last_id_ >> (8 * i));
    return id;
  }
  Message AMessage(std::uint32_t budget_ms = 10'000) {
    Message message = MakeMessage(NextId(), Side::kSip, {"romeo", "a.example", {}},
                                  {"juliet", "b.example", {}}, Probe{});
    message.header.budget_ms = budget_ms;
    return message;
  }
  MessageId Ask(std::uint32_t budget_ms = 10'000, TimePoint now = kStart,
                std::uint64_t key = kKey) {
    const Message message = AMessage(budget_ms);
    node_.Request(message, {Role::kXmppFrontend, key}, now);
    return message.header.id;
  }
  void Answer(const LinkId& link, const MessageId& id, const Outcome& outcome = {},
              TimePoint now = kStart) {
    Header header;
    header.id = id;
    header.kind = Kind::kOutcome;
    node_.OnFrames(link, EncodeHeader(header), Encode(outcome), now);
  }
  // What was asked, as link and id.
  std::vector<std::pair<LinkId, MessageId>> Asked() {
    std::vector<std::pair<LinkId, MessageId>> asked;
    for (Node::Send& send : Take<Node::Send>()) {
      const auto header = DecodeHeader(send.header);
      if (header->kind == Kind::kProbe) asked.emplace_back(send.link, header->id);
      if (header->kind == Kind::kProbe) attempts_.push_back(header->attempt);
    }
    return asked;
  }
  void Lose(const LinkId& link) { node_.OnLinkDown(link, kStart); }

  std::uint32_t last_id_ = 0;
  Node node_;
  std::deque<Node::Effect> kept_;
  std::vector<std::uint8_t> attempts_;  // of all that was asked
};

}  // namespace dragoman::routing
