// Server dialback: keys and elements. XEP-0185, XEP-0220; DB-1..17.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/xml/element.h"
#include "core/xmpp/stanza.h"

namespace dragoman::xmpp {

inline constexpr std::string_view kDialbackNs = "jabber:server:dialback";
inline constexpr std::string_view kDialbackFeatureNs = "urn:xmpp:features:dialback";

// What a key is bound to. Domains as in the dialback attributes: lower case, U-labels (DB-2).
struct DialbackPair {
  std::string receiving;  // generated the stream id, wants proof
  std::string sender;     // speaks
  std::string stream_id;
};

std::string DialbackKey(std::string_view secret, const DialbackPair& pair);
// Against each secret, newest first (DB-4), in constant time, surrounding white space aside.
bool IsDialbackKey(const std::vector<std::string>& secrets, const DialbackPair& pair,
                   std::string_view key);

// <db:result/> or <db:verify/> as text. `type` empty: a request with the key as content.
struct DialbackElement {
  std::string name = {};  // "result" or "verify"
  std::string from = {}, to = {}, id = {}, type = {};
  std::string key = {};
  std::optional<Condition> error = {};  // with type error (DB-16)
  std::string error_text = {};          // for people; names the reason code
};
std::string Print(const DialbackElement& element);
// nullopt: no dialback element, or without from or to.
std::optional<DialbackElement> ParseDialback(const xml::Element& element);

}  // namespace dragoman::xmpp
