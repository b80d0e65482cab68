#include "core/sip/xpidf.h"

#include <array>
#include <optional>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::sip {
namespace {

constexpr std::string_view kProlog =
    "<?xml version=\"1.0\"?>\r\n<!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" "
    "\"xpidf.dtd\">\r\n";
constexpr std::string_view kDoctype = "<!DOCTYPE";
constexpr std::string_view kMethod = ";method=";

struct StatusRow {
  XpidfStatus status;
  std::string_view name;
};
constexpr auto kStatuses = std::to_array<StatusRow>({
    {XpidfStatus::kOpen, "open"},
    {XpidfStatus::kInUse, "inuse"},
    {XpidfStatus::kClosed, "closed"},
});

XpidfStatus StatusFromName(std::string_view name) {
  for (const StatusRow& row : kStatuses) {
    if (EqualsIgnoreCase(row.name, name)) return row.status;
  }
  return XpidfStatus::kClosed;
}

std::string_view Name(XpidfStatus status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return row.name;
  }
  return {};
}

// What stands behind the document type that `text` begins with; nullopt: it declares something, or
// does not end in time.
std::optional<std::string_view> BehindDoctype(std::string_view text) {
  char quote = '\0';
  for (std::size_t i = kDoctype.size(); i < text.size() && i < kDoctypeBytesMax; ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return text.substr(i + 1);
    } else if (c == '[' || c == '<') {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// The reader takes no document type: it is cut out, the XML declaration before it stays.
std::optional<std::string> WithoutDoctype(std::string_view text) {
  Cursor in(text);
  if (in.Take("<?xml") && (!in.TakeUntil('>') || !in.Take('>'))) return std::string(text);
  const std::string_view declaration = text.substr(0, in.position());
  const std::string_view rest = Trim(in.Rest());
  if (!rest.starts_with(kDoctype)) return std::string(text);
  const auto behind = BehindDoctype(rest);
  if (!behind) return std::nullopt;
  return std::string(declaration).append(*behind);
}

void ReadAddress(const xml::Element& address, Xpidf& presence) {
  const xml::Element* status = address.Child({}, "status");
  if (status == nullptr) return;
  const XpidfStatus said = StatusFromName(Trim(status->Attr("status")));
  if (said < presence.status || (said == presence.status && !presence.substatus.empty())) return;
  presence.status = said;
  const xml::Element* substatus = address.Child({}, "msnsubstatus");
  presence.substatus =
      substatus != nullptr ? LowerCase(Trim(substatus->Attr("substatus"))) : std::string();
}

}  // namespace

Result<Xpidf, std::string> ParseXpidf(std::string_view text) {
  const auto plain = WithoutDoctype(Trim(text));
  if (!plain) return Fail(std::string("a document type with declarations"));
  const Result<xml::Element, xml::XmlError> root = xml::ParseDocument(*plain);
  if (!root) return Fail(std::string("not a well-formed XML document"));
  const xml::Element* presentity =
      root->name() == "presence" ? root->Child({}, "presentity") : nullptr;
  if (presentity == nullptr) return Fail(std::string("not an XPIDF document"));
  Xpidf presence;
  const std::string_view uri = presentity->Attr("uri");
  presence.uri = Trim(uri.substr(0, uri.find(kMethod)));
  std::size_t addresses = 0;
  for (const xml::Element* atom : root->Children({}, "atom")) {
    for (const xml::Element* address : atom->Children({}, "address")) {
      if (++addresses > kXpidfAddressesMax) return Fail(std::string("too many addresses"));
      ReadAddress(*address, presence);
    }
  }
  if (const xml::Element* display = root->Child({}, "display")) {
    presence.display_name = display->Attr("name");
  }
  return presence;
}

std::string PrintXpidf(const Xpidf& presence) {
  xml::Element presentity({}, "presentity");
  presentity.SetAttr("uri", presence.uri + std::string(kMethod) + "SUBSCRIBE");
  xml::Element status({}, "status");
  status.SetAttr("status", Name(presence.status));
  xml::Element address({}, "address");
  address.SetAttr("uri", presence.uri);
  address.SetAttr("priority", "0.800000");  // as everybody writes it: it says nothing
  address.Add(std::move(status));
  if (!presence.substatus.empty()) {
    xml::Element substatus({}, "msnsubstatus");
    substatus.SetAttr("substatus", presence.substatus);
    address.Add(std::move(substatus));
  }
  xml::Element atom({}, "atom");
  atom.SetAttr("id", "1000");
  atom.Add(std::move(address));
  xml::Element root({}, "presence");
  root.Add(std::move(presentity));
  root.Add(std::move(atom));
  if (!presence.display_name.empty()) {
    xml::Element display({}, "display");
    display.SetAttr("name", presence.display_name);
    root.Add(std::move(display));
  }
  return std::string(kProlog) + xml::Print(root);
}

}  // namespace dragoman::sip
