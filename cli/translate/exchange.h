// What one event led to, in the order in which it happened, and how people and programs are told.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dragoman::cli {

struct Line {
  enum class What {
    kToSip,    // written to the SIP side
    kToXmpp,   // written to the XMPP side
    kAssumed,  // what the SIP side is taken to answer
    kAnswer,   // written back to the sender
  };
  What what;
  std::string text;  // a whole message, as it stands on the wire
};

struct Exchange {
  std::vector<Line> lines;
  std::string dropped;   // why it ended here without an answer; empty: it did not
  bool accepted = true;  // neither refused nor dropped
};

// Each message below a comment that says where it goes; line ends as a terminal wants them.
std::string PrintExchange(const Exchange& exchange);

// {"sent":[{"to":"xmpp","text":"…"}],"answer":"…","accepted":true}; "answer" is null if there is
// none, "dropped" there if something was. With its line end.
std::string PrintExchangeJson(const Exchange& exchange);
std::string PrintErrorJson(std::string_view error);

}  // namespace dragoman::cli
