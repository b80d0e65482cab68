// Counters, gauges and histograms of one process in Prometheus' text form. Label values come from
// closed sets (T-57).
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace dragoman::runtime {

inline constexpr std::size_t kSeriesMax =
    2000;  // of one process; what is above is counted in "other"

class Metrics {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  Metrics();
  ~Metrics();

  void Count(std::string_view name, Labels labels, double by = 1);
  void Set(std::string_view name, Labels labels, double value);
  // Into a histogram of times, from a second to a day.
  void Observe(std::string_view name, Labels labels, double seconds);
  std::string Text() const;

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace dragoman::runtime
