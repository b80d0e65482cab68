#include "runtime/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <unordered_map>

namespace dragoman::runtime {

struct Metrics::Series {
  prometheus::Registry registry;
  std::unordered_map<std::string, prometheus::Counter*> counters;
  std::unordered_map<std::string, prometheus::Gauge*> gauges;
  std::unordered_map<std::string, prometheus::Histogram*> histograms;

  std::size_t size() const { return counters.size() + gauges.size() + histograms.size(); }
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
template <typename Metric, typename Build, typename... Shape>
Metric& Find(std::unordered_map<std::string, Metric*>& known, std::size_t total,
             std::string_view name, Metrics::Labels labels, Build build, const Shape&... shape) {
  std::string key = KeyOf(name, labels);
  const auto found = known.find(key);
  if (found != known.end()) return *found->second;
  const bool overflow = total >= kSeriesMax;
  Metric& made = build().Add(Convert(labels, overflow), shape...);
  if (!overflow) known.emplace(std::move(key), &made);
  return made;
}

}  // namespace

Metrics::Metrics() : series_(std::make_unique<Series>()) {}
Metrics::~Metrics() = default;

void Metrics::Count(std::string_view name, Labels labels, double by) {
  Find(series_->counters, series_->size(), name, labels,
       [&]() -> prometheus::Family<prometheus::Counter>& {
         return prometheus::BuildCounter().Name(std::string(name)).Register(series_->registry);
       })
      .Increment(by);
}

void Metrics::Set(std::string_view name, Labels labels, double value) {
  Find(series_->gauges, series_->size(), name, labels,
       [&]() -> prometheus::Family<prometheus::Gauge>& {
         return prometheus::BuildGauge().Name(std::string(name)).Register(series_->registry);
       })
      .Set(value);
}

void Metrics::Observe(std::string_view name, Labels labels, double seconds) {
  static const prometheus::Histogram::BucketBoundaries kTimes = {1,    5,     30,    120,  600,
                                                                 3600, 14400, 43200, 86400};
  Find(
      series_->histograms, series_->size(), name, labels,
      [&]() -> prometheus::Family<prometheus::Histogram>& {
        return prometheus::BuildHistogram().Name(std::string(name)).Register(series_->registry);
      },
      kTimes)
      .Observe(seconds);
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(series_->registry.Collect());
}

}  // namespace dragoman::runtime
