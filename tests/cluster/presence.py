"""Presence both ways between pairs of users, and whether in the end each sees the truth about the other.

The users, and the oracle, are those of the soak (tests/soak): SIP users who keep to RFC 6665 behind our Edge, and here a
server of rosters behind our partner. Each changes its state all the time, some leave and come back; then all stand still,
and within 30 s every list must show what is true.
"""

import asyncio
import pathlib
import secrets
import sys

import cluster  # first: it finds the modules of the demonstration
from cluster import SIP_PORT

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "soak"))

import edge_link  # noqa: E402
import sip_wire  # noqa: E402
from agreement import Agreement  # noqa: E402
from roster_server import RosterServer  # noqa: E402
from sip_court import SipCourt  # noqa: E402

ODDS = 86, 8, 4, 2  # of what SIP users do, see sip_court.py: most are there when something goes wrong
EXPIRES = 60, 75  # the gateway takes no less: each dialog is refreshed once a minute
SETUP_SECONDS, SETTLE_SECONDS = 90, 30
# Of a SIP watcher whose record was lost nothing is known until it refreshes.
REFRESHED = {"seconds": EXPIRES[1] + SETTLE_SECONDS}
REPLICATED_SECONDS = 1
LOG_LINES = 8  # of each process, on a pair that differs
# What users hardly notice, and what must not be where all that ends does so in order.
ROUGH = {"sip": ("watcher: expired here", "watcher: no NOTIFY within timer N", "watcher: an older state after a newer one",
                  "notifier: not refreshed", "notifier: subscriptions dropped"),
          "xmpp": ("an older state after a newer one",)}


class Link:
    """The cluster's Edge, as the soak's SIP users know theirs: see edge_link.py."""

    def __init__(self, edge, name, take):
        self.via, self.route = f"SIP/2.0/TLS {name}:{SIP_PORT}", edge_link.route_of(name, SIP_PORT)
        self._edge, self._take = edge, take

    async def start(self):
        self._edge.handlers |= dict.fromkeys(("SUBSCRIBE", "NOTIFY"), self._hand_on)

    def _hand_on(self, request, reply):
        self._take(parse(request), reply)

    async def ask(self, message):
        answer = await self._edge.exchange(message[0])
        return parse(answer) if answer else None


def parse(raw):
    head, _, body = raw.partition(sip_wire.HEAD_END)
    return sip_wire.Message(head, body)


class Presence:
    """`pairs`: romeoN and julietN see each other. `changes`: a second, on each side."""

    def __init__(self, place, pairs=12, changes=24, seed=None):
        self.place, self.changes = place, changes
        self.seed = secrets.randbelow(1 << 31) if seed is None else seed
        romeos = [f"romeo{number}@{place.sip_domain}" for number in range(pairs)]
        juliets = [f"juliet{number}@{place.xmpp_domain}" for number in range(pairs)]
        self.sip = SipCourt(self.seed, {romeo: [juliet] for romeo, juliet in zip(romeos, juliets)}, EXPIRES)
        self.sip.link, self.sip.odds = Link(place.edge, place.edge_name, self.sip.take), ODDS
        self.xmpp = RosterServer(self.seed + 1, {juliet: [romeo] for romeo, juliet in zip(romeos, juliets)}, place.partner)
        self.courts = self.sip, self.xmpp
        self.agreement = Agreement(*self.courts)
        self._everybody = pairs, pairs

    def start(self):
        self._beginning = asyncio.create_task(self._begin())
        return self

    async def _begin(self):
        for court in self.courts:
            await court.do_start()
            await court.do_subscribe(at_once=len(court.users))
        await self._agree("all became contacts", SETUP_SECONDS, everybody=True)
        self.xmpp.settled = True
        await self.change(self.changes)

    async def change(self, rate):
        for court in self.courts:
            await court.do_change(rate)

    async def begun(self):
        """All see each other, and go on to change their states."""
        await self._beginning

    async def count(self, changes):
        """Until so many more were made."""
        await self.begun()
        goal = self._changes() + changes
        await self.place.until(lambda: self._changes() >= goal, "nothing changes", 120)

    def _changes(self):
        return sum(number for court in self.courts for what, number in list(court.counts.items())
                   if what.startswith("change: "))

    def doubt(self, failover):
        """What was saved right before, and until all had followed, may be lost. `failover`: when it was begun."""
        self.sip.doubt(failover - REPLICATED_SECONDS)

    def fall(self):
        """The partner does, and forgets all but the rosters."""
        self.place.partner.crash()
        self.xmpp.fall()

    async def rise(self):
        """The partner is back, and its users are."""
        await self.place.start_partner()
        self.xmpp.come_on()

    async def stop(self, seconds=SETTLE_SECONDS):
        """All stand still, and then those who were away come back; each time every list becomes true."""
        await self.begun()
        await self.change(0)
        await self._agree("all stood still", seconds)
        for court in self.courts:
            await court.do_return()
        await self._agree("all had come back", seconds, everybody=True)

    async def _agree(self, when, seconds=SETTLE_SECONDS, everybody=False):
        enough = (lambda *pairs: pairs == self._everybody) if everybody else (lambda *_: True)
        took, look = await self.agreement.wait(seconds, enough)
        if took is None:
            raise AssertionError(f"seed {self.seed}: {seconds} s after {when}, {look[0]} and {look[1]} entries:\n" +
                                 "\n".join(await self.agreement.report(look, self._logged)) + self.place.tails())

    def _logged(self, *addresses):
        """What the processes say of these users."""
        return [f"{node.name}: {line}" for node in self.place.nodes
                for line in node.running.log.read_text(errors="replace").splitlines()
                if all(address in line for address in addresses)][-LOG_LINES:]

    def check(self, test, lossless=False, deaths=False, store_lost=False):
        """Nobody was asked again for what he had approved, and no living dialog was ended, whatever happened; but if
        `store_lost` the gateway has nothing to know them by. `lossless`: nor had anybody to begin anew for other
        reasons, or was shown an older state after a newer one. `deaths` explain no more than that.
        """
        for name, court in zip(("sip", "xmpp"), self.courts):
            test.assertEqual([], [what for what in court.counts if what.startswith("HARNESS")])
            if not store_lost:
                test.assertEqual([], [self._told(*fault) for fault in court.faults])
            if lossless:
                test.assertEqual({}, {what: court.counts[what] for what in ROUGH[name] if court.counts[what]},
                                 self._summary())

    def _told(self, _, pair, what, trail):
        return "\n".join([f"{pair}: {what}", *(f"  {when % 100:.3f} {event}" for when, event in trail),
                          *self._logged(*pair)])

    def _summary(self):
        return "\n".join(f"{what} {number}" for court in self.courts for what, number in sorted(court.counts.items()))
