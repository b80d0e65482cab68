#include "runtime/watch/watch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace dragoman::runtime {
namespace {

namespace fs = std::filesystem;
constexpr Duration kGenerous{20'000};

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() : folder_(fs::temp_directory_path() / ("dragoman-watch-" + Unique())) {
    fs::create_directories(folder_);
    Write("settings", "first");
  }
  ~FileWatchTest() override { fs::remove_all(folder_); }

  static std::string Unique() {
    SystemRandom random;
    return RandomToken(random);
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::string Read(const std::string& name) {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Does `change` once the watch stands; what the file says when a change is told.
  std::string ToldAfter(const std::function<void()>& change) {
    std::string told = "nothing was told";
    auto watch = FileWatch::Watch(loop_, {(folder_ / "settings").string()}, [&] {
      told = Read("settings");
      loop_.Stop();
    });
    EXPECT_TRUE(watch) << watch.error();
    Timer limit(loop_, [&] { loop_.Stop(); });
    limit.StartAt(loop_.Now() + kGenerous);
    loop_.Defer(change);
    loop_.Run();
    return told;
  }

  Loop loop_;
  fs::path folder_;
};

TEST_F(FileWatchTest, TellsOfAFileWrittenInPlace) {
  EXPECT_EQ(ToldAfter([&] { Write("settings", "second"); }), "second");
}

TEST_F(FileWatchTest, TellsOfAFileReplacedByRename) {
  EXPECT_EQ(ToldAfter([&] {
              Write("settings.new", "second");
              fs::rename(folder_ / "settings.new", folder_ / "settings");
            }),
            "second");
}

TEST_F(FileWatchTest, TellsOfAFolderSwappedByASymbolicLink) {
  const auto version = [&](const std::string& name, const std::string& text) {
    fs::create_directories(folder_ / name);
    Write(name + "/settings", text);
  };
  fs::remove(folder_ / "settings");
  version("one", "first");
  version("two", "second");
  fs::create_directory_symlink("one", folder_ / "..data");
  fs::create_symlink("..data/settings", folder_ / "settings");
  EXPECT_EQ(ToldAfter([&] {
              fs::create_directory_symlink("two", folder_ / "..data.new");
              fs::rename(folder_ / "..data.new", folder_ / "..data");
            }),
            "second");
}

TEST_F(FileWatchTest, OtherFilesOfTheFolderAreNobodysBusiness) {
  int told = 0;
  auto watch = FileWatch::Watch(loop_, {(folder_ / "settings").string()}, [&] { ++told; });
  ASSERT_TRUE(watch);
  Timer change(loop_, [&] { Write("settings", "second, after the other file's time"); });
  Timer end(loop_, [&] { loop_.Stop(); });
  loop_.Defer([&] { Write("log", "line"); });
  change.StartAt(loop_.Now() + 2 * kQuiet);
  end.StartAt(loop_.Now() + 5 * kQuiet);
  loop_.Run();
  EXPECT_EQ(told, 1);
}

TEST_F(FileWatchTest, ChangesThatComeCloseTogetherAreToldOnceAndTheLastCounts) {
  EXPECT_EQ(ToldAfter([&] {
              for (int i = 1; i <= 100; ++i) {
                Write("settings.new", std::to_string(i));
                fs::rename(folder_ / "settings.new", folder_ / "settings");
              }
            }),
            "100");
}

TEST_F(FileWatchTest, RefusesWhatItCannotWatch) {
  const auto missing = FileWatch::Watch(loop_, {"/does/not/exist"}, [] {});
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().find("/does/not"), std::string::npos);
  std::vector<std::string> files;
  for (std::size_t i = 0; i <= kWatchedFoldersMax; ++i) {
    files.push_back("/" + std::to_string(i) + "/file");
  }
  EXPECT_FALSE(FileWatch::Watch(loop_, files, [] {}));
}

}  // namespace
}  // namespace dragoman::runtime
