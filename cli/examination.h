// All checks of one configuration, run at once on one loop, each with its own time limit.
#pragma once

#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/check/finding.h"
#include "cli/check/gather/caller.h"
#include "cli/check/gather/lookup.h"
#include "cli/check/gather/partner_caller.h"
#include "cli/check/gather/redis_caller.h"
#include "cli/check/names.h"
#include "cli/check/ports.h"
#include "cli/plan.h"
#include "core/policy/settings.h"
#include "runtime/loop/loop.h"

namespace dragoman::cli {

inline constexpr Duration kExaminationMax{14'000};  // the whole; what is left then is an error
inline constexpr std::size_t kPartnersCalledMax = 200;

class Examination {
 public:
  Examination(runtime::Loop& loop, const policy::Settings& settings, Machine machine,
              std::set<check::Area> areas);
  check::Findings Run();  // by area, in the configuration's order

 private:
  // A place in the list that is filled when its check has ended.
  struct Slot {
    check::Area area;
    std::string subject;
    check::Findings findings;
    bool open = true;
  };
  bool Wants(check::Area area) const { return areas_.contains(area); }
  void LeaveOut(bool does, std::initializer_list<check::Area> areas);
  std::size_t Reserve(check::Area area, std::string subject);
  void Fill(std::size_t slot, check::Findings findings);
  void Place(check::Findings findings);  // at once
  void Settle();

  void Files();
  void Certificates();
  void Resolve();
  void OnNames(const check::Names& names);
  void CallEdges(const check::Names& names);
  void CallPartners(const check::Names& names);
  void Ports(const check::Names& names);
  void Knock(const check::Names& names, const policy::HostPort& where, bool running);
  void AskAdmin(std::size_t slot, const check::Port& port);
  void Redis();

  runtime::Loop& loop_;
  const policy::Settings& settings_;
  Machine machine_;
  std::set<check::Area> areas_;
  const bool sip_, xmpp_;  // whether this machine's role does that
  check::Here here_;
  runtime::SystemRandom random_;
  runtime::Timer limit_;
  std::vector<Slot> slots_;
  std::size_t open_ = 0;
  std::unique_ptr<check::Lookup> lookup_;
  std::unique_ptr<check::RedisCaller> redis_;
  std::vector<std::unique_ptr<check::Caller>> callers_;
};

}  // namespace dragoman::cli
