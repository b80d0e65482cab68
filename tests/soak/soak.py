"""The presence soak: everybody on one side has everybody on the other as a contact, all change their state, and meanwhile
the gateway's processes are killed. In the end every list must tell the truth.

    /usr/bin/python3 -B tests/soak/soak.py [--xmpp 100 --sip 100 --seconds 600 ...]

tests/README.md says what is played by whom. Status 0: every list agreed in time and nothing else was wrong.
"""

import argparse
import asyncio
import random
import secrets
import sys
import time

import soak_world
import vitals
from agreement import Agreement, clock
from court import CourtProcess
from faults import PROSODY, Faults

AT_ONCE = 40  # subscriptions of each side that wait, while all become contacts
SETUP_SECONDS, STUCK_SECONDS = 3600, 90
SETTLE_SECONDS = 30
REFRESHES_PER_SECOND = 40  # about, of each side: how short subscriptions are
PATIENCE_SECONDS = 150  # after a failure: whether they agree at all
GROWTH_SHARE, GROWTH_MIB = 0.25, 12  # between the second and the last minute: what memory may grow


class Soak:
    def __init__(self, words):
        self.words = words
        self.random = random.Random(words.seed)
        self.pairs = words.xmpp * words.sip
        expires = max(soak_world.LEAST_EXPIRES, self.pairs // REFRESHES_PER_SECOND)
        self.place = soak_world.SoakWorld(words.xmpp, words.sip, expires * 3 // 2)
        self.expires = [expires, expires * 3 // 2]
        self.memory = vitals.MemoryLog()
        self.wrong, self.courts = [], []

    async def run(self):
        log = open(self.place.folder / "courts.log", "wb")
        await self.place.start_peers()
        settings = {"SIP": self.place.sip_settings(self.words.seed + 1, self.expires),
                    "XMPP": self.place.xmpp_settings(self.words.seed + 2)}
        for name, program in (("SIP", "sip_court.py"), ("XMPP", "xmpp_court.py")):
            self.courts.append(await CourtProcess.start(name, soak_world.FOLDER / program, settings[name], log))
        self.sip, self.xmpp = self.courts
        self.agreement = Agreement(*self.courts)
        await self.sip.ask("start")
        await self.place.start_gateway()
        await self.xmpp.ask("start")
        await self._befriend()
        await self._shake()
        settled = await self._settle("when all stood still")
        for court in self.courts:
            await court.ask("return")
        returned = await self._settle("when all had come back", all_there=True)
        await self._check()
        self._sum_up(settled, returned)
        return not self.wrong

    async def _befriend(self):
        self._say(f"{self.words.xmpp} XMPP and {self.words.sip} SIP users; seed {self.words.seed}; {self.place.folder}")
        for court in self.courts:
            await court.ask("subscribe", at_once=AT_ONCE)
        took, look = await self.agreement.wait(
            SETUP_SECONDS, lambda *pairs: pairs == (self.pairs, self.pairs), STUCK_SECONDS)
        if took is None:
            await self._report(look)
            raise AssertionError("not all became contacts")
        self._say(f"{self.pairs} pairs each way see each other after {took:.0f} s")

    async def _shake(self):
        self.faults = Faults(self.place, self.random, self.words.every)
        before = await self._counts()
        self.began = time.time()
        for court in self.courts:
            await court.ask("change", rate=self.words.changes)
        watching = asyncio.create_task(self._watch())
        await self.faults.run(self.words.seconds, None if self.words.calm_partner else self.words.seconds * 0.6)
        watching.cancel()
        await asyncio.gather(*(court.ask("change", rate=0) for court in self.courts))
        self.stopped = time.time()
        self.counted = before

    async def _watch(self):
        """A line a minute, memory every five seconds."""
        for number in range(1, 1 << 30):
            await asyncio.sleep(5)
            await asyncio.to_thread(self.memory.look, self.place.gateway.process.pid)
            if number % 12 == 0:
                look = await self.agreement.look()
                self._say(f"false for the moment: {len(look[2])} on SIP lists, {len(look[3])} on XMPP lists; "
                          f"kills {dict(self.faults.kills)}")

    async def _settle(self, what, all_there=False):
        enough = (lambda on_sip, on_xmpp: on_sip >= self.pairs and on_xmpp >= self.pairs) if all_there else \
            (lambda *_: True)
        took, look = await self.agreement.wait(SETTLE_SECONDS, enough)
        if took is None:
            self.wrong.append(f"{what}: {len(look[2])} differences on SIP lists, {len(look[3])} on XMPP lists "
                              f"after {SETTLE_SECONDS} s")
            await self._report(look)
            later, look = await self.agreement.wait(PATIENCE_SECONDS, enough)
            self._say(f"{what}: " + (f"agreed after {SETTLE_SECONDS + later:.0f} s" if later is not None else
                                     f"never agreed: {len(look[2])} and {len(look[3])} differences"))
            if later is None:
                await self._report(look)
        else:
            self._say(f"{what}: {look[0]} entries of SIP lists and {look[1]} of XMPP lists agree after {took:.1f} s")
            if self.words.verbose and self.agreement.latest:
                print("seconds, differences on SIP and XMPP lists:", *self.agreement.course)
                await self._report(self.agreement.latest)
        return took, look

    async def _report(self, look):
        for line in await self.agreement.report(
                look, lambda *pair: vitals.lines_about(self.place.gateway.log, *pair)):
            print(line, flush=True)

    async def _counts(self):
        return [await court.ask("counts") for court in self.courts]

    async def _check(self):
        self.counts = await self._counts()
        for before, now in zip(self.counted, self.counts):
            for what, number in now["counts"].items():
                if what.startswith(("FAULT", "HARNESS")):
                    self.wrong.append(f"{number} x {what}")
            for when, pair, what, trail in (before["faults"] + now["faults"])[:8]:
                print(f"  {clock(when)} {pair}: {what}")
                for at, event in trail:
                    print(f"    {clock(at)} {event}")
                for line in vitals.lines_about(self.place.gateway.log, *pair):
                    print(f"    log: {line}")
        self._check_deaths()
        self._check_memory()
        await self._check_ledgers()

    def _check_deaths(self):
        found = vitals.deaths(self.place.gateway.log)
        others = [death for death in found if death[2] != "9"]
        killed = sum(number for name, number in self.faults.kills.items() if name != PROSODY)
        if others or len(found) != killed:
            self.wrong.append(f"{killed} were killed, {len(found)} died; not by us: {others[:5]}")

    def _check_memory(self):
        early, late = self.memory.largest(60, 120), self.memory.largest(self.words.seconds - 60, 1 << 30)
        self.grown = {}
        for name in sorted(early.keys() & late.keys()):
            self.grown[name] = (early[name], late[name])
            if late[name] > early[name] * (1 + GROWTH_SHARE) + GROWTH_MIB:
                self.wrong.append(f"memory of {name} grew from {early[name]:.0f} to {late[name]:.0f} MiB")

    async def _check_ledgers(self):
        """Taken is delivered, refused, or still in flight, in each process."""
        self.ledgers = []
        for port in range(self.place.admin_port, self.place.admin_port + 6):
            counters = await asyncio.to_thread(vitals.metrics, port)
            taken, delivered, refused = vitals.ledger(counters)
            flight = sum(sum(counters.get(name, {}).values()) for name in
                         ("dragoman_open_requests", "dragoman_sip_in_flight", "dragoman_waiting"))
            self.ledgers.append((taken, delivered, refused))
            if not counters or abs(taken - delivered - refused) > flight:
                self.wrong.append(f"admin port {port}: taken {taken:.0f} is not delivered {delivered:.0f} + "
                                  f"refused {refused:.0f} + in flight {flight:.0f}")

    def _sum_up(self, settled, returned):
        begun, ended = ([counts["counts"] for counts in which] for which in (self.counted, self.counts))
        for name, before, after in zip(("SIP", "XMPP"), begun, ended):
            print(f"{name} side, since the first change:")
            for what in sorted(after):
                if after[what] - before.get(what, 0):
                    print(f"  {after[what] - before.get(what, 0):8} {what}")
        ages = sorted(age for counts in self.counts for age in counts["ages"])
        at = lambda share: ages[min(len(ages) - 1, int(len(ages) * share))] if ages else 0.0  # noqa: E731
        print("memory, MiB, second and last minute: " + ", ".join(
            f"{name} {early:.0f} -> {late:.0f}" for name, (early, late) in self.grown.items()))
        print("taken = delivered + refused: " + ", ".join(f"{int(t)} = {int(d)} + {int(r)}" for t, d, r in self.ledgers))
        print(f"news was seen after p50 {at(.5):.2f} s, p95 {at(.95):.2f} s, p99 {at(.99):.2f} s, max {at(1):.2f} s")
        difference = lambda side, *words: sum(  # noqa: E731
            number - begun[side].get(what, 0) for what, number in ended[side].items() if what.startswith(words))
        seen = difference(0, "watcher: NOTIFY active"), difference(1, "presence available", "presence unavailable")
        changes = difference(0, "change: "), difference(1, "change: ")
        kills = ", ".join(f"{name} {number}" for name, number in self.faults.kills.items())
        times = [f"{took:.1f} s" if took is not None else f"not in {SETTLE_SECONDS} s" for took, _ in (settled, returned)]
        for line in self.wrong:
            print(f"WRONG: {line}")
        print(f"soak: {self.pairs} pairs each way, {self.stopped - self.began:.0f} s, changes {changes[0]} SIP "
              f"{changes[1]} XMPP, seen {seen[0]} NOTIFY {seen[1]} presence, killed {kills}; all agreed after "
              f"{times[0]}, all present after {times[1]}; differences {len(settled[1][2]) + len(settled[1][3])}, "
              f"{len(returned[1][2]) + len(returned[1][3])}; {'WRONG' if self.wrong else 'right'}")

    def _say(self, text):
        print(f"{clock(time.time())} {text}", flush=True)

    async def stop(self, keep_folder):
        for court in self.courts:
            await court.stop()
        self.place.stop(keep_folder)


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--xmpp", type=int, default=100, help="users on the XMPP side")
    parser.add_argument("--sip", type=int, default=100, help="users on the SIP side")
    parser.add_argument("--seconds", type=int, default=600, help="of changes and faults")
    parser.add_argument("--changes", type=float, default=2.0, help="changes a second on each side")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two kills")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 31))
    parser.add_argument("--calm-partner", action="store_true", help="leave the partner's server alone")
    parser.add_argument("--verbose", action="store_true", help="the trails of those who agreed last")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs")
    soak = Soak(parser.parse_args())
    right = False
    try:
        right = await soak.run()
    finally:
        if soak.words.keep or not right:
            print(f"logs are in {soak.place.folder}", flush=True)
        await soak.stop(keep_folder=soak.words.keep or not right)
    return right


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
