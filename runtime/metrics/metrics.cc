#include "runtime/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <unordered_map>

namespace dragoman::runtime {

struct Metrics::Series {
  prometheus::Registry registry;
  std::unordered_map<std::string, prometheus::Counter*> counters;
  std::unordered_map<std::string, prometheus::Gauge*> gauges;
};

namespace {

std::string KeyOf(std::string_view name, Metrics::Labels labels) {
  std::string key(name);
  for (const auto& [label, value] : labels)
    key.append("\n").append(label).append("=").append(value);
  return key;
}

prometheus::Labels Convert(Metrics::Labels labels, bool overflow) {
  prometheus::Labels converted;
  for (const auto& [label, value] : labels)
    converted.emplace(label, overflow ? "other" : std::string(value));
  return converted;
}

// A series is looked up by its text once known: the registry's own search hashes every label.
template <typename Metric, typename Build>
Metric& Find(std::unordered_map<std::string, Metric*>& known, std::size_t total,
             std::string_view name, Metrics::Labels labels, Build build) {
  std::string key = KeyOf(name, labels);
  const auto found = known.find(key);
  if (found != known.end()) return *found->second;
  const bool overflow = total >= kSeriesMax;
  Metric& made = build().Add(Convert(labels, overflow));
  if (!overflow) known.emplace(std::move(key), &made);
  return made;
}

}  // namespace

Metrics::Metrics() : series_(std::make_unique<Series>()) {}
Metrics::~Metrics() = default;

void Metrics::Count(std::string_view name, Labels labels, double by) {
  const std::size_t total = series_->counters.size() + series_->gauges.size();
  Find(series_->counters, total, name, labels, [&]() -> prometheus::Family<prometheus::Counter>& {
    return prometheus::BuildCounter().Name(std::string(name)).Register(series_->registry);
  }).Increment(by);
}

void Metrics::Set(std::string_view name, Labels labels, double value) {
  const std::size_t total = series_->counters.size() + series_->gauges.size();
  Find(series_->gauges, total, name, labels, [&]() -> prometheus::Family<prometheus::Gauge>& {
    return prometheus::BuildGauge().Name(std::string(name)).Register(series_->registry);
  }).Set(value);
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(series_->registry.Collect());
}

}  // namespace dragoman::runtime
