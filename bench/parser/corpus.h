// The messages that every parser is given: what an Edge Server and the gateway send one another in
// a chat and a presence subscription.
#pragma once

#include <string>
#include <vector>

namespace dragoman::bench {

struct Sample {
  std::string name;
  std::string bytes;  // 400 to 1,500, CRLF, Content-Length right
};

std::vector<Sample> Corpus();

}  // namespace dragoman::bench
