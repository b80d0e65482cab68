#include "cli/check/gather/lookup.h"

#include <algorithm>
#include <utility>

namespace dragoman::check {

Lookup::Lookup(runtime::Loop& loop, std::unique_ptr<runtime::Resolver> resolver, Done done)
    : loop_(loop),
      resolver_(std::move(resolver)),
      done_(std::move(done)),
      limit_(loop, [this] { End(); }) {}

void Lookup::Start(const Questions& questions) {
  limit_.StartAt(loop_.Now() + kLookupMax);
  ++waiting_;  // until everything is asked
  for (const std::string& name : questions.srv) {
    if (names_.srv.size() >= kNamesMax || names_.srv.contains(name)) continue;
    names_.srv.emplace(name, dragoman::Fail(runtime::DnsError::kTimeout));
    ++waiting_;
    resolver_->Srv(name, [this, name](SrvAnswer answer) {
      names_.srv.insert_or_assign(name, std::move(answer));
      OnAnswer();
    });
  }
  for (const std::string& host : questions.hosts) AskHost(host);
  loop_.Defer([this] { OnAnswer(); });
}

void Lookup::AskHost(const std::string& host) {
  if (asked_hosts_.size() >= kNamesMax ||
      std::find(asked_hosts_.begin(), asked_hosts_.end(), host) != asked_hosts_.end()) {
    return;
  }
  asked_hosts_.push_back(host);
  ++waiting_;
  resolver_->Addresses(host, [this, host](HostAnswer answer) {
    names_.hosts.insert_or_assign(host, std::move(answer));
    OnAnswer();
  });
}

void Lookup::AskTargets() {
  for (const auto& [name, answer] : names_.srv) {
    if (!answer) continue;
    for (const SrvRecord& record : *answer) {
      if (record.target != ".") AskHost(record.target);
    }
  }
}

void Lookup::OnAnswer() {
  if (ended_ || --waiting_ > 0) return;
  if (std::exchange(asked_targets_, true)) return End();
  ++waiting_;
  AskTargets();
  loop_.Defer([this] { OnAnswer(); });
}

void Lookup::End() {
  if (std::exchange(ended_, true)) return;
  limit_.Stop();
  done_(names_);
}

}  // namespace dragoman::check
