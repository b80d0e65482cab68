#include "core/sip/sdp.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace dragoman::sip {
namespace {

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (!(text = Trim(text)).empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(LowerCase(text.substr(0, end)));
    text.remove_prefix(end);
  }
  return words;
}

bool IsMessage(std::string_view media) { return media == "message" || media == "x-ms-message"; }

}  // namespace

bool SessionDescription::HasMessages() const {
  return std::any_of(media.begin(), media.end(), IsMessage);
}

bool SessionDescription::HasOtherMedia() const {
  return !std::all_of(media.begin(), media.end(), IsMessage);
}

bool SessionDescription::Takes(std::string_view type) const {
  if (accept_types.empty()) return true;
  return std::any_of(accept_types.begin(), accept_types.end(),
                     [&](const std::string& other) { return other == "*" || other == type; });
}

SessionDescription ParseSdp(std::string_view text) {
  SessionDescription description;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("m=")) {
      const std::vector<std::string> words = Words(line.substr(2));
      if (!words.empty()) description.media.push_back(words.front());
    } else if (line.starts_with("a=accept-types:") && !description.media.empty() &&
               IsMessage(description.media.back())) {
      description.accept_types = Words(line.substr(15));
    }
  }
  return description;
}

std::string PrintSdp(std::string_view address, std::string_view media_target,
                     std::string_view accept_types) {
  std::string text = "v=0\r\no=- 0 0 IN IP4 ";
  text += address;
  text += "\r\ns=session\r\nc=IN IP4 ";
  text += address;
  text += "\r\nt=0 0\r\nm=message 5060 sip ";
  text += media_target;
  text += "\r\na=accept-types:";
  text += accept_types;
  text += "\r\n";
  return text;
}

}  // namespace dragoman::sip
