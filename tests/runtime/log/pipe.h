// A pipe that nobody reads until the test does, and what it brings.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace dragoman::runtime {

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_CLOEXEC) != 0) ends_[0] = ends_[1] = -1;
  }
  ~Pipe() {
    CloseReader();
    close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }

  // Returns the line that fills it up: not a byte more fits.
  std::string Fill() {
    const int flags = fcntl(ends_[1], F_GETFL);
    fcntl(ends_[1], F_SETFL, flags | O_NONBLOCK);
    std::string filling;
    while (write(ends_[1], "f", 1) == 1) filling += 'f';
    fcntl(ends_[1], F_SETFL, flags);
    return filling;
  }

  // Everything until `end` is the end of it, however long that takes; or until nobody writes.
  std::string ReadUntil(const std::string& end) {
    std::string all;
    char some[65536];
    while (!all.ends_with(end)) {
      const ssize_t size = read(ends_[0], some, sizeof some);
      if (size <= 0) break;
      all.append(some, static_cast<std::size_t>(size));
    }
    return all;
  }

  void CloseReader() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }

 private:
  int ends_[2];
};

}  // namespace dragoman::runtime
