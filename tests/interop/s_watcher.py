"""A SIP user watches an XMPP user: the ways into each state of table 8.2, both sides of the pair played by hand."""

import asyncio

from presence_users import Watcher
from scenario import is_kind, is_notify
from xmpp_user import presence_of



class SPair:
    """romeo watches juliet, at one endpoint or more; what each is told is told in order."""

    def __init__(self, row, romeo, juliet):
        self.row, self.romeo, self.juliet = row, romeo, juliet
        self.her, self.his = juliet.boundjid.bare, romeo.address
        self.about_her = lambda event: event.kind == "notify" and event.peer == self.her

    @classmethod
    async def of(cls, row):
        return cls(row, await row.sip_user(Watcher), await row.xmpp_user())

    async def for_each(self, cases, play):
        """play(pair, case) for all cases at once: somebody else watches her in each."""
        others = [SPair(self.row, await self.row.sip_user(Watcher, f"guest{chr(ord('a') + n)}"), self.juliet)
                  for n in range(len(cases))]
        await asyncio.gather(*(play(*one) for one in zip(others, cases)))

    async def another_endpoint(self):
        return await self.row.sip_user(Watcher)

    async def subscribes(self, endpoint=None, expires=3600, granted=None):
        self._accepted(await (endpoint or self.romeo).subscribe(self.her, expires), expires, granted)

    async def refreshes(self, endpoint=None, expires=3600, granted=None):
        self._accepted(await (endpoint or self.romeo).refresh(expires), expires, granted)

    def _accepted(self, answer, expires, granted):
        self.row.assertEqual((200, str(granted or expires)), (answer.status, answer.get("Expires")), answer.start)

    async def pending(self, granted=None):
        """State P. `granted`: the seconds that 3600 become."""
        await self.subscribes(granted=granted)
        await self.told("pending")
        await self.is_asked()

    async def active(self, granted=None):
        """State A: he sees her there."""
        await self.pending(granted)
        self.approves()
        await self.told_of_approval()

    async def authorised(self):
        """State C."""
        await self.active()
        await self.refreshes(expires=0)
        await self.told("terminated", "closed")
        await self.place_received("unavailable")

    def approves(self):
        self.juliet.subscription(self.his, "subscribed")

    async def told_of_approval(self, endpoint=None):
        """That she approved, and then that she is there. Prosody says `unavailable` before it says `subscribed`, or the
        other way round while it opens the stream."""
        first = await (endpoint or self.romeo).inbox.take(self.about_her, what="NOTIFY active")
        self.row.assertEqual("active", first.text.split(";")[0])
        self.row.assertIn(first.state.basic, ("", "closed") if self.row.partner == "prosody" else ("",))
        await self.told_until("active", "open", endpoint)

    def refuses(self):
        self.juliet.subscription(self.his, "unsubscribed")

    async def told(self, state, basic="", endpoint=None, seconds=20):
        """The next NOTIFY has this state and this document (open, closed, or none). It is taken."""
        event = await (endpoint or self.romeo).inbox.take(self.about_her, seconds, f"NOTIFY {state} {basic}")
        self.row.assertEqual((state, basic), (event.text.split(";")[0], event.state.basic), event.request)
        lives = state != "terminated"  # EVT-6
        self.row.assertEqual(lives, ";expires=" in event.text, event.text)
        self.row.assertEqual(not lives, ";reason=" in event.text, event.text)
        return event

    async def told_of_refusal(self, endpoint=None):
        """The end of what he saw. ejabberd says `unavailable` before it says `unsubscribed`."""
        gone = lambda event: self.about_her(event) and event.state.basic == "closed"
        end = await (endpoint or self.romeo).inbox.take(is_notify("terminated", "closed"), what="the end")
        (endpoint or self.romeo).inbox.drain(gone)
        self.row.assertEqual("terminated;reason=rejected", end.text)

    async def told_until(self, state, basic, endpoint=None):
        """This NOTIFY comes sooner or later; those before it are taken too."""
        inbox = (endpoint or self.romeo).inbox
        event = await inbox.take(lambda event: self.about_her(event) and is_notify(state, basic)(event))
        inbox.drain(lambda older: self.about_her(older) and older.request.cseq < event.request.cseq)
        return event

    async def told_nothing(self, *endpoints):
        """Whatever she did until now: a text of hers, sent after it, is there."""
        for endpoint in endpoints or (self.romeo,):
            await self.says_a_mark(endpoint)
            self.row.assertEqual([], endpoint.inbox.drain(self.about_her))

    async def says_a_mark(self, endpoint):
        self.juliet.say(self.his, "a mark")
        await endpoint.inbox.take(is_kind("message", "a mark"), what="a mark")

    async def is_asked(self):
        stanza = await self.juliet.inbox.take(presence_of(self.his, "subscribe"), what="subscribe")
        self.row.assertEqual((self.his, self.her), (stanza["from"].full, stanza["to"].bare))
        await self.place_received("subscribe")
        return stanza

    async def is_told_nothing(self, *kinds):
        """Nothing of these kinds came to her server of what he did until now."""
        for kind in ("error", *kinds):
            await self.row.assert_untold(self.romeo, self.juliet, presence_of(self.his, "error"))
            self.row.assertFalse(await self.row.place.has_received(self.his, self.her, kind), kind)

    async def place_received(self, kind):
        """Her server has taken this presence stanza of his."""
        await self.row.place.received(self.his, self.her, kind)
        self.juliet.inbox.drain(presence_of(self.his, kind))
