#include "cli/pages/answer_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/ascii.h"

namespace dragoman::pages {
namespace {

// status-line = HTTP-version SP 3DIGIT … (§4). 0: it is none.
int StatusOf(std::string_view line) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return 0;
  if (line.size() > 12 && line[12] != ' ') return 0;
  int status = 0;
  for (const char c : line.substr(9, 3)) {
    if (!IsDigit(c)) return 0;
    status = status * 10 + (c - '0');
  }
  return status >= 100 ? status : 0;
}

}  // namespace

bool AnswerReader::Feed(std::string_view bytes) {
  if (done_) return false;
  text_ += bytes;
  if (!in_body_) {
    const std::size_t end = text_.find("\r\n\r\n");
    if (std::min(end, text_.size()) > kHeadBytesMax) {
      Break("the answer's head is too long");
      return false;
    }
    if (end == std::string::npos) return true;
    ReadHead(std::string_view(text_).substr(0, end));
    text_.erase(0, end + 4);
    in_body_ = true;
  }
  if (!done_ && length_.value_or(text_.size()) > kBodyBytesMax) Break("the answer is too long");
  if (!done_ && length_ && text_.size() >= *length_) {
    text_.resize(*length_);
    Finish();
  }
  return !done_;
}

void AnswerReader::OnEnd() {
  if (done_) return;
  if (!in_body_ && text_.empty()) return Break("closed without an answer");
  if (!in_body_ || length_) return Break("the answer ends too early");
  Finish();
}

void AnswerReader::ReadHead(std::string_view head) {
  std::size_t at = head.find("\r\n");
  status_ = StatusOf(head.substr(0, at));
  if (status_ == 0) return Break("what answers speaks no HTTP/1.1");
  while (at != std::string_view::npos) {
    const std::size_t begin = at + 2;
    at = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, at - begin);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return Break("the answer's head is broken");
    const std::string_view name = line.substr(0, colon), value = Trim(line.substr(colon + 1));
    // Both together are how answers are smuggled (§6.1); admin pages never need this one.
    if (EqualsIgnoreCase(name, "Transfer-Encoding"))
      return Break("the answer has a transfer encoding");
    if (!EqualsIgnoreCase(name, "Content-Length")) continue;
    std::size_t length = 0;
    const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    const bool whole = error == std::errc() && rest == value.data() + value.size();
    if (!whole || (length_ && *length_ != length)) return Break("the answer's length is no number");
    length_ = length;
  }
}

void AnswerReader::Finish() {
  done_ = true;
  answer_ = {status_, std::move(text_), {}};
}

void AnswerReader::Break(std::string problem) {
  done_ = true;
  answer_ = {0, {}, std::move(problem)};
}

}  // namespace dragoman::pages
