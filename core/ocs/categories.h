// Presence as Office Communications Server 2007 and later tell it among themselves:
// application/msrtc-event-categories+xml. ocs-dialect §4.5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace dragoman::ocs {

inline constexpr std::string_view kCategoriesType = "application/msrtc-event-categories+xml";
inline constexpr std::size_t kCategoriesMax = 128;  // <category/> elements in one document

struct CategoryState {
  std::uint16_t availability = 0;
  std::string token;         // of <activity/>; empty: none
  std::string custom;        // the user's own words for it; empty: none
  std::string publish_time;  // RFC 3339; empty: not said
  friend bool operator==(const CategoryState&, const CategoryState&) = default;
};

struct Categories {
  std::string uri;                     // "sip:…"
  std::optional<CategoryState> state;  // nullopt: the document does not speak of it
  std::string note;                    // empty: none
  std::string display_name;            // of the contact card; empty: none
  friend bool operator==(const Categories&, const Categories&) = default;
};

// Of several state instances the aggregateState counts, without one the last; of several notes the
// first that is not empty. Errors: why it is no such document.
Result<Categories, std::string> ParseCategories(std::string_view text);
std::string PrintCategories(const Categories& categories);

}  // namespace dragoman::ocs
