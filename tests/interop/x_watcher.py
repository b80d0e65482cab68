"""An XMPP user watches a SIP user: the ways into each state of table 8.1, both sides of the pair played by hand."""

import asyncio

from presence_users import Presentity
from scenario import is_kind
from xmpp_user import presence_of

OTHERS = ("tybalt", "mercutio", "paris", "benvolio", "sampson", "gregory", "balthasar", "abram", "peter")
LIFETIME = 16  # seconds of a dialog whose refresh is waited for: it comes 1.6 s before its end at the latest
REFRESH_SECONDS = 30


class XPair:
    """juliet watches romeo; what she sees of him is told in order."""

    def __init__(self, row, juliet, romeo):
        self.row, self.juliet, self.romeo = row, juliet, romeo
        self.ours = presence_of(romeo.address)

    @classmethod
    async def of(cls, row):
        return cls(row, await row.xmpp_user(), await row.sip_user(Presentity))

    async def for_each(self, cases, play):
        """play(pair, case) for all cases at once: she watches somebody else in each."""
        assert len(cases) <= len(OTHERS)
        others = [XPair(self.row, self.juliet, await self.row.sip_user(Presentity, name))
                  for name, _ in zip(OTHERS, cases)]
        await asyncio.gather(*(play(*one) for one in zip(others, cases)))

    def subscribe(self, id=None):
        request = self.juliet.make_presence(pto=self.romeo.address, ptype="subscribe")
        if id:
            request["id"] = id
        request.send()

    def unsubscribe(self):
        self.juliet.subscription(self.romeo.address, "unsubscribe")

    def probe(self):
        """By her client. Her server does it when she signs in."""
        self.juliet.subscription(self.romeo.address, "probe")

    def signs_in_again(self):
        self.juliet.send_presence(ptype="unavailable")
        self.juliet.send_presence()

    async def requested(self):
        """State R. The SUBSCRIBE, which waits for its answer."""
        self.subscribe()
        return await self.romeo.asked(peer=self.juliet.boundjid.bare)

    async def pending(self, lifetime=3600):
        """State P. The dialog's SUBSCRIBE; `lifetime` in seconds is what was granted."""
        asked = await self.requested()
        self.row.assert_ok(await asked.accept(lifetime).notify(f"pending;expires={lifetime}"))
        return asked

    async def active(self, lifetime=3600):
        """State A: she sees him away."""
        asked = await self.requested()
        self.row.assert_ok(await asked.accept(lifetime).shows("away", expires=lifetime))
        await self.sees("subscribed")
        await self.sees("available", "away")
        return asked

    async def suspended(self):
        """State S, for the next ten minutes."""
        asked = await self.active()
        self.row.assert_ok(await asked.notify("terminated;reason=probation;retry-after=600"))
        await self.sees("unavailable")
        return asked

    async def refresh_of(self, asked):
        """The SUBSCRIBE that comes before the dialog's end, within it."""
        again = await self.romeo.asked(seconds=REFRESH_SECONDS, what="refresh")
        self.same_dialog(asked, again)
        return again

    async def lost(self):
        """State N for the gateway alone: its record is lost, her roster is not."""
        await self.row.place.forget(self.juliet.boundjid.bare, self.romeo.address)

    async def sees(self, kind, show=None, seconds=20):
        """The next presence stanza of his is of this kind; it is taken."""
        stanza = await self.juliet.inbox.take(self.ours, seconds, f"{kind} {show or ''}")
        self.row.assertEqual(kind, stanza.xml.get("type", "available"), stanza)
        if show is not None:
            self.row.assertEqual(show, stanza["show"] or "", stanza)
        return stanza

    async def sees_nothing(self):
        """Whatever he did until now."""
        await self.row.assert_untold(self.romeo, self.juliet, self.ours)

    async def is_confirmed(self):
        """Her server has taken `unsubscribed`, which it keeps for itself when she had unsubscribed."""
        await self.row.place.received(self.romeo.address, self.juliet.boundjid.bare, "unsubscribed")
        await self.row.assert_untold(self.romeo, self.juliet, presence_of(self.romeo.address, "available"))
        self.juliet.inbox.drain(self.ours)

    async def asks_nothing(self):
        """Whatever she did until now leads to no SUBSCRIBE."""
        self.juliet.say(self.romeo.address, "a mark")
        await self.romeo.inbox.take(is_kind("message", "a mark"))
        self.row.assertEqual([], self.romeo.inbox.drain(is_kind("subscribe")))

    def another_dialog(self, before, after):
        self.row.assertFalse(after.in_dialog)
        self.row.assertNotEqual(before.call_id, after.call_id)
        self.row.assertNotEqual(before.from_tag, after.from_tag)

    def same_dialog(self, before, after):
        self.row.assertEqual((True, before.call_id, before.from_tag), (after.in_dialog, after.call_id, after.from_tag))
