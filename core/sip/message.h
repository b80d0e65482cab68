// SIP requests and responses as values: a start line, headers in order, a body. RFC 3261 §7.
//
// A message owns one text in which its parts lie; parsing copies nothing and a header costs one
// entry of a vector. What is added is appended to that text. Copies and moves need no care, views
// into a message last as long as it is neither changed nor destroyed.
//
// Nothing that is added can end a header: control characters in names, values and the start line
// become spaces (SEC-7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/sip/fields.h"
#include "core/sip/header_name.h"
#include "core/sip/name_addr.h"

namespace dragoman::sip {

struct HeaderView {
  HeaderName id = HeaderName::kOther;
  std::string_view name;   // as it stood
  std::string_view value;  // unfolded, trimmed
};

class Message {
 public:
  std::size_t header_count() const { return fields_.size(); }
  HeaderView header(std::size_t index) const;

  // The value of the first field of that name; nullopt if there is none.
  std::optional<std::string_view> Find(HeaderName id) const;
  std::optional<std::string_view> Find(std::string_view name) const;  // any name, case-insensitive
  std::size_t Count(HeaderName id) const;
  bool Has(HeaderName id) const { return Find(id).has_value(); }

  // The parts of all fields of that name, repeated and comma-joined ones alike, in order and byte
  // for byte.
  std::vector<std::string_view> List(HeaderName id) const;
  bool ListHas(HeaderName id, std::string_view token) const;  // case-insensitive

  // Typed reading; nullopt if it is missing or malformed.
  std::optional<Via> TopVia() const;
  std::vector<Via> Vias() const;  // without the malformed ones
  std::optional<NameAddr> From() const;
  std::optional<NameAddr> To() const;
  std::optional<NameAddr> Contact() const;  // only if there is exactly one, and not "*"
  std::optional<CSeq> Sequence() const;
  std::string_view CallId() const;               // empty if missing
  std::optional<std::uint32_t> Expires() const;  // beyond 32 bits: nullopt, as if absent (SIP-4)
  std::optional<std::uint32_t> MaxForwards() const;  // above 255: nullopt
  std::optional<Valued> Event() const;
  std::optional<Valued> SubscriptionState() const;
  std::optional<Valued> ContentType() const;

  std::string_view body() const { return View(body_); }

  void Add(HeaderName id, std::string_view value);
  void Add(std::string_view name, std::string_view value);
  void Set(HeaderName id,
           std::string_view value);  // replaces the first, removes the others, or adds
  void SetFirst(HeaderName id,
                std::string_view value);  // replaces the first, keeps the others, or adds
  void Prepend(HeaderName id, std::string_view value);
  void Remove(HeaderName id);
  void SetBody(std::string_view content_type,
               std::string_view body);  // sets Content-Type; empty type: none

 protected:
  struct Span {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  struct Field {
    HeaderName id = HeaderName::kOther;
    Span name;
    Span value;
  };
  friend class HeadParser;
  friend class Framer;

  Message() = default;
  std::string_view View(Span span) const {
    return std::string_view(text_).substr(span.at, span.size);
  }
  Span Append(std::string_view text);  // control characters become spaces
  void PrintHeaders(std::string& out) const;
  bool SameHeaders(const Message& other) const;

  std::string text_;
  std::vector<Field> fields_;
  Span body_;
};

class Request : public Message {
 public:
  Request() = default;
  Request(std::string_view method, std::string_view uri);

  std::string_view method() const { return View(method_); }
  std::string_view uri() const { return View(uri_); }  // the Request-URI, byte for byte
  std::string_view version() const {
    return View(version_);
  }  // "SIP/2.0" unless the peer said otherwise
  Result<Uri, UriError> ParseUri() const { return Uri::Parse(uri()); }

  std::string Print() const;  // Content-Length is always there and right
  friend bool operator==(const Request& a, const Request& b);

 private:
  friend class HeadParser;
  Span method_, uri_, version_;
};

class Response : public Message {
 public:
  Response() = default;
  Response(std::uint16_t status, std::string_view phrase);  // an empty phrase: the usual one

  std::uint16_t status() const { return status_; }
  std::string_view phrase() const { return View(phrase_); }
  bool IsProvisional() const { return status_ < 200; }
  bool IsSuccess() const { return status_ >= 200 && status_ < 300; }
  bool IsFailure() const { return status_ >= 300; }

  std::string Print() const;
  friend bool operator==(const Response& a, const Response& b);

 private:
  friend class HeadParser;
  std::uint16_t status_ = 0;
  Span phrase_;
};

using AnyMessage = std::variant<Request, Response>;

// "Not Found"; for a code without a usual phrase that of its class.
std::string_view UsualPhrase(std::uint16_t status);

// The response to `request`: its Via, From, To, Call-ID, CSeq, and (in 1xx above 100 and 2xx) its
// Record-Route, as they stood (§8.2.6.2, §12.1.1). `local_tag` is added to a To without tag, except
// in a 100.
Response Respond(const Request& request, std::uint16_t status, std::string_view local_tag,
                 std::string_view phrase = {});

// The headers that every request needs (SIP-1), in the usual order.
struct RequestParts {
  std::string_view method;
  std::string_view uri;
  std::string_view sent_by;  // of the Via: "gw.example.net:5061"
  std::string_view branch;   // with the magic cookie
  NameAddr from;
  NameAddr to;
  std::string_view call_id;
  std::uint32_t cseq = 1;
  std::uint8_t max_forwards = 70;
};
Request NewRequest(const RequestParts& parts);

}  // namespace dragoman::sip
