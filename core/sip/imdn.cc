#include "core/sip/imdn.h"

#include <array>

#include "core/base/ascii.h"
#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::sip {
namespace {

constexpr std::string_view kNamespace = "urn:ietf:params:xml:ns:imdn";

struct StatusRow {
  Delivery delivery;
  std::string_view element;
};
constexpr auto kStatuses = std::to_array<StatusRow>({
    {Delivery::kDelivered, "delivered"},
    {Delivery::kFailed, "failed"},
    {Delivery::kForbidden, "forbidden"},
    {Delivery::kError, "error"},
});

std::string TextOf(const xml::Element& root, std::string_view name) {
  const xml::Element* child = root.Child(kNamespace, name);
  return child != nullptr ? std::string(Trim(child->Text())) : std::string();
}

}  // namespace

std::optional<Imdn> ParseImdn(std::string_view text) {
  const Result<xml::Element, xml::XmlError> root = xml::ParseDocument(text);
  if (!root || !root->Is(kNamespace, "imdn")) return std::nullopt;
  Imdn imdn{.message_id = TextOf(*root, "message-id"),
            .date_time = TextOf(*root, "datetime"),
            .recipient_uri = TextOf(*root, "recipient-uri"),
            .original_recipient_uri = TextOf(*root, "original-recipient-uri"),
            .delivery = {}};
  if (imdn.message_id.empty()) return std::nullopt;
  const xml::Element* notification = root->Child(kNamespace, "delivery-notification");
  const xml::Element* status =
      notification != nullptr ? notification->Child(kNamespace, "status") : nullptr;
  if (status == nullptr) return imdn;
  for (const StatusRow& row : kStatuses) {
    if (status->Child(kNamespace, row.element) != nullptr) imdn.delivery = row.delivery;
  }
  return imdn;
}

std::string PrintImdn(const Imdn& notification) {
  xml::Element root(kNamespace, "imdn");
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) root.AddTextElement(kNamespace, name, value);
  };
  add("message-id", notification.message_id);
  add("datetime", notification.date_time);
  add("recipient-uri", notification.recipient_uri);
  add("original-recipient-uri", notification.original_recipient_uri);
  xml::Element status(kNamespace, "status");
  for (const StatusRow& row : kStatuses) {
    if (row.delivery == notification.delivery) status.Add(xml::Element(kNamespace, row.element));
  }
  xml::Element delivery(kNamespace, "delivery-notification");
  delivery.Add(std::move(status));
  root.Add(std::move(delivery));
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" + xml::Print(root);
}

}  // namespace dragoman::sip
