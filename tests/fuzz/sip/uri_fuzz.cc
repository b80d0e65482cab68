// What parses, prints, and the print parses back to an equal value. What is read as a view is read
// as a value too, and the other way round.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/sip/field_view.h"
#include "core/sip/host.h"
#include "core/sip/message.h"
#include "core/sip/uri.h"

using dragoman::sip::CSeq;
using dragoman::sip::NameAddr;
using dragoman::sip::Uri;
using dragoman::sip::Via;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckUri(std::string_view text) {
  const auto uri = Uri::Parse(text);
  const auto view = dragoman::sip::UriView::Parse(text);
  Check(uri.has_value() == view.has_value());
  if (!uri) return Check(uri.error() == view.error());
  Check(dragoman::sip::IsHost(uri->host) && uri->port == view->port);
  const auto again = Uri::Parse(uri->ToString());
  Check(again && *again == *uri && again->ToString() == uri->ToString());
}

void CheckNameAddr(std::string_view text) {
  const auto who = NameAddr::Parse(text);
  const auto view = dragoman::sip::NameAddrView::Parse(text);
  Check(who.has_value() == view.has_value());
  if (!who) return;
  Check(who->uri == view->uri && who->tag() == view->tag);
  const auto again = NameAddr::Parse(who->ToString());
  Check(again && *again == *who && again->ToString() == who->ToString());
}

void CheckVia(std::string_view text) {
  const auto via = Via::Parse(text);
  const auto view = dragoman::sip::ViaView::Parse(text);
  Check(via.has_value() == view.has_value());
  if (!via) return;
  Check(via->branch == view->branch && via->transport == view->transport);
  std::string printed = "SIP/2.0/" + via->transport + " " + via->sent_by;
  for (const auto& parameter : via->parameters) {
    printed += ";" + parameter.name;
    if (parameter.has_value) printed += "=" + parameter.value;
  }
  const auto again = Via::Parse(printed);
  Check(again && again->transport == via->transport && again->sent_by == via->sent_by &&
        again->branch == via->branch && again->parameters == via->parameters);
}

void CheckCSeq(std::string_view text) {
  const auto cseq = CSeq::Parse(text);
  if (!cseq) return;
  const auto again = CSeq::Parse(std::to_string(cseq->number) + " " + cseq->method);
  Check(again && again->number == cseq->number && again->method == cseq->method);
}

void CheckList(std::string_view text) {
  std::string joined;
  const std::vector<std::string_view> parts = dragoman::sip::SplitList(text);
  for (const std::string_view part : parts) {
    Check(dragoman::sip::SplitList(part).size() == 1);
    joined += (joined.empty() ? "" : ", ") + std::string(part);
  }
  Check(dragoman::sip::SplitList(joined) == parts);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckUri(text);
  CheckNameAddr(text);
  CheckVia(text);
  CheckCSeq(text);
  CheckList(text);
  (void)dragoman::sip::Seconds(text);
  return 0;
}
