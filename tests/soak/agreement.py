"""Whether every contact list tells the truth, and how a difference is reported."""

import asyncio
import dataclasses
import time

LOOK_SECONDS = 1.0
REPORTED = 8  # differences with their trails


@dataclasses.dataclass(frozen=True)
class Difference:
    owner: str  # of the list, with its resource on the XMPP side
    contact: str
    shown: str  # None: no subscription, or nothing told
    true: str

    @property
    def pair(self):
        return self.owner.split("/")[0], self.contact


def compare(lists, truth):
    """(pairs compared, differences): `lists` of one side against the `truth` of the other's users."""
    compared, differences = 0, []
    for owner, shown in lists.items():
        compared += len(shown)
        differences += [Difference(owner, contact, state, truth[contact])
                        for contact, state in shown.items() if state != truth[contact]]
    return compared, differences


class Agreement:
    """`sip` and `xmpp`: the CourtProcess of each side."""

    def __init__(self, sip, xmpp):
        self._sip, self._xmpp = sip, xmpp

    async def look(self):
        """(pairs on SIP lists, on XMPP lists, differences on SIP lists, on XMPP lists)"""
        sip, xmpp = await asyncio.gather(self._sip.ask("look"), self._xmpp.ask("look"))
        on_sip, false_on_sip = compare(sip["lists"], xmpp["truth"])
        on_xmpp, false_on_xmpp = compare(xmpp["lists"], sip["truth"])
        return on_sip, on_xmpp, false_on_sip, false_on_xmpp

    async def wait(self, limit, enough=lambda on_sip, on_xmpp: True, patience=None):
        """(seconds until all agreed, or None; the last look). Looks until all agree or `limit` seconds are over, or
        `patience` seconds brought no fewer differences.
        `latest` is then the last look that had differences, `course` how many each look had."""
        began = time.monotonic()
        self.course, self.latest = [], None
        fewest, progress_at = None, began
        while True:
            asked = time.monotonic()
            look = await self.look()
            self.course.append((round(asked - began), len(look[2]), len(look[3])))
            if not look[2] and not look[3] and enough(*look[:2]):
                return asked - began, look
            self.latest = look
            differences = len(look[2]) + len(look[3])
            if fewest is None or differences < fewest:
                fewest, progress_at = differences, asked
            if patience is not None and asked - progress_at > patience:
                return None, look
            if asked - began > limit:
                return None, look
            await asyncio.sleep(LOOK_SECONDS)

    async def report(self, look, log_lines):
        """Lines on some of the differences of `look`; `log_lines(address, address)`: what a log says of two users."""
        lines = []
        for side, owners, others, differences in (("SIP", self._sip, self._xmpp, look[2]),
                                                  ("XMPP", self._xmpp, self._sip, look[3])):
            some = differences[:REPORTED]
            if not some:
                continue
            lines.append(f"{len(differences)} differences on the lists of {side} users; of these:")
            pairs = [difference.pair for difference in some]
            trails = zip(await owners.ask("trails", pairs=pairs), await others.ask("trails", pairs=pairs))
            for difference, (own, theirs) in zip(some, trails):
                lines.append(f"  {difference.owner} sees of {difference.contact} {difference.shown!r}, "
                             f"true is {difference.true!r}")
                lines += [f"    {clock(when)} {what}" for when, what in sorted(own + theirs)[-16:]]
                lines += [f"    log: {line}" for line in log_lines(*difference.pair)]
        return lines


def clock(when):
    return time.strftime("%H:%M:%S", time.gmtime(when)) + f"{when % 1:.3f}"[1:]
