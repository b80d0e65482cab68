// The answer to one HTTP/1.1 request, read as its bytes come: as much of RFC 9112 as admin pages
// need. They close the connection behind it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::pages {

inline constexpr std::size_t kHeadBytesMax = 8 * 1024;
inline constexpr std::size_t kBodyBytesMax = 8 * 1024 * 1024;

struct Answer {
  int status = 0;       // 0: there is none, and `problem` says why
  std::string body;     // whole
  std::string problem;  // for people: "no answer in time"
};

class AnswerReader {
 public:
  // False: nothing more is wanted, the answer is there or broken.
  bool Feed(std::string_view bytes);
  void OnEnd();  // the connection was closed
  bool done() const { return done_; }
  // Once done.
  const Answer& answer() const { return answer_; }

 private:
  void ReadHead(std::string_view head);
  void Finish();
  void Break(std::string problem);

  std::string text_;  // the head while it is not whole, then the body
  bool in_body_ = false;
  bool done_ = false;
  int status_ = 0;
  std::optional<std::size_t> length_;  // of the body; nullopt: until the end
  Answer answer_;
};

}  // namespace dragoman::pages
