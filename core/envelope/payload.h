// What the two protocols have in common, as small as the mapping tables need. Design §4.
//
// A value here is neither SIP nor XMPP; the one exception is SipDialog, which routers keep for the
// sip-frontends and never look into beyond its ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/policy/reason.h"

namespace dragoman::envelope {

// In what a watcher's NOTIFYs tell: application/pidf+xml, text/xml+msrtc.pidf,
// application/xpidf+xml or application/msrtc-event-categories+xml.
enum class PresenceFormat : std::uint8_t { kPidf, kMsrtc, kXpidf, kCategories };

// All that any sip-frontend needs to continue a dialog. ARCH-3; RFC 3261 §12.
struct SipDialog {
  std::string call_id;
  std::string local_tag;   // the gateway's
  std::string remote_tag;  // empty until the peer gave one
  std::string local_uri;   // the gateway user's AoR, as it stands in From/To
  std::string remote_uri;  // the SIP user's AoR
  std::string
      remote_params;  // header parameters to echo with the remote address: ";epid=b84a59c035"
  std::string remote_target;           // Contact of the peer, byte for byte; empty until known
  std::vector<std::string> route_set;  // whole Route values in sending order, byte for byte
  std::uint32_t local_cseq = 0;        // last one used by us
  std::uint32_t remote_cseq = 0;       // last one seen from the peer
  std::string edge;                    // "host:port" the dialog is pinned to; empty: choose one
  std::string event_id;                // `id` of the Event header; empty if there is none
  std::uint32_t session_expires = 0;   // seconds within which we refresh it (RFC 4028); 0: not we
  PresenceFormat format = PresenceFormat::kPidf;  // of our NOTIFYs, as the last SUBSCRIBE took it
  bool benotify = false;                          // we may send BENOTIFY in it
  std::string newer = {};  // encoded fields that a newer version added: kept as they are (T-52)

  friend bool operator==(const SipDialog&, const SipDialog&) = default;
};

struct Text {
  std::string lang;  // BCP 47; empty if not said
  std::string text;
  friend bool operator==(const Text&, const Text&) = default;
};

enum class ChatStateKind : std::uint8_t { kNone, kActive, kComposing, kPaused, kInactive, kGone };

struct Chat {
  std::vector<Text> bodies;  // at least one; the sender's order
  std::string subject;
  std::string thread;     // XMPP thread or SIP Call-ID of a page-mode message
  std::string html;       // the text once more as an XHTML-IM <body/>; empty: none
  std::string sender_id;  // stanza id or the id derived from the branch; goes back with an error
  std::string nick;       // display name, if the sender gave one
  ChatStateKind state = ChatStateKind::kNone;
  bool wants_receipt = false;
  std::optional<WallTime> sent_at;  // only if it was delayed
  std::optional<SipDialog> dialog;  // set if it arrived inside a SIP dialog
  std::string newer = {};           // as SipDialog::newer
  friend bool operator==(const Chat&, const Chat&) = default;
};

struct ChatState {
  ChatStateKind state = ChatStateKind::kActive;
  std::string thread;
  std::optional<SipDialog> dialog;
  std::uint32_t refresh = 0;  // seconds within which `composing` is said again; 0: not said
  friend bool operator==(const ChatState&, const ChatState&) = default;
};

struct Receipt {
  std::string message_id;                          // `sender_id` of the Chat that it answers
  policy::Reason failure = policy::Reason::kNone;  // kNone: it arrived
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// An INVITE for a chat, or what refreshes its session: arrived (from SIP), or to be sent (in a
// SipCommand).
struct SessionOpen {
  SipDialog dialog;
  std::string subject;
  bool in_dialog = false;  // it had a To tag: a refresh of a session that is open
  friend bool operator==(const SessionOpen&, const SessionOpen&) = default;
};

struct SessionClose {
  SipDialog dialog;
  friend bool operator==(const SessionClose&, const SessionClose&) = default;
};

struct Subscribe {
  std::optional<SipDialog> dialog;  // set if it came from, or goes to, SIP
  std::uint32_t expires = 3600;     // seconds; SIP only. 0 ends the subscription or fetches once
  std::string sender_id;            // stanza id
  bool in_dialog = false;           // SIP: it had a To tag, so it continues a dialog
  friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

struct Unsubscribe {
  std::optional<SipDialog> dialog;
  friend bool operator==(const Unsubscribe&, const Unsubscribe&) = default;
};

struct Approve {
  friend bool operator==(const Approve&, const Approve&) = default;
};

struct Deny {  // also: the authorisation was withdrawn. `reason` kNone: a plain `unsubscribed`
  policy::Reason reason = policy::Reason::kNone;
  std::string sender_id;         // of the Subscribe, if this is an error for it
  std::uint16_t sip_status = 0;  // the SIP peer's own, with kSipRefused
  friend bool operator==(const Deny&, const Deny&) = default;
};

struct Probe {
  std::string sender_id;
  friend bool operator==(const Probe&, const Probe&) = default;
};

enum class Show : std::uint8_t { kNone, kChat, kAway, kXa, kDnd };

struct ResourcePresence {
  std::string resource;  // empty: the bare address
  bool available = false;
  Show show = Show::kNone;
  std::optional<std::int8_t> priority;
  std::vector<Text> notes;
  std::optional<WallTime> since;
  std::optional<WallTime> idle_since = {};  // the user has touched nothing since then
  friend bool operator==(const ResourcePresence&, const ResourcePresence&) = default;
};

enum class SubscriptionState : std::uint8_t { kNone, kPending, kActive, kTerminated };

// How available somebody is. From XMPP: one changed resource. From SIP (NOTIFY) and in SipCommand:
// the complete state, with the state of the subscription that carries it.
struct PresenceUpdate {
  std::vector<ResourcePresence> resources;
  bool complete = false;     // resources not listed are gone
  bool has_document = true;  // false: a NOTIFY without body; resources say nothing
  SubscriptionState subscription = SubscriptionState::kNone;
  std::string termination_reason;  // "rejected", "timeout", … if kTerminated
  std::uint32_t expires = 0;       // remaining seconds
  std::uint32_t retry_after = 0;   // seconds; 0 if not said
  std::optional<SipDialog> dialog;
  friend bool operator==(const PresenceUpdate&, const PresenceUpdate&) = default;
};

// A partner's stream broke off: its server may have forgotten what it did not say. From its domain
// to one of ours, without local parts.
struct StreamLost {
  friend bool operator==(const StreamLost&, const StreamLost&) = default;
};

// Router to sip-frontend: send this in `dialog`, or opening it if its remote_tag is empty. The CSeq
// to use is dialog.local_cseq: it was allocated in the store before (ARCH-4).
//   Chat in a dialog with remote_tag: in-dialog MESSAGE. Chat with an empty dialog.call_id: page
//   mode. SessionOpen: INVITE (its ACK follows by itself), in a dialog with remote_tag UPDATE.
//   SessionClose: BYE. ChatState: INFO (or isComposing). Subscribe: SUBSCRIBE. PresenceUpdate:
//   NOTIFY. Receipt: IMDN.
struct SipCommand {
  SipDialog dialog;
  std::variant<Chat, ChatState, Receipt, SessionOpen, SessionClose, Subscribe, PresenceUpdate> act;
  friend bool operator==(const SipCommand&, const SipCommand&) = default;
};

// The one answer to a request.
struct Outcome {
  policy::Reason reason = policy::Reason::kNone;  // kNone: accepted
  std::uint16_t sip_status = 0;   // final status of the SIP peer, if it gave one (also on success)
  std::string text = {};          // detail for people, one line; may be empty
  std::uint32_t retry_after = 0;  // seconds; 0: none
  std::uint32_t expires = 0;      // granted lifetime in seconds, for subscriptions; of a 423: least
  std::optional<SipDialog> dialog = {};  // as it is after the command
  bool accepted() const { return reason == policy::Reason::kNone; }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

enum class Role : std::uint8_t { kSipFrontend, kXmppFrontend, kRouter };

inline constexpr std::size_t kInstanceBytesMax = 64;  // routers repeat it in each Beat
inline constexpr std::size_t kVersionBytesMax = 32;

// One end of a link tells who it is. The link is up for whoever was told a Hello that answers its
// own: what was sent before it belongs to an earlier time and is not acted upon (F-5, F-11).
struct Hello {
  Role role = Role::kRouter;
  std::string instance;  // role and random suffix: new with each start (F-21)
  std::string version;
  std::uint64_t session =
      0;  // of the sender on this link, new whenever it begins anew; 0: not said
  std::uint64_t answers = 0;  // the receiver's session that it answers; 0: none was heard
  bool fresh = false;         // nobody has greeted it yet
  friend bool operator==(const Hello&, const Hello&) = default;
};

struct Beat {
  std::uint32_t open_requests = 0;
  bool draining = false;
  std::uint64_t sent = 0;   // a mark of the sender's, higher in each Beat; 0: not said
  std::uint64_t heard = 0;  // the receiver's last mark that arrived here; 0: none
  // Router to front-end: those of the receiver's role among whom the sender chooses.
  std::vector<std::string> siblings = {};
  friend bool operator==(const Beat&, const Beat&) = default;
};

struct Goodbye {
  friend bool operator==(const Goodbye&, const Goodbye&) = default;
};

}  // namespace dragoman::envelope
