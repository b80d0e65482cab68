#include "core/ocs/categories.h"

#include <utility>

#include "core/ocs/availability_number.h"
#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::ocs {
namespace {

constexpr std::string_view kNamespace = "http://schemas.microsoft.com/2006/09/sip/categories";
constexpr std::string_view kStateNamespace = "http://schemas.microsoft.com/2006/09/sip/state";
constexpr std::string_view kNoteNamespace = "http://schemas.microsoft.com/2006/09/sip/note";
constexpr std::string_view kCardNamespace = "http://schemas.microsoft.com/2006/09/sip/contactcard";
constexpr std::string_view kInstance = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view kAggregate = "aggregateState";
constexpr std::string_view kPublicContainer = "100";  // what everybody may see (§4.1)

// Namespaces differ between versions: names decide.
std::string TextAt(const xml::Element* element, std::initializer_list<std::string_view> path) {
  for (const std::string_view name : path) {
    if (element == nullptr) return {};
    element = element->Child({}, name);
  }
  return element != nullptr ? std::string(Trim(element->Text())) : std::string();
}

bool IsAggregate(const xml::Element& state) {
  std::string_view type = state.Attr("type", kInstance);
  if (const std::size_t colon = type.find(':'); colon != std::string_view::npos) {
    type.remove_prefix(colon + 1);
  }
  return type == kAggregate;
}

// nullopt: without a number it says nothing.
std::optional<CategoryState> ReadState(const xml::Element& category, const xml::Element& element) {
  const auto number = ParseAvailability(TextAt(&element, {"availability"}));
  if (!number) return std::nullopt;
  CategoryState state;
  state.availability = *number;
  if (const xml::Element* activity = element.Child({}, "activity")) {
    state.token = activity->Attr("token");
    state.custom = TextAt(activity, {"custom"});
  }
  state.publish_time = category.Attr("publishTime");
  return state;
}

xml::Element Category(std::string_view name, const std::string& publish_time) {
  xml::Element category(kNamespace, "category");
  category.SetAttr("name", name);
  category.SetAttr("instance", "0");
  if (!publish_time.empty()) category.SetAttr("publishTime", publish_time);
  category.SetAttr("container", kPublicContainer);
  return category;
}

xml::Element PrintState(const CategoryState& said) {
  xml::Element state(kStateNamespace, "state");
  state.SetAttr("type", kAggregate, kInstance);
  state.AddTextElement(kStateNamespace, "availability", std::to_string(said.availability));
  if (!said.token.empty() || !said.custom.empty()) {
    xml::Element activity(kStateNamespace, "activity");
    if (!said.token.empty()) activity.SetAttr("token", said.token);
    if (!said.custom.empty()) activity.AddTextElement(kStateNamespace, "custom", said.custom);
    state.Add(std::move(activity));
  }
  xml::Element category = Category("state", said.publish_time);
  category.Add(std::move(state));
  return category;
}

}  // namespace

Result<Categories, std::string> ParseCategories(std::string_view text) {
  const Result<xml::Element, xml::XmlError> root = xml::ParseDocument(text);
  if (!root) return Fail(std::string("not a well-formed XML document"));
  if (root->name() != "categories") return Fail(std::string("not a categories document"));
  Categories categories;
  categories.uri = root->Attr("uri");
  const auto all = root->Children({}, "category");
  if (all.size() > kCategoriesMax) return Fail(std::string("too many categories"));
  bool aggregate = false;
  for (const xml::Element* category : all) {
    const std::string_view name = category->Attr("name");
    if (name == "state" && !aggregate) {
      const xml::Element* element = category->Child({}, "state");
      if (element == nullptr) continue;
      if (auto state = ReadState(*category, *element)) {
        aggregate = IsAggregate(*element);
        categories.state = std::move(state);
      }
    } else if (name == "note" && categories.note.empty()) {
      categories.note = TextAt(category, {"note", "body"});
    } else if (name == "contactCard" && categories.display_name.empty()) {
      categories.display_name =
          TextAt(category, {"contactCard", "identity", "name", "displayName"});
    }
  }
  return categories;
}

std::string PrintCategories(const Categories& categories) {
  xml::Element root(kNamespace, "categories");
  root.SetAttr("uri", categories.uri);
  const std::string time = categories.state ? categories.state->publish_time : std::string();
  if (categories.state) root.Add(PrintState(*categories.state));
  if (!categories.note.empty()) {
    xml::Element body(kNoteNamespace, "body");
    body.SetAttr("type", "personal").AddText(categories.note);
    xml::Element note(kNoteNamespace, "note");
    note.Add(std::move(body));
    xml::Element category = Category("note", time);
    category.Add(std::move(note));
    root.Add(std::move(category));
  }
  if (!categories.display_name.empty()) {
    xml::Element name(kCardNamespace, "name");
    name.AddTextElement(kCardNamespace, "displayName", categories.display_name);
    xml::Element identity(kCardNamespace, "identity");
    identity.Add(std::move(name));
    xml::Element card(kCardNamespace, "contactCard");
    card.Add(std::move(identity));
    xml::Element category = Category("contactCard", time);
    category.Add(std::move(card));
    root.Add(std::move(category));
  }
  return "<?xml version=\"1.0\"?>\r\n" + xml::Print(root);
}

}  // namespace dragoman::ocs
