#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "cli/commands.h"
#include "runtime/bus/curve.h"

namespace dragoman::cli {
namespace {

// Never over a file that exists: it may be a key in use. False: errno says why.
bool Create(const std::string& name, mode_t mode, const std::string& text) {
  const int file = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return false;
  const bool written = fchmod(file, mode) == 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  const int error = errno;
  close(file);
  if (!written) unlink(name.c_str());
  errno = error;
  return written;
}

int Failed(const std::string& name) {
  std::fprintf(stderr, "%s: %s\n", name.c_str(), std::strerror(errno));
  return 1;
}

}  // namespace

int MakeKeys(const std::string& name) {
  const runtime::CurvePair pair = runtime::NewCurvePair();
  const std::string secret = name + ".secret";
  const std::string shown = name + ".public";
  const std::string label = name.substr(name.find_last_of('/') + 1);
  if (!Create(secret, 0600,
              "# secret key of the bus (router.curve.secret); its public key is in " + label +
                  ".public\n" + pair.secret + "\n")) {
    return Failed(secret);
  }
  if (!Create(shown, 0644, pair.public_key + " " + label + "\n")) {
    const int error = errno;
    unlink(secret.c_str());
    errno = error;
    return Failed(shown);
  }
  std::printf("%s\n%s\n", secret.c_str(), shown.c_str());
  return 0;
}

}  // namespace dragoman::cli
