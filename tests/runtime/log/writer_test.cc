#include "runtime/log/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>

#include "tests/runtime/log/pipe.h"

namespace dragoman::runtime {
namespace {

constexpr std::size_t kLineBytes = 64;

std::string Told(std::uint64_t count) { return "lost " + std::to_string(count) + "\n"; }

// Of `size` bytes, unlike any with another number.
std::string Line(std::size_t number, std::size_t size = kLineBytes) {
  const std::string digits = std::to_string(number);
  return digits + std::string(size - digits.size() - 1, '.') + "\n";
}

std::string Lines(std::size_t from, std::size_t to) {
  std::string all;
  for (std::size_t i = from; i < to; ++i) all += Line(i);
  return all;
}

// A file in memory, and what stands in it.
class File {
 public:
  File() : fd_(memfd_create("log", MFD_CLOEXEC)) {}
  ~File() { close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int fd() const { return fd_; }
  std::string Text() const {
    std::string text(static_cast<std::size_t>(lseek(fd_, 0, SEEK_END)), '\0');
    text.resize(static_cast<std::size_t>(pread(fd_, text.data(), text.size(), 0)));
    return text;
  }

 private:
  const int fd_;
};

TEST(LineWriterTest, F18_WritesAllLinesInOrderBeforeItEnds) {
  File file;
  constexpr std::size_t kCount = kLogQueueBytesMax / kLineBytes;
  {
    LineWriter writer(file.fd(), Told);
    for (std::size_t i = 0; i < kCount; ++i) writer.Put(Line(i));
    EXPECT_EQ(writer.TakeLost(), 0u);
  }
  EXPECT_EQ(file.Text(), Lines(0, kCount));
}

TEST(LineWriterTest, F18_WritesWithoutBeingEnded) {
  Pipe pipe;
  LineWriter writer(pipe.writer(), Told);
  for (std::size_t i = 0; i < 100; ++i) {
    writer.Put(Line(i));
    EXPECT_EQ(pipe.ReadUntil("\n"), Line(i));
  }
}

TEST(LineWriterTest, F18_TakesLinesUpToItsBoundAndNoByteMore) {
  Pipe pipe;
  const std::string filling = pipe.Fill();
  LineWriter writer(pipe.writer(), Told);
  constexpr std::size_t kCount = kLogQueueBytesMax / kLineBytes;
  for (std::size_t i = 0; i < kCount; ++i) writer.Put(Line(i));
  EXPECT_EQ(writer.TakeLost(), 0u);
  writer.Put("\n");
  EXPECT_EQ(writer.TakeLost(), 1u);
  EXPECT_EQ(pipe.ReadUntil(Told(1)), filling + Lines(0, kCount) + Told(1));
}

TEST(LineWriterTest, F18_TellsOfALineThatIsTooLongForIt) {
  Pipe pipe;
  LineWriter writer(pipe.writer(), Told);
  writer.Put(Line(0, kLogQueueBytesMax + 1));
  EXPECT_EQ(pipe.ReadUntil("\n"), Told(1));
  writer.Put(Line(1));
  EXPECT_EQ(pipe.ReadUntil("\n"), Line(1));
}

TEST(LineWriterTest, F18_NeverWaitsForAPipeThatNobodyReadsAndTellsWhereLinesAreMissing) {
  Pipe pipe;
  const std::string filling = pipe.Fill();
  LineWriter writer(pipe.writer(), Told);
  constexpr std::size_t kKept = kLogQueueBytesMax / kLineBytes;
  constexpr std::size_t kPut = kKept * 3;
  for (std::size_t i = 0; i < kPut; ++i) writer.Put(Line(i));  // or the test never ends
  EXPECT_EQ(writer.TakeLost(), kPut - kKept);
  EXPECT_EQ(writer.TakeLost(), 0u);
  const std::string told = Told(kPut - kKept);
  EXPECT_EQ(pipe.ReadUntil(told), filling + Lines(0, kKept) + told);
  writer.Put(Line(kPut));
  EXPECT_EQ(pipe.ReadUntil("\n"), Line(kPut));
}

TEST(LineWriterTest, F18_LosesLinesInOnePlaceUntilHalfOfTheQueueHasLeft) {
  Pipe pipe;
  const std::string filling = pipe.Fill();
  LineWriter writer(pipe.writer(), Told);
  constexpr std::size_t kKept = kLogQueueBytesMax / kLineBytes;
  for (std::size_t i = 0; i < kKept + 1; ++i) writer.Put(Line(i));
  ASSERT_LT(filling.size(), kLogQueueBytesMax / 2);  // so much leaves the queue now, and no more
  std::string all = pipe.ReadUntil("f");
  writer.Put(Line(kKept + 1));
  EXPECT_EQ(writer.TakeLost(), 2u);
  all += pipe.ReadUntil(Told(2));
  EXPECT_EQ(all, filling + Lines(0, kKept) + Told(2));
}

TEST(LineWriterTest, F18_CountsWhatAFullDiskSwallowsAndTellsOfItOnceThereIsRoom) {
  File file;
  const int disk = open("/dev/full", O_WRONLY | O_CLOEXEC);
  {
    LineWriter writer(disk, Told);
    for (std::size_t i = 0; i < 1000; ++i) writer.Put(Line(i));
    std::uint64_t lost = 0;
    while (lost < 1000) lost += writer.TakeLost();  // once the thread has tried them all
    EXPECT_EQ(lost, 1000u);
    dup2(file.fd(), disk);
    writer.Put(Line(1000));
  }
  EXPECT_EQ(file.Text(), Told(1000) + Line(1000));
  close(disk);
}

TEST(LineWriterTest, F18_TellsOfWhatWasLostWithoutAnotherLine) {
  Pipe pipe;
  const int disk = open("/dev/full", O_WRONLY | O_CLOEXEC);
  {
    LineWriter writer(disk, Told);
    writer.Put(Line(0));
    while (writer.TakeLost() == 0) {
    }
    dup2(pipe.writer(), disk);
    EXPECT_EQ(pipe.ReadUntil("\n"), Told(1));
  }
  close(disk);
}

TEST(LineWriterTest, F18_CountsLinesForAReaderThatIsGone) {
  Pipe pipe;
  pipe.CloseReader();
  LineWriter writer(pipe.writer(), Told);  // without SIGPIPE: the test lives
  writer.Put(Line(0));
  while (writer.TakeLost() == 0) {
  }
}

// RLIMIT_FSIZE ends a file as a full disk does, in the middle of a line.
TEST(LineWriterTest, F18_FinishesALineThatAFullDiskHasTorn) {
  File file;
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  {
    LineWriter writer(file.fd(), Told);
    rlimit limit = before;
    limit.rlim_cur = kLineBytes + kLineBytes / 2;
    setrlimit(RLIMIT_FSIZE, &limit);
    for (std::size_t i = 0; i < 4; ++i) writer.Put(Line(i));
    std::uint64_t lost = 0;
    while (lost < 2) lost += writer.TakeLost();
    const std::string torn = file.Text();
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(torn, Lines(0, 2).substr(0, limit.rlim_cur));
    writer.Put(Line(4));
  }
  EXPECT_EQ(file.Text(), Lines(0, 2) + Told(2) + Line(4));
}

TEST(LineWriterTest, F18_WaitsForRoomInAPipeThatSomebodyMadeNonBlocking) {
  Pipe pipe;
  const std::string filling = pipe.Fill();
  fcntl(pipe.writer(), F_SETFL, fcntl(pipe.writer(), F_GETFL) | O_NONBLOCK);
  LineWriter writer(pipe.writer(), Told);
  writer.Put(Line(0));
  EXPECT_EQ(pipe.ReadUntil(Line(0)), filling + Line(0));
  EXPECT_EQ(writer.TakeLost(), 0u);
}

TEST(LineWriterTest, F18_EndsInTimeWhoeverDoesNotRead) {
  Pipe pipe;
  pipe.Fill();
  auto writer = std::make_unique<LineWriter>(pipe.writer(), Told);
  writer->Put(Line(0));
  const auto begun = std::chrono::steady_clock::now();
  writer.reset();  // or the test never ends
  EXPECT_GE(std::chrono::steady_clock::now() - begun, kLogLastWordsMax);
}

}  // namespace
}  // namespace dragoman::runtime
