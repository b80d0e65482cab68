#include "runtime/watch/watch.h"

#include <sys/stat.h>

#include <cstdint>
#include <set>
#include <utility>

namespace dragoman::runtime {
namespace {

using UvFsEvent = std::unique_ptr<uv_fs_event_t, UvClose<uv_fs_event_t>>;

std::string FolderOf(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : file.substr(0, slash);
}

// What changes when a file does, links followed. All zero: there is none.
struct Look {
  dev_t device = 0;
  ino_t node = 0;
  off_t size = 0;
  std::int64_t seconds = 0, nanoseconds = 0;
  friend bool operator==(const Look&, const Look&) = default;
};

Look LookAt(const std::string& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

class Folders : public FileWatch {
 public:
  Folders(Loop& loop, std::vector<std::string> files, std::function<void()> changed)
      : loop_(loop),
        files_(std::move(files)),
        changed_(std::move(changed)),
        quiet_(loop, [this] { OnQuiet(); }),
        seen_(LookAtAll()) {}

  Result<bool, std::string> Add(const std::string& folder) {
    UvFsEvent event(new uv_fs_event_t);
    uv_fs_event_init(loop_.uv(), event.get());
    event->data = this;
    const int started = uv_fs_event_start(
        event.get(),
        [](uv_fs_event_t* handle, const char*, int, int) {
          static_cast<Folders*>(handle->data)->OnEvent();
        },
        folder.c_str(), 0);
    if (started != 0) return Fail(folder + ": cannot be watched: " + uv_strerror(started));
    events_.push_back(std::move(event));
    return true;
  }

 private:
  // Files that belong together change one after the other: they are looked at a moment later.
  void OnEvent() {
    if (!waiting_) quiet_.StartAt(loop_.Now() + kQuiet);
    waiting_ = true;
  }

  // Other files of the folder, a log perhaps, are nobody's business.
  void OnQuiet() {
    waiting_ = false;
    if (std::vector<Look> now = LookAtAll(); now != seen_) {
      seen_ = std::move(now);
      changed_();
    }
  }

  std::vector<Look> LookAtAll() const {
    std::vector<Look> looks;
    for (const std::string& file : files_) looks.push_back(LookAt(file));
    return looks;
  }

  Loop& loop_;
  std::vector<std::string> files_;
  std::function<void()> changed_;
  Timer quiet_;
  bool waiting_ = false;
  std::vector<Look> seen_;
  std::vector<UvFsEvent> events_;
};

}  // namespace

Result<std::unique_ptr<FileWatch>, std::string> FileWatch::Watch(
    Loop& loop, const std::vector<std::string>& files, std::function<void()> changed) {
  std::set<std::string> folders;
  for (const std::string& file : files) folders.insert(FolderOf(file));
  if (folders.size() > kWatchedFoldersMax) {
    return Fail("files in " + std::to_string(folders.size()) + " folders; at most " +
                std::to_string(kWatchedFoldersMax) + " are watched");
  }
  auto made = std::make_unique<Folders>(loop, files, std::move(changed));
  for (const std::string& folder : folders) {
    if (auto added = made->Add(folder); !added) return Fail(added.error());
  }
  return made;
}

}  // namespace dragoman::runtime
