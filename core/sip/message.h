// SIP requests and responses: a start line, headers in order, a body. RFC 3261 §7, §25; SIP-1..4.
//
// A parsed message owns the bytes it was read from and its headers are views into them: nothing is
// allocated for a header that nobody looks at. What is set later is owned by the message too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/sip/header_name.h"
#include "core/sip/uri.h"

namespace dragoman::sip {

enum class ParseError : std::uint8_t {
  kStartLine,
  kVersion,     // 505
  kUriTooLong,  // 414
  kStatus,      // of a response: not 100 to 699 (SIP-9)
  kHeaderLine,  // no token before the colon, a bare CR, LF or NUL (T-20, T-21)
  kLineTooLong,
  kTooManyHeaders,
};

inline constexpr std::size_t kHeaderLinesMax = 200;           // L-1
inline constexpr std::size_t kHeaderLineBytesMax = 8 * 1024;  // L-1, unfolded
inline constexpr std::size_t kRequestUriBytesMax = 2 * 1024;  // L-1
inline constexpr std::size_t kViasMax = 70;                   // L-1

class HeadLines;

struct Header {
  std::string_view name;   // in the long form, for compact ones
  std::string_view value;  // trimmed, unfolded
  HeaderName id = HeaderName::kOther;
};

// The header list that requests and responses share.
class Message {
 public:
  Message() = default;
  Message(const Message& other);
  Message& operator=(const Message& other);
  Message(Message&&) noexcept = default;
  Message& operator=(Message&&) noexcept = default;

  const std::vector<Header>& headers() const { return headers_; }
  // The first value of that name (long form, any case); empty if there is none.
  std::string_view Get(HeaderName name) const;  // not of kOther
  std::string_view Get(std::string_view name) const;
  std::size_t Count(HeaderName name) const;
  std::size_t Count(std::string_view name) const;
  // Every value of a list header, comma-joined and repeated ones alike, byte for byte.
  std::vector<std::string_view> List(HeaderName name) const;
  std::vector<std::string_view> List(std::string_view name) const;
  // Whether a list of tokens (Supported, Require, Accept …) has `token`, parameters aside.
  bool Lists(std::string_view name, std::string_view token) const;

  // CR, LF and NUL in a value become spaces: no value can start a header (T-23).
  void Add(std::string_view name, std::string_view value);
  void Prepend(std::string_view name, std::string_view value);  // above the others of that name
  void Set(std::string_view name, std::string_view value);      // replaces all of that name
  void Remove(std::string_view name);

  const std::string& body() const { return body_; }
  void SetBody(std::string_view content_type, std::string body);  // also Content-Length is printed
  void TakeBody(std::string body) { body_ = std::move(body); }

  // Everything behind the start line, Content-Length computed.
  void AppendTo(std::string& out) const;

 protected:
  // Copies `head` (start line and header lines, without the empty line) once; what the message says
  // stays where it is. The lines last as long as the message.
  HeadLines Take(std::string_view head);
  std::optional<ParseError> ParseHeaders(HeadLines& lines);

 private:
  std::string_view Keep(std::string_view text);
  Header Make(std::string_view name, std::string_view value);

  // Vectors, because moving one moves none of its bytes.
  std::vector<char> head_;                 // as it came, unfolded
  std::vector<std::vector<char>> blocks_;  // what was set; none ever grows beyond its capacity
  std::vector<Header> headers_;
  std::string body_;
};

class Request : public Message {
 public:
  Request() = default;
  Request(std::string method, std::string uri);  // CR, LF and NUL become spaces (T-23)
  static Result<Request, ParseError> Parse(std::string_view head, std::string body);
  const std::string& method() const { return method_; }
  const std::string& uri() const { return uri_; }  // as written
  std::string ToString() const;

 private:
  std::string method_;
  std::string uri_;
};

class Response : public Message {
 public:
  Response() = default;
  Response(std::uint16_t status, std::string_view reason);  // one line, as SetReason
  static Result<Response, ParseError> Parse(std::string_view head, std::string body);
  std::uint16_t status() const { return status_; }
  const std::string& reason() const { return reason_; }
  void SetReason(std::string_view reason);  // CR, LF and NUL become spaces (T-23)
  bool IsProvisional() const { return status_ < 200; }
  bool IsSuccess() const { return status_ >= 200 && status_ < 300; }
  std::string ToString() const;

 private:
  std::uint16_t status_ = 0;
  std::string reason_;
};

// CSeq = 1*DIGIT LWS Method; the number stays below 2^31 (§8.1.1.5).
struct CSeq {
  std::uint32_t number = 0;
  std::string method;
  static std::optional<CSeq> Parse(std::string_view text);
};

struct Via {
  std::string transport;  // "TLS"
  std::string sent_by;    // host[:port], lower case
  std::string branch;
  std::vector<Parameter> parameters;
  static std::optional<Via> Parse(std::string_view text);
};

std::string_view ReasonPhrase(std::uint16_t status);  // RFC 3261 §21 and later; "" if unknown

// delta-seconds of Expires and its like; nullopt if absent or not a 32-bit number (SIP-4).
std::optional<std::uint32_t> Seconds(std::string_view text);

// The token before parameters, lower case: "text/plain" of "text/plain; charset=UTF-8".
std::string MediaType(std::string_view content_type);

// A response to `request`: Via, From, To (with `to_tag` if it had none), Call-ID, CSeq copied; for
// 2xx and 18x to dialog-forming methods Record-Route too (§8.2.6.2, §12.1.1).
Response MakeResponse(const Request& request, std::uint16_t status, std::string_view to_tag);

// A To tag for an answer that keeps no state: the same for a repetition of the request (§8.2.7).
std::string StatelessTag(const Request& request);

// The answer to a request that could not be parsed, from the header lines of `head` that can.
// nullopt: too little of it can be read, or it is nothing that is answered.
std::optional<Response> AnswerUnparsed(std::string_view head, std::uint16_t status,
                                       std::string_view reason);

// The first thing wrong with a request that must not go further, or nullopt. SIP-1, SIP-3, SIP-4,
// SIP-24.
struct Refusal {
  std::uint16_t status;
  std::string reason;  // names the field: "Bad CSeq"
};
std::optional<Refusal> Validate(const Request& request);

}  // namespace dragoman::sip
