"""Messages both ways between many pairs of users, each with a number, and what became of every one of them.

The oracle is that of every fault: each message arrived or its sender was told; none twice unless somebody died; in
order between any two users.
"""

import asyncio
import collections

from edge import branch, header, page, reason_of, status_of
from partner import attribute, body_of, chat

SETTLE_SECONDS = 45  # above every deadline


class Traffic:
    def __init__(self, place, pairs=12, interval=0.05):
        self.place, self.pairs, self.interval = place, pairs, interval
        self.sent_sip, self.sent_xmpp = {}, {}  # text -> how it ended: "accepted", a refusal, or None
        self._going = False
        self._tasks = []

    def start(self):
        self._going = True
        for pair in range(self.pairs):
            self._tasks += [asyncio.create_task(self._from_sip(pair)), asyncio.create_task(self._from_xmpp(pair))]
        return self

    async def stop(self):
        """No more of it; then waits until every message has an end."""
        self._going = False
        await asyncio.gather(*self._tasks)
        await self.place.until(lambda: not self.open(), lambda: f"no end of {self.open()[:5]}" + self.place.tails(),
                               SETTLE_SECONDS)

    async def count(self, messages):
        """Until so many more were sent."""
        goal = len(self.sent_sip) + len(self.sent_xmpp) + messages
        await self.place.until(lambda: len(self.sent_sip) + len(self.sent_xmpp) >= goal, "nothing is sent", 120)

    async def _from_sip(self, pair):
        number = 0
        asked = []
        while self._going:
            text = f"sip {pair} {number}"
            number += 1
            self.sent_sip[text] = None
            asked.append(asyncio.create_task(self._ask(pair, text)))
            await asyncio.sleep(self.interval)
        await asyncio.gather(*asked)

    async def _ask(self, pair, text):
        romeo, juliet = self._users(pair)
        answer = await self.place.edge.ask(page(romeo, juliet, text))
        status = status_of(answer)
        self.sent_sip[text] = "accepted" if status in (200, 202) else f"{status} {reason_of(answer)}"

    async def _from_xmpp(self, pair):
        number = 0
        while self._going:
            text = f"xmpp {pair} {number}"
            number += 1
            self.sent_xmpp[text] = None
            romeo, juliet = self._users(pair)
            await self.place.partner.send(chat(juliet, romeo, text.replace(" ", "-"), text))
            await asyncio.sleep(self.interval)

    def _users(self, pair):
        return f"romeo{pair}@{self.place.sip_domain}", f"juliet{pair}@{self.place.xmpp_domain}"

    # What arrived

    def at_partner(self):
        return [body_of(stanza) for stanza in self.place.at_partner if attribute(stanza, "type") != "error"]

    def at_edge(self):
        return [request.split(b"\r\n\r\n", 1)[1].decode() for request in self.place.at_edge
                if request.startswith(b"MESSAGE")]

    def errors(self):
        """text -> the error's text, of messages from XMPP."""
        return {attribute(stanza, "id").replace("-", " "): stanza for stanza in self.place.at_partner
                if attribute(stanza, "type") == "error"}

    def open(self):
        arrived, errors = set(self.at_edge()), self.errors()
        return [text for text, end in self.sent_sip.items() if end is None] + \
               [text for text in self.sent_xmpp if text not in arrived and text not in errors]

    def refused(self):
        """Not what has no end yet."""
        return {text: end for text, end in self.sent_sip.items() if end not in (None, "accepted")} | self.errors()

    def repeated(self):
        """text -> the names under which it came: one, if its receiver can know that it has had it."""
        names = collections.defaultdict(list)
        for stanza in self.place.at_partner:
            if attribute(stanza, "type") != "error":
                names[body_of(stanza)].append(attribute(stanza, "id"))
        for request in self.place.at_edge:
            if request.startswith(b"MESSAGE"):
                names[request.split(b"\r\n\r\n", 1)[1].decode()].append(
                    (branch(request), header(request, "Call-ID"), header(request, "CSeq")))
        return {text: set(came) for text, came in names.items() if len(came) > 1}

    def _overtaken(self, got, text):
        at = got.index(text)
        return f"{text} was overtaken: …, {', '.join(got[max(0, at - 30):at + 3])}, …" + self.place.tails()

    def check(self, test, lossless=False, deaths=False):
        """`lossless`: nothing may be refused either. `deaths`: of a process or a link, so that nobody knows what it
        had delivered: a message may come twice, under the same name. What the partner's server said again after the
        death of its stream is a stanza of its own, and may have a name of its own.
        """
        arrived = set(self.at_partner())
        test.assertEqual([], [text for text, end in self.sent_sip.items() if end == "accepted" and text not in arrived],
                         "accepted, and lost")
        refused = self.refused()
        for side, got in (("sip", self.at_partner()), ("xmpp", self.at_edge())):
            last = collections.defaultdict(int)
            seen = set()
            for text in got:
                if text in seen or text in refused or not text.startswith(side):
                    continue
                seen.add(text)
                _, pair, number = text.split()
                if int(number) < last[pair]:
                    test.fail(self._overtaken(got, text))
                last[pair] = int(number)
        said_again = collections.Counter()
        for stanza, times in self.place.partner.owed.again.items():
            said_again[body_of(stanza)] += times
        test.assertEqual({}, {text: came for text, came in self.repeated().items()
                              if not deaths or len(came) > 1 + said_again[text]}, "arrived twice")
        if lossless:
            test.assertEqual({}, refused, "refused")
