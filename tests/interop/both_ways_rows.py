"""Presence in both directions between the same people: nothing crosses over, nothing shows through."""

import asyncio

from presence_users import Presentity, Watcher
from s_watcher import SPair
from x_watcher import XPair


class Friend(Presentity, Watcher):
    """A SIP user who watches and is watched."""


class Friends:
    """romeo and juliet, and what each is to the other."""

    def __init__(self, row, romeo, juliet):
        self.row, self.romeo, self.juliet = row, romeo, juliet
        self.she_watches, self.he_watches = XPair(row, juliet, romeo), SPair(row, romeo, juliet)

    @classmethod
    async def of(cls, row):
        return cls(row, await row.sip_user(Friend), await row.xmpp_user())

    async def befriend(self):
        """Each sees the other. Her watching, as the SUBSCRIBE that it is."""
        asked = await self.she_watches.active()
        await self.he_watches.active()
        if self.row.partner == "prosody":  # it probes whom its user approves
            await self.she_watches.sees("available", "away")
        return asked


class BothWaysRows:
    async def test_both_ways_at_once(self, friends: Friends):
        """Two and two, all watching the other two: each sees what is meant for them, and no more."""
        romeos = [friends.romeo, await self.sip_user(Friend, "tybalt")]
        juliets = [friends.juliet, await self.xmpp_user("nurse")]
        all_of_them = [Friends(self, romeo, juliet) for romeo in romeos for juliet in juliets]
        await asyncio.gather(*(both.befriend() for both in all_of_them))
        for juliet in juliets:
            juliet.send_presence(pshow="away", pstatus=juliet.boundjid.user)
        for both in all_of_them:
            self.assertEqual((both.juliet.boundjid.user,), (await both.he_watches.told("active", "open")).state.notes)
        for both in all_of_them:
            watch = both.romeo.watch_of(both.juliet.boundjid.bare)
            self.assert_ok(await watch.shows("busy", f"{both.romeo.address} to {both.juliet.boundjid.bare}"))
        for both in all_of_them:
            self.assertEqual(f"{both.romeo.address} to {both.juliet.boundjid.bare}",
                             (await both.she_watches.sees("available", "dnd"))["status"])
        for both in all_of_them:
            await both.she_watches.sees_nothing()

    async def test_both_ways_one_ends(self, friends: Friends):
        """Neither end of one direction is told or felt in the other (SUB-1, SUB-7)."""
        asked = await friends.befriend()
        await friends.he_watches.refreshes(expires=0)
        await friends.he_watches.told("terminated", "closed")
        self.assert_ok(await asked.shows("busy"))
        await friends.she_watches.sees("available", "dnd")  # and no `unavailable` before it
        await friends.he_watches.is_told_nothing("unavailable", "unsubscribe", "unsubscribed")
        await friends.he_watches.subscribes()
        await friends.he_watches.told("active", "")
        await friends.he_watches.told("active", "open")
        friends.she_watches.unsubscribe()
        (await friends.romeo.asked(expires=0)).accept()
        await friends.she_watches.is_confirmed()
        friends.juliet.send_presence(pshow="away")
        await friends.he_watches.told("active", "open")
        await friends.he_watches.is_told_nothing("unsubscribe")

    async def test_both_ways_directed_presence(self, pair: SPair):
        """Without a dialog it leads to nothing (EVT-17)."""
        pair.juliet.send_presence(pto=pair.his, pstatus="for romeo alone")
        await pair.told_nothing()
        pair.juliet.send_presence(pto=pair.his, ptype="unavailable")
        await pair.told_nothing()
        await pair.is_told_nothing("error", "subscribe", "probe", "unsubscribed")

    async def test_both_ways_several_resources(self, pair: SPair):
        """All of juliet's clients are in each document, and the one that leaves is in none."""
        await pair.active()
        telephone = await self.xmpp_user()
        await pair.told("active", "open")
        telephone.send_presence(pshow="dnd", pstatus="on the telephone")
        document = (await pair.told("active", "open")).request.text
        for resource in (pair.juliet.boundjid.resource, telephone.boundjid.resource):
            self.assertIn(f"id='ID-{resource}'", document)
        self.assertEqual(2, document.count("open</basic>"), document)
        await telephone.disconnect()
        document = (await pair.told("active", "open")).request.text
        self.assertIn(f"id='ID-{pair.juliet.boundjid.resource}'", document)
        self.assertEqual(1, document.count("<tuple "), document)

    async def test_both_ways_approved_again(self, pair: SPair):
        """Refused, asked again, approved, taken back, asked again, approved."""
        await pair.pending()
        pair.refuses()
        await pair.told("terminated", "")
        for _ in range(2):
            await pair.pending()
            pair.approves()
            await pair.told_of_approval()
            pair.refuses()
            await pair.told_of_refusal()

    async def test_hidden_from_whom_she_has_not_approved(self, pair: SPair):
        """T-32: neither news, nor polls, nor what she sends by herself show anything while he waits."""
        await pair.pending()
        pair.juliet.send_presence(pshow="away", pstatus="a secret")
        pair.juliet.send_presence(pto=pair.his, pshow="dnd", pstatus="a secret too")
        await pair.told_nothing()
        poll = await pair.another_endpoint()
        await pair.subscribes(poll, expires=0)
        await pair.told("terminated", "", poll)
        await pair.refreshes()
        await pair.told("pending")
        await pair.told_nothing(pair.romeo, poll)

    async def test_hidden_from_whom_she_has_removed(self, pair: SPair):
        """T-32: what was known of her is shown in no later dialog and no poll."""
        await pair.active()
        pair.refuses()
        await pair.told_of_refusal()
        pair.juliet.send_presence(pshow="away", pstatus="a secret")
        self.assertEqual(481, (await pair.romeo.refresh()).status)
        poll = await pair.another_endpoint()
        await pair.subscribes(poll, expires=0)
        await pair.told("terminated", "", poll)
        await pair.pending()
        pair.juliet.send_presence(pshow="dnd", pstatus="another secret")
        await pair.told_nothing(pair.romeo, poll)

    async def test_hidden_from_whom_he_has_removed(self, pair: XPair):
        """T-32 the other way: the old dialog is dead, and what it knew is told to nobody."""
        asked = await pair.active()
        self.assert_ok(await asked.notify("terminated;reason=rejected"))
        await pair.sees("unavailable")
        await pair.sees("unsubscribed")
        self.assertEqual(481, (await asked.shows("busy", "a secret")).status)
        pair.probe()
        (await pair.romeo.asked(expires=0)).answer(403)
        await pair.sees_nothing()
        again = await pair.pending()
        pair.probe()
        await pair.asks_nothing()
        await pair.sees_nothing()
        self.assertEqual(481, (await asked.shows("busy", "a secret")).status)
        self.assert_ok(await again.notify("terminated;reason=rejected"))
        await pair.sees("unsubscribed")
        await pair.sees_nothing()
