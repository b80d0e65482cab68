// XML from outside, event by event: an XMPP stream in pieces, or a whole document. Expat inside.
//
// What XMPP forbids (RFC 6120 §11.1: comments, processing instructions, DTDs, entities) and what
// exceeds a limit ends the reading with an error; nothing after it is looked at.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/xml/element.h"
#include "core/xml/limits.h"

namespace dragoman::xml {

enum class XmlError : std::uint8_t {
  kNotWellFormed,        // also: a prefix that is not declared
  kRestricted,           // comment, processing instruction, DTD, entity
  kUnsupportedEncoding,  // anything but UTF-8
  kTooLarge,             // a limit of Limits
};

class StreamReader {
 public:
  struct Open {                      // the root's start tag
    Element root;                    // without content
    bool declares_dialback = false;  // xmlns:… = 'jabber:server:dialback' on the root
  };
  struct Stanza {
    Element element;
  };                // a complete child of the root
  struct Close {};  // the root's end tag
  struct Failed {
    XmlError error;
  };  // last
  using Event = std::variant<Open, Stanza, Close, Failed>;

  explicit StreamReader(const Limits& limits);
  ~StreamReader();
  StreamReader(StreamReader&&) noexcept;
  StreamReader& operator=(StreamReader&&) noexcept;

  // Takes bytes and returns the events they complete, in order. White space between stanzas is no
  // event.
  std::vector<Event> Feed(std::string_view bytes);

  // True if bytes have come behind the element of the last Stanza that Feed returned (T-1: what
  // follows <starttls/> in clear must not be acted upon).
  bool has_trailing_bytes() const;

  void SetLimits(const Limits& limits);  // from the next element on

  class Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

// A whole document (PIDF, isComposing, …); an XML declaration is allowed.
Result<Element, XmlError> ParseDocument(std::string_view text,
                                        const Limits& limits = kAuthenticated);

}  // namespace dragoman::xml
