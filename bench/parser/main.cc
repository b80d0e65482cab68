// Our SIP parser beside libosip2's and sofia-sip's, on the same messages in one run.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/parser/allocations.h"
#include "bench/parser/corpus.h"
#include "bench/parser/reader.h"

namespace dragoman::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 25;  // the readers take turns, so that a busy moment hurts all of them
constexpr auto kRound = std::chrono::milliseconds(8);

void ReadOnce(Reader& reader, const Sample& sample) {
  if (reader.Read(sample.bytes)) return;
  std::fprintf(stderr, "%s refuses the %s\n", reader.name().c_str(), sample.name.c_str());
  std::exit(1);
}

double NanosecondsIn(Reader& reader, const Sample& sample) {
  const Clock::time_point from = Clock::now();
  long count = 0;
  Clock::duration passed{};
  do {
    for (int i = 0; i < 100; ++i) ReadOnce(reader, sample);
    count += 100;
    passed = Clock::now() - from;
  } while (passed < kRound);
  return std::chrono::duration<double, std::nano>(passed).count() / static_cast<double>(count);
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
  return values[kRounds / 2];
}

double AllocationsOf(Reader& reader, const Sample& sample) {
  constexpr int kCount = 1000;
  const std::uint64_t before = Allocations();
  for (int i = 0; i < kCount; ++i) ReadOnce(reader, sample);
  return static_cast<double>(Allocations() - before) / kCount;
}

void Run() {
  std::vector<std::unique_ptr<Reader>> readers;
  readers.push_back(MakeFramed());
  readers.push_back(MakeValidated());
  readers.push_back(MakeTyped());
  readers.push_back(MakeOsip());
  readers.push_back(MakeSofia());

  std::map<std::string, std::vector<double>> all;
  std::printf("%-10s %6s  %-18s %9s %12s %12s %12s\n", "message", "bytes", "parser", "ns",
              "messages/s", "allocations", "to dragoman");
  for (const Sample& sample : Corpus()) {
    const Found expected = readers.front()->Look(sample.bytes);
    std::map<std::string, std::vector<double>> rounds;
    for (const auto& reader : readers) {
      if (reader->Look(sample.bytes) != expected) {
        std::fprintf(stderr, "%s reads the %s otherwise\n", reader->name().c_str(),
                     sample.name.c_str());
        std::exit(1);
      }
      NanosecondsIn(*reader, sample);  // warm
    }
    for (int round = 0; round < kRounds; ++round) {
      for (const auto& reader : readers) {
        rounds[reader->name()].push_back(NanosecondsIn(*reader, sample));
      }
    }
    const double ours = Median(rounds[readers.front()->name()]);
    for (const auto& reader : readers) {
      const double ns = Median(rounds[reader->name()]);
      all[reader->name()].push_back(ns);
      std::printf("%-10s %6zu  %-18s %9.0f %12.0f %12.1f %11.1fx\n", sample.name.c_str(),
                  sample.bytes.size(), reader->name().c_str(), ns, 1e9 / ns,
                  AllocationsOf(*reader, sample), ns / ours);
    }
  }
  std::printf("\nthe least ahead on any message:\n");
  for (const char* ours : {"dragoman", "dragoman+validate", "dragoman+typed"}) {
    for (const char* other : {"libosip2", "sofia-sip"}) {
      double least = 1e9;
      for (std::size_t i = 0; i < all[ours].size(); ++i)
        least = std::min(least, all[other][i] / all[ours][i]);
      std::printf("  %-18s to %-10s %5.1fx\n", ours, other, least);
    }
  }
}

}  // namespace
}  // namespace dragoman::bench

int main() { dragoman::bench::Run(); }
