#include "cli/check/ports.h"

#include <gmock/gmock.h>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Port At(Port::State state, std::vector<std::string> holders = {}) {
  return {.key = "sip.listen",
          .address = "0.0.0.0:5061",
          .program = "sip-frontend",
          .state = state,
          .holders = std::move(holders),
          .problem = "why"};
}

TEST(PortsTest, APortIsFreeOrTheGateways) {
  using enum Port::State;
  EXPECT_THAT(Summary(JudgePort(At(kFree))), ElementsAre("listen ok"));
  EXPECT_THAT(Summary(JudgePort(At(kHeld, {"sip-frontend (pid 7)", "sip-frontend (pid 8)"}))),
              ElementsAre("listen ok"));
  EXPECT_THAT(Summary(JudgePort(At(kHeld, {"kamailio (pid 7)"}))), ElementsAre("listen error"));
  EXPECT_THAT(Said(JudgePort(At(kHeld, {"kamailio (pid 7)"})), "listen"),
              HasSubstr("held by kamailio (pid 7)"));
  EXPECT_THAT(Summary(JudgePort(At(kHeld))), ElementsAre("listen warning"));
  Port seen = At(kHeld);
  seen.gateway_answers = true;
  EXPECT_THAT(Summary(JudgePort(seen)), ElementsAre("listen ok"));
  for (const Port::State state : {kForbidden, kNotOurs, kOther}) {
    EXPECT_THAT(Summary(JudgePort(At(state))), ElementsAre("listen error"));
  }
}

TEST(PortsTest, ADoorIsToldByWhoStandsBehindIt) {
  const struct {
    bool ours, opened, running;
    const char* says;
  } cases[] = {{true, true, true, "reach ok"},        {true, true, false, "reach warning"},
               {true, false, true, "reach error"},    {true, false, false, "reach info"},
               {false, true, true, "reach ok"},       {false, true, false, "reach ok"},
               {false, false, true, "reach warning"}, {false, false, false, "reach info"}};
  for (const auto& one : cases) {
    const Door door{.name = "gw:5061",
                    .address = "192.0.2.1:5061",
                    .ours = one.ours,
                    .opened = one.opened,
                    .running = one.running};
    EXPECT_THAT(Summary(JudgeDoor(door)), ElementsAre(one.says))
        << one.ours << one.opened << one.running;
  }
  EXPECT_THAT(Summary(JudgeDoor({.name = "gw:5061"})), ElementsAre("reach error"));
}

constexpr const char* kTable =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n"
    "   0: 0100007F:13C5 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
    "4711 1 0000000000000000 100 0 0 10 0\n"
    "   1: 0100007F:13C5 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 "
    "4712 1 0000000000000000 100 0 0 10 0\n"
    "   2: 00000000000000000000000000000000:13C5 0:0 0A 0:0 00:0 0     0        0 4713 1\n"
    "   3: 0100007F:13C6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
    "4714 1 0000000000000000 100 0 0 10 0\n"
    "broken\n";

TEST(PortsTest, ReadsWhoListensFromTheKernelsTable) {
  EXPECT_THAT(ListeningInodes(kTable, "00000000", 5061), ElementsAre("4711", "4713"));
  EXPECT_THAT(ListeningInodes(kTable, "0100007F", 5061), ElementsAre("4711", "4713"));
  EXPECT_THAT(ListeningInodes(kTable, "0200007F", 5061), ElementsAre("4713"))
      << "for every address";
  EXPECT_THAT(ListeningInodes(kTable, "00000000", 5269), IsEmpty());
  EXPECT_THAT(ListeningInodes("", "00000000", 5061), IsEmpty());
}

}  // namespace
}  // namespace dragoman::check
