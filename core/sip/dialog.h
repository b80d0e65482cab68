// Dialogs as values: taken out of a request, a response or a NOTIFY, and turned into requests.
// RFC 3261 §12; SIP-27..31.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/sip/message.h"

namespace dragoman::sip {

struct Dialog {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;  // empty until the peer gave one
  std::string local_uri;   // as they stand in From/To, without brackets
  std::string remote_uri;
  std::string
      remote_params;  // header parameters beside the tag that the peer gave: ";epid=b84a59c035"
  std::string remote_target;           // the peer's Contact URI, byte for byte
  std::vector<std::string> route_set;  // whole values in sending order, byte for byte
  std::uint32_t local_cseq = 0;        // last one used by us
  std::uint32_t remote_cseq = 0;       // last one seen
  friend bool operator==(const Dialog&, const Dialog&) = default;
};

enum class DialogError : std::uint8_t {
  kMissingHeader,  // From, To, Call-ID or CSeq
  kBadContact,     // none, or several (SIP-27); only of requests that create or refresh
};

// As the one who is called, or who is notified: From is the peer, To is ours; routes in received
// order. `local_tag` is what the answer will carry if To has none yet. Contact is required if
// `needs_contact`.
enum class ContactNeed : std::uint8_t { kRequired, kOptional };
Result<Dialog, DialogError> DialogFromRequest(const Request& request, std::string_view local_tag,
                                              ContactNeed need);

// As the one who called: takes over the peer's tag and parameters, its Contact and, if `dialog` had
// no remote tag yet, the reversed Record-Route of a 1xx or 2xx (§12.1.2, SIP-31).
void TakeResponse(Dialog& dialog, const Response& response);

struct InDialogParts {
  std::string_view method;
  std::string_view sent_by;  // Via
  std::string_view branch;
  std::string_view display;  // of our From; may be empty
  std::uint8_t max_forwards = 70;
};

// A request in `dialog` with CSeq number dialog.local_cseq (an ACK takes that of its INVITE).
// Without remote target it goes to remote_uri. Loose and strict routes: SIP-28. Opens a dialog as
// well: then remote_tag and routes are empty.
Request RequestInDialog(const Dialog& dialog, const InDialogParts& parts);

// The URI whose host the request is sent to: its first Route, else its Request-URI (SIP-29).
std::string NextHop(const Request& request);

}  // namespace dragoman::sip
