// Header fields read where they stand: views of the text, nothing is allocated. Uri, NameAddr and
// Via are these with their parts copied. RFC 3261 §20.10, §20.42, §25.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/sip/uri.h"

namespace dragoman::sip {

struct ParameterView {
  std::string_view name;
  std::string_view value;  // quotes kept
  bool has_value = false;
};

// *( SEMI token [ EQUAL value ] ), up to the end of the text.
class ParameterReader {
 public:
  explicit ParameterReader(std::string_view text) : rest_(text) {}
  std::optional<ParameterView> Next();  // nullopt at the end, and where the grammar is broken
  bool bad() const { return bad_; }

 private:
  std::optional<ParameterView> Break();

  std::string_view rest_;
  bool bad_ = false;
};

struct UriView {
  std::string_view scheme;      // sip, sips, im or pres, in any case
  std::string_view user;        // escaped as written; decodes well. Empty: none
  std::string_view host;        // without a dot at its end
  std::uint16_t port = 0;       // 0: not written
  std::string_view parameters;  // from the first ';' on

  static Result<UriView, UriError> Parse(std::string_view text);  // as Uri's
};

struct NameAddrView {
  std::string_view display;     // without quotes, escapes as written
  std::string_view uri;         // byte for byte
  std::string_view parameters;  // from the first ';' on, of right grammar
  std::string_view tag;         // empty: none

  // The URI must have a scheme; more is not asked of it. Error: kMalformed.
  static Result<NameAddrView, UriError> Parse(std::string_view text);
};

struct ViaView {
  std::string_view transport;
  std::string_view host;
  std::uint16_t port = 0;  // 0: not written
  std::string_view branch;
  std::string_view parameters;  // from the first ';' on, of right grammar

  static std::optional<ViaView> Parse(std::string_view text);
  std::string SentBy() const;  // host[:port], lower case
};

// Takes the next value off a list cut at commas outside quotes and angle brackets, trimmed; empty
// ones are left out. nullopt at the end.
std::optional<std::string_view> TakeListed(std::string_view& list);

}  // namespace dragoman::sip
