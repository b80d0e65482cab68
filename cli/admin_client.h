// Asks one admin page of a process and tells its whole answer.
#pragma once

#include <functional>
#include <string>

#include "cli/pages/answer_reader.h"
#include "runtime/loop/loop.h"

namespace dragoman::cli {

struct PageRequest {
  std::string target;          // "/subs?limit=10"
  std::string method = "GET";  // or POST, without a body
  Duration limit{2'000};       // for all of it: the name, the connection, the answer
};

struct PageAnswer {
  pages::Answer answer;
  bool connected = false;  // the process may have done what it was asked, whatever the answer
};

// `address`: host:port; a name is looked up as this machine does. `done`: once, from the loop.
void AskPage(runtime::Loop& loop, const std::string& address, const PageRequest& request,
             std::function<void(PageAnswer)> done);

}  // namespace dragoman::cli
