#include "core/presence/known.h"

#include <algorithm>

#include "core/presence/record.h"

namespace dragoman::presence {
namespace {

using envelope::ResourcePresence;

auto Find(const Resources& resources, const std::string& resource) {
  return std::find_if(resources.begin(), resources.end(),
                      [&](const ResourcePresence& one) { return one.resource == resource; });
}

// Whatever the time that it bears: an answer to a probe has another one than the news had.
bool SaysTheSame(const ResourcePresence& known, ResourcePresence news) {
  news.since = known.since;
  return news == known;
}

ResourcePresence Unavailable(const std::string& resource) {
  ResourcePresence gone;
  gone.resource = resource;
  return gone;
}

}  // namespace

void Merge(Resources& known, const ResourcePresence& news) {
  if (!news.available && news.resource.empty()) return known.clear();
  if (const auto old = Find(known, news.resource); old != known.end() && SaysTheSame(*old, news))
    return;
  std::erase_if(known, [&](const ResourcePresence& one) { return one.resource == news.resource; });
  if (!news.available) return;
  if (known.size() == kResourcesMax)
    known.erase(known.begin());  // the one without news for the longest
  known.push_back(news);
}

Resources Difference(const Resources& before, const Resources& after, bool all) {
  Resources told;
  for (const ResourcePresence& one : after) {
    const auto old = Find(before, one.resource);
    if (all || old == before.end() || *old != one) told.push_back(one);
  }
  for (const ResourcePresence& one : before) {
    if (Find(after, one.resource) == after.end()) told.push_back(Unavailable(one.resource));
  }
  if (told.empty() && after.empty()) told.push_back(Unavailable({}));
  return told;
}

Resources Gone(const Resources& known) {
  Resources gone;
  for (const ResourcePresence& one : known) gone.push_back(Unavailable(one.resource));
  if (gone.empty()) gone.push_back(Unavailable({}));
  return gone;
}

}  // namespace dragoman::presence
