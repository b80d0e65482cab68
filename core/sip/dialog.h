// A dialog as a value, the requests inside it, and how one begins. RFC 3261 §12; SIP-27..29,
// SIP-33.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/sip/message.h"

namespace dragoman::sip {

struct Dialog {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;
  std::string local_uri;
  std::string remote_uri;
  std::string remote_params;  // header parameters to echo in To: ";epid=b84a59c035"
  std::string remote_target;
  std::vector<std::string> route_set;  // in sending order, byte for byte
  std::uint32_t local_cseq = 0;
  std::uint32_t remote_cseq = 0;
  friend bool operator==(const Dialog&, const Dialog&) = default;
};

// Who we are in Via and Contact: one FQDN for all nodes (ARCH-13).
struct Self {
  std::string fqdn;
  std::uint16_t port = 0;
  std::string Via(std::string_view branch) const;  // "SIP/2.0/TLS fqdn:port;branch=…"
  std::string Contact() const;                     // "<sip:fqdn:port;transport=tls>"
};

// A request in `dialog` (or opening it, while it has no remote target): Request-URI and Route by
// §12.2.1.1, CSeq number dialog.local_cseq. `branch` without the magic cookie.
Request MakeRequest(const std::string& method, const Dialog& dialog, const Self& self,
                    std::string_view branch);

// The dialog that a request creates on our side (UAS). nullopt: no usable Contact (400).
std::optional<Dialog> DialogFromRequest(const Request& request, std::string_view local_tag);

// The dialog that any request names; the remote target is empty if it has no Contact (a MESSAGE or
// INFO inside a dialog needs none). nullopt: From, To or CSeq cannot be read.
std::optional<Dialog> DialogOfRequest(const Request& request, std::string_view local_tag);

// The dialog that a request of ours opens, before any response (UAC).
Dialog DialogOfOurs(const Request& request);

// `dialog` after a 2xx that confirmed it: tag, target, route set of the response reversed (UAC).
Dialog Confirmed(Dialog dialog, const Response& response);

// Where a request goes: host and port of its first Route, else of its Request-URI (SIP-29).
struct NextHop {
  std::string host;
  std::uint16_t port = 0;  // 0: not said
  bool from_route = false;
};
std::optional<NextHop> NextHopOf(const Request& request);

}  // namespace dragoman::sip
