#include "core/translate/chat_states.h"

#include <array>

#include "core/xmpp/stanza.h"

namespace dragoman::translate {
namespace {

using envelope::ChatStateKind;

struct Row {
  ChatStateKind state;
  std::string_view name;
};

constexpr auto kStates = std::to_array<Row>({
    {ChatStateKind::kActive, "active"},
    {ChatStateKind::kComposing, "composing"},
    {ChatStateKind::kPaused, "paused"},
    {ChatStateKind::kInactive, "inactive"},
    {ChatStateKind::kGone, "gone"},
});

}  // namespace

std::string_view Name(ChatStateKind state) {
  for (const Row& row : kStates) {
    if (row.state == state) return row.name;
  }
  return {};
}

ChatStateKind ChatStateOf(const xml::Element& stanza) {
  const xml::Element* child = stanza.Child(xmpp::kChatStatesNs, {});
  if (child == nullptr) return ChatStateKind::kNone;
  for (const Row& row : kStates) {
    if (row.name == child->name()) return row.state;
  }
  return ChatStateKind::kNone;
}

std::optional<bool> IsTyping(ChatStateKind state) {
  switch (state) {
    case ChatStateKind::kNone:
      return std::nullopt;
    case ChatStateKind::kComposing:
      return true;
    case ChatStateKind::kActive:
    case ChatStateKind::kPaused:
    case ChatStateKind::kInactive:
    case ChatStateKind::kGone:
      return false;
  }
  return std::nullopt;
}

}  // namespace dragoman::translate
