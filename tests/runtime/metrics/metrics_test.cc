#include "runtime/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace dragoman::runtime {
namespace {

TEST(MetricsTest, CountsAndSetsInPrometheusText) {
  Metrics metrics;
  metrics.Count("dragoman_messages_total", {{"direction", "in"}});
  metrics.Count("dragoman_messages_total", {{"direction", "in"}}, 2);
  metrics.Set("dragoman_streams", {}, 4);
  metrics.Set("dragoman_streams", {}, 5);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, testing::HasSubstr("dragoman_messages_total{direction=\"in\"} 3\n"));
  EXPECT_THAT(text, testing::HasSubstr("dragoman_streams 5\n"));
}

TEST(MetricsTest, T57_MadeUpLabelsDoNotGrowTheNumberOfSeries) {
  Metrics metrics;
  for (int i = 0; i < 10'000; ++i) metrics.Count("x_total", {{"domain", std::to_string(i)}});
  const std::string text = metrics.Text();
  EXPECT_LE(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), kSeriesMax + 3);
  EXPECT_THAT(text, testing::HasSubstr("x_total{domain=\"other\"} 8000\n"));
}

}  // namespace
}  // namespace dragoman::runtime
