#include "core/sip/pidf.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/base/timestamp.h"
#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::sip {
namespace {

constexpr std::string_view kPidf = "urn:ietf:params:xml:ns:pidf";
constexpr std::string_view kPerson = "urn:ietf:params:xml:ns:pidf:data-model";
constexpr std::string_view kRpid = "urn:ietf:params:xml:ns:pidf:rpid";
constexpr std::string_view kRpidStatus =
    "urn:ietf:params:xml:ns:pidf:status:rpid-status";  // the draft's
constexpr std::string_view kCipid = "urn:ietf:params:xml:ns:pidf:cipid";
constexpr std::string_view kJabberClient = "jabber:client";

struct ActivityRow {
  std::string_view name;
  Activity activity;
};
constexpr auto kActivities = std::to_array<ActivityRow>({
    {"busy", Activity::kBusy},
    {"on-the-phone", Activity::kBusy},
    {"meeting", Activity::kBusy},
    {"presentation", Activity::kBusy},
    {"performance", Activity::kBusy},
    {"worship", Activity::kBusy},
    {"steering", Activity::kBusy},
    {"away", Activity::kAway},
    {"appointment", Activity::kAway},
    {"breakfast", Activity::kAway},
    {"lunch", Activity::kAway},
    {"dinner", Activity::kAway},
    {"meal", Activity::kAway},
    {"in-transit", Activity::kAway},
    {"travel", Activity::kAway},
    {"shopping", Activity::kAway},
    {"spectator", Activity::kAway},
    {"holiday", Activity::kExtendedAway},
    {"vacation", Activity::kExtendedAway},
    {"sleeping", Activity::kExtendedAway},
    {"permanent-absence", Activity::kExtendedAway},
});

Activity ActivityOf(std::string_view name) {
  for (const ActivityRow& row : kActivities) {
    if (row.name == name) return row.activity;
  }
  return Activity::kNone;
}

bool IsNow(const xml::Element& activities, std::optional<WallTime> now) {
  if (!now) return true;
  const std::optional<WallTime> from = ParseTimestamp(activities.Attr("from"));
  const std::optional<WallTime> until = ParseTimestamp(activities.Attr("until"));
  return (!from || *from <= *now) && (!until || *now < *until);
}

// Where RFC 4480 and the draft before it put them.
std::vector<const xml::Element*> ActivitiesIn(const xml::Element& parent,
                                              std::optional<WallTime> now) {
  std::vector<const xml::Element*> found;
  for (const std::string_view ns : {kRpid, kRpidStatus}) {
    const xml::Element* activities = parent.Child(ns, "activities");
    if (activities != nullptr && IsNow(*activities, now)) found.push_back(activities);
  }
  return found;
}

// <activities> of RFC 4480 has an element for each; Microsoft's early form has
// <activity>word</activity>.
Activity Strongest(const xml::Element& parent, std::optional<WallTime> now) {
  Activity strongest = Activity::kNone;
  for (const xml::Element* activities : ActivitiesIn(parent, now)) {
    for (const xml::Element* child : activities->Children()) {
      const std::string text = child->Text();
      strongest =
          std::max({strongest, ActivityOf(child->name()),
                    child->name() == "activity" ? ActivityOf(Trim(text)) : Activity::kNone});
    }
  }
  return strongest;
}

// Since when the user has touched nothing (RFC 4480 §3.13); empty: it has, or that is not said.
std::string LastInput(const xml::Element& parent) {
  const xml::Element* input = parent.Child(kRpid, "user-input");
  if (input == nullptr || Trim(input->Text()) != "idle") return {};
  return std::string(Trim(input->Attr("last-input")));
}

void AddLastInput(xml::Element& parent, const std::string& last_input) {
  if (last_input.empty()) return;
  xml::Element input(kRpid, "user-input");
  input.SetAttr("last-input", last_input).AddText("idle");
  parent.Add(std::move(input));
}

// One per language, empty ones dropped (PRES-8).
std::vector<Note> Notes(const xml::Element& parent, std::string_view ns) {
  std::vector<Note> notes;
  for (const xml::Element* element : parent.Children(ns, "note")) {
    Note note{std::string(element->lang()), element->Text()};
    const bool known = std::any_of(notes.begin(), notes.end(),
                                   [&](const Note& other) { return other.lang == note.lang; });
    if (!note.text.empty() && !known) notes.push_back(std::move(note));
  }
  return notes;
}

// qvalue = 0..1 with at most three decimals, as thousandths.
std::optional<std::uint16_t> Thousandths(std::string_view text) {
  Cursor in(Trim(text));
  const std::optional<std::uint64_t> whole = in.TakeNumber();
  if (!whole || *whole > 1) return std::nullopt;
  std::uint64_t value = *whole * 1000;
  if (in.Take('.')) {
    std::uint64_t weight = 100;
    for (const char digit : in.TakeWhile(IsDigit)) {
      value += static_cast<std::uint64_t>(digit - '0') * weight;
      weight /= 10;
    }
  }
  if (!in.AtEnd() || value > 1000) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

std::string Decimal(std::uint16_t thousandths) {
  if (thousandths >= 1000) return "1";
  std::string digits = std::to_string(thousandths);
  digits.insert(0, 3 - digits.size(), '0');
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  return "0." + digits;
}

std::optional<Tuple> ReadTuple(const xml::Element& element, std::optional<WallTime> now) {
  const xml::Element* status = element.Child(kPidf, "status");
  const xml::Element* basic = status != nullptr ? status->Child(kPidf, "basic") : nullptr;
  if (basic == nullptr) return std::nullopt;  // describes no way to reach anybody (PRES-17)
  if (const xml::Element* relationship = element.Child(kRpid, "relationship");
      relationship != nullptr && relationship->Child(kRpid, "self") == nullptr) {
    return std::nullopt;
  }
  Tuple tuple;
  tuple.id = element.Attr("id");
  const std::string state = basic->Text();
  tuple.open = Trim(state) == "open";
  if (const xml::Element* show = status->Child(kJabberClient, "show")) {
    const std::string text = show->Text();
    tuple.show = Trim(text);
  }
  tuple.activity = std::max(Strongest(*status, now), Strongest(element, now));
  if (const xml::Element* contact = element.Child(kPidf, "contact")) {
    const std::string uri = contact->Text();
    tuple.contact = Trim(uri);
    tuple.priority = Thousandths(contact->Attr("priority"));
  }
  tuple.notes = Notes(element, kPidf);
  tuple.last_input = LastInput(element);
  if (const xml::Element* timestamp = element.Child(kPidf, "timestamp")) {
    const std::string text = timestamp->Text();
    tuple.timestamp = Trim(text);
  }
  return tuple;
}

void AddNotes(xml::Element& parent, std::string_view ns, const std::vector<Note>& notes) {
  for (const Note& note : notes) {
    xml::Element element(ns, "note");
    if (!note.lang.empty()) element.SetAttr("lang", note.lang, xml::kXmlNamespace);
    element.AddText(note.text);
    parent.Add(std::move(element));
  }
}

std::string_view NameOf(Activity activity) {
  switch (activity) {
    case Activity::kBusy:
      return "busy";
    case Activity::kAway:
    case Activity::kExtendedAway:
      return "away";
    case Activity::kNone:
      return "";
  }
  return "";
}

// Status, extensions, contact, note, timestamp: in this order (PRES-9).
xml::Element PrintTuple(const Tuple& tuple) {
  xml::Element element(kPidf, "tuple");
  element.SetAttr("id", tuple.id);
  xml::Element status(kPidf, "status");
  status.AddTextElement(kPidf, "basic", tuple.open ? "open" : "closed");
  if (!tuple.show.empty()) status.AddTextElement(kJabberClient, "show", tuple.show);
  if (tuple.activity != Activity::kNone) {
    xml::Element activities(kRpidStatus, "activities");
    activities.AddTextElement(kRpidStatus, "activity", NameOf(tuple.activity));
    status.Add(std::move(activities));
  }
  element.Add(std::move(status));
  AddLastInput(element, tuple.last_input);
  if (!tuple.contact.empty()) {
    xml::Element contact(kPidf, "contact");
    if (tuple.priority) contact.SetAttr("priority", Decimal(*tuple.priority));
    contact.AddText(tuple.contact);
    element.Add(std::move(contact));
  }
  AddNotes(element, kPidf, tuple.notes);
  if (!tuple.timestamp.empty()) element.AddTextElement(kPidf, "timestamp", tuple.timestamp);
  return element;
}

}  // namespace

Result<PresenceDocument, std::string> ParsePidf(std::string_view text,
                                                std::optional<WallTime> now) {
  const Result<xml::Element, xml::XmlError> root = xml::ParseDocument(text);
  if (!root) return Fail(std::string("not a well-formed XML document"));
  if (!root->Is(kPidf, "presence")) return Fail(std::string("not a PIDF document"));
  PresenceDocument document;
  document.entity = root->Attr("entity");
  for (const xml::Element* element : root->Children(kPidf, "tuple")) {
    if (document.tuples.size() == kTuplesMax) return Fail(std::string("too many tuples"));
    if (std::optional<Tuple> tuple = ReadTuple(*element, now))
      document.tuples.push_back(*std::move(tuple));
  }
  document.notes = Notes(*root, kPidf);
  if (const xml::Element* person = root->Child(kPerson, "person")) {
    document.activity = Strongest(*person, now);
    document.last_input = LastInput(*person);
    if (document.notes.empty()) document.notes = Notes(*person, kPerson);  // PRES-18
    for (const xml::Element* activities : ActivitiesIn(*person, now)) {
      if (document.notes.empty()) document.notes = Notes(*activities, activities->ns());
    }
  }
  if (const xml::Element* name = root->Child(kCipid, "display-name")) {
    document.display_name = name->Text();
  }
  return document;
}

std::string PrintPidf(const PresenceDocument& document) {
  xml::Element root(kPidf, "presence");
  root.SetAttr("entity", document.entity);
  for (const Tuple& tuple : document.tuples) root.Add(PrintTuple(tuple));
  AddNotes(root, kPidf, document.notes);
  if (document.activity != Activity::kNone || !document.last_input.empty()) {
    xml::Element person(kPerson, "person");
    person.SetAttr("id", "person");
    if (document.activity != Activity::kNone) {
      xml::Element activities(kRpid, "activities");
      activities.Add(xml::Element(kRpid, NameOf(document.activity)));
      person.Add(std::move(activities));
    }
    AddLastInput(person, document.last_input);
    root.Add(std::move(person));
  }
  if (!document.display_name.empty()) {
    root.AddTextElement(kCipid, "display-name", document.display_name);
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" + xml::Print(root);
}

}  // namespace dragoman::sip
