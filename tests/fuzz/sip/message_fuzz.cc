// A head that parses, prints, and the print parses back to the same message; a copy of it is equal;
// what answers it can be sent.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/sip/message.h"

using dragoman::sip::Header;
using dragoman::sip::HeaderName;
using dragoman::sip::HeaderNameOf;
using dragoman::sip::Message;
using dragoman::sip::Request;
using dragoman::sip::Response;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

// Content-Length is computed, not kept.
std::vector<std::pair<std::string, std::string>> Fields(const Message& message) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const Header& header : message.headers()) {
    Check(header.id == HeaderNameOf(header.name));
    if (header.id != HeaderName::kContentLength) fields.emplace_back(header.name, header.value);
  }
  return fields;
}

std::string StartOf(const Request& request) { return request.method() + ' ' + request.uri(); }
std::string StartOf(const Response& response) {
  return std::to_string(response.status()) + ' ' + response.reason();
}

template <typename Kind>
void CheckPrint(const Kind& message) {
  const std::string printed = message.ToString();
  const std::size_t end = printed.find("\r\n\r\n");
  Check(end != std::string::npos);
  const auto again = Kind::Parse(std::string_view(printed).substr(0, end), printed.substr(end + 4));
  Check(again && StartOf(*again) == StartOf(message) && Fields(*again) == Fields(message));
  Check(again->body() == message.body() && again->ToString() == printed);
}

template <typename Kind>
void CheckMessage(const Kind& message) {
  for (const Header& header : message.headers()) {
    Check(message.Count(header.name) > 0);
    if (header.id != HeaderName::kOther) {
      Check(message.Get(header.id).data() == message.Get(header.name).data());
      Check(message.Count(header.id) == message.Count(header.name));
      Check(message.List(header.id) == message.List(header.name));
    }
  }
  Kind copy = message;
  Check(Fields(copy) == Fields(message) && copy.ToString() == message.ToString());
  if (message.headers().size() < dragoman::sip::kHeaderLinesMax) CheckPrint(message);
  const std::size_t others = copy.headers().size() - copy.Count("Via");
  copy.Prepend("v", "SIP/2.0/TLS a\r\nEvil: 1");
  Check(copy.Get("Via") == "SIP/2.0/TLS a  Evil: 1");
  copy.Set("Via", "x");
  Check(copy.Count("VIA") == 1 && copy.headers().size() == others + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find("\r\n\r\n");
  const std::string_view head = text.substr(0, end);
  const std::string body(end == std::string_view::npos ? "" : text.substr(end + 4));
  if (const auto request = Request::Parse(head, body)) {
    CheckMessage(*request);
    if (!dragoman::sip::Validate(*request)) {
      CheckPrint(dragoman::sip::MakeResponse(*request, 200, "tag"));
    }
  }
  if (const auto response = Response::Parse(head, body)) CheckMessage(*response);
  if (const auto answer = dragoman::sip::AnswerUnparsed(head, 400, "Bad\r\nthing")) {
    CheckPrint(*answer);
  }
  return 0;
}
