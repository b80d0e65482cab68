#include "core/ocs/presentity.h"

#include <utility>

#include "core/ocs/availability_number.h"
#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::ocs {
namespace {

// What servers publish; their schema prints the other one, and some documents have none.
constexpr std::string_view kNamespace = "http://schemas.microsoft.com/2002/09/sip/presence";
constexpr std::string_view kSchemaNamespace = "http://schemas.microsoft.com/09/2002/sip/presence";
constexpr std::string_view kInstance = "http://www.w3.org/2001/XMLSchema-instance";

constexpr std::uint16_t kOnline = 100;  // the least availability that is not offline

std::uint16_t Aggregate(const xml::Element& root, std::string_view name) {
  const xml::Element* element = root.Child({}, name);
  return element != nullptr ? ParseAvailability(element->Attr("aggregate")).value_or(0) : 0;
}

bool ReadUserInfo(const xml::Element& info, Presentity& presentity) {
  if (const xml::Element* note = info.Child({}, "note")) {
    const std::string text = note->Text();
    presentity.note = Trim(text);
  }
  const xml::Element* states = info.Child({}, "states");
  if (states == nullptr) return true;
  const auto all = states->Children({}, "state");
  if (all.size() > kStatesMax) return false;
  for (const xml::Element* state : all) {
    const std::uint16_t number = ParseAvailability(state->Attr("avail")).value_or(0);
    if (number <= presentity.state) continue;
    presentity.state = number;
    presentity.since = state->Attr("since");
  }
  return true;
}

}  // namespace

Result<Presentity, std::string> ParsePresentity(std::string_view text) {
  const Result<xml::Element, xml::XmlError> root = xml::ParseDocument(text);
  if (!root) return Fail(std::string("not a well-formed XML document"));
  const bool named =
      root->name() == "presentity" &&
      (root->ns().empty() || root->ns() == kNamespace || root->ns() == kSchemaNamespace);
  if (!named) return Fail(std::string("not a presentity document"));
  Presentity presentity;
  presentity.uri = root->Attr("uri");
  presentity.availability = Aggregate(*root, "availability");
  presentity.activity = Aggregate(*root, "activity");
  if (const xml::Element* name = root->Child({}, "displayName")) {
    presentity.display_name = name->Attr("displayName");
  }
  const xml::Element* info = root->Child({}, "userInfo");
  if (info != nullptr && !ReadUserInfo(*info, presentity)) {
    return Fail(std::string("too many states"));
  }
  return presentity;
}

std::string PrintPresentity(const Presentity& presentity) {
  xml::Element root(kNamespace, "presentity");
  root.SetAttr("uri", presentity.uri);
  xml::Element availability(kNamespace, "availability");
  availability.SetAttr("aggregate", std::to_string(presentity.availability));
  availability.SetAttr("description", presentity.availability < kOnline ? "offline" : "online");
  root.Add(std::move(availability));
  xml::Element activity(kNamespace, "activity");
  activity.SetAttr("aggregate", std::to_string(presentity.activity));
  if (!presentity.description.empty()) activity.SetAttr("description", presentity.description);
  root.Add(std::move(activity));
  if (!presentity.display_name.empty()) {
    xml::Element name(kNamespace, "displayName");
    name.SetAttr("displayName", presentity.display_name);
    root.Add(std::move(name));
  }
  if (presentity.state == 0 && presentity.note.empty())
    return "<?xml version=\"1.0\"?>\r\n" + xml::Print(root);
  xml::Element info(kNamespace, "userInfo");
  if (!presentity.note.empty()) info.AddTextElement(kNamespace, "note", presentity.note);
  if (presentity.state > 0) {
    xml::Element state(kNamespace, "state");
    state.SetAttr("avail", std::to_string(presentity.state));
    if (!presentity.since.empty()) state.SetAttr("since", presentity.since);
    state.SetAttr("type", "userState", kInstance);
    xml::Element states(kNamespace, "states");
    states.Add(std::move(state));
    info.Add(std::move(states));
  }
  root.Add(std::move(info));
  return "<?xml version=\"1.0\"?>\r\n" + xml::Print(root);
}

}  // namespace dragoman::ocs
