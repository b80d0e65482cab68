"""Table 8.1, an XMPP user watches a SIP user: the rows of the states A and S."""

from x_watcher import LIFETIME, REFRESH_SECONDS, XPair

GONE_DIALOG = (404, 405, 410, 416, 480, 482, 483, 484, 485)  # and 501, 604: the unit tests have all


class XWatcherDialogs:
    async def test_xmpp_watcher_A_refresh_due(self, pair: XPair):
        again = await pair.refresh_of(await pair.active(LIFETIME))
        self.assertEqual(28800, again.expires)
        self.assert_ok(await again.accept(LIFETIME).shows("away"))  # nothing new
        await pair.sees_nothing()

    async def test_xmpp_watcher_A_active_with_body(self, pair: XPair):
        asked = await pair.active()
        for activity, show, note in (("busy", "dnd", "a duel"), ("", "", ""), ("away", "away", "in Mantua")):
            self.assert_ok(await asked.shows(activity, note))
            self.assertEqual(note, (await pair.sees("available", show))["status"])
        self.assert_ok(await asked.shows("away", "in Mantua"))
        await pair.sees_nothing()
        self.assert_ok(await asked.notify("active;expires=3600"))  # PRES-16
        await pair.sees_nothing()
        self.assert_ok(await asked.shows(is_open=False))
        await pair.sees("unavailable")
        await pair.sees_nothing()

    async def test_xmpp_watcher_A_pending(self, pair: XPair):
        asked = await pair.active()
        self.assert_ok(await asked.notify("pending;expires=3600"))
        self.assertEqual(f"{pair.romeo.address}/0", (await pair.sees("unavailable"))["from"].full)
        await pair.sees_nothing()
        self.assert_ok(await asked.shows("away"))
        await self._is_told_again(pair)

    async def test_xmpp_watcher_A_refresh_403_489_603(self, pair: XPair):
        async def refused(pair, status):
            (await pair.refresh_of(await pair.active(LIFETIME))).answer(status)
            await self._ends(pair)
        await pair.for_each((403, 489, 603), refused)

    async def _ends(self, pair):
        """She is told that he is gone, then that she may not see him any more."""
        self.assertEqual(f"{pair.romeo.address}/0", (await pair.sees("unavailable"))["from"].full)
        self.assertEqual(pair.romeo.address, (await pair.sees("unsubscribed"))["from"].full)
        await pair.sees_nothing()
        self.assertEqual([], pair.romeo.inbox.drain(), "it was asked again")

    async def test_xmpp_watcher_S_403_489_603(self, pair: XPair):
        for status in (403, 489, 603):
            asked = await pair.active()
            self.assert_ok(await asked.notify("terminated;reason=probation;retry-after=1"))
            await pair.sees("unavailable")
            (await pair.romeo.asked()).answer(status)
            await pair.sees("unsubscribed")
            await pair.sees_nothing()

    async def test_xmpp_watcher_A_refresh_423(self, pair: XPair):
        asked = await pair.active(LIFETIME)
        (await pair.refresh_of(asked)).answer(423, ("Min-Expires", "40000"))
        longer = await pair.romeo.asked(expires=40000)
        pair.same_dialog(asked, longer)
        self.assert_ok(await longer.accept().shows("away"))
        await pair.sees_nothing()

    async def test_xmpp_watcher_A_refresh_481(self, pair: XPair):
        asked = await pair.active(LIFETIME)
        (await pair.refresh_of(asked)).answer(481)
        anew = await pair.romeo.asked(seconds=5)
        pair.another_dialog(asked, anew)
        await pair.sees_nothing()
        self.assert_ok(await anew.accept().shows("busy"))
        await pair.sees("available", "dnd")  # and no second `subscribed`
        await pair.sees_nothing()

    async def test_xmpp_watcher_A_refresh_404_and_the_like(self, pair: XPair):
        """A new dialog after ten seconds: he is gone at the old expiry, and back when it is confirmed."""
        async def gone(pair, status):
            asked = await pair.active(LIFETIME)
            (await pair.refresh_of(asked)).answer(status)
            await pair.sees("unavailable")
            anew = await pair.romeo.asked()
            pair.another_dialog(asked, anew)
            self.assert_ok(await anew.accept().shows("busy"))
            await pair.sees("available", "dnd")
            await pair.sees_nothing()
        await pair.for_each(GONE_DIALOG, gone)

    async def test_xmpp_watcher_A_refresh_fails_otherwise(self, pair: XPair):
        """Kamailio makes a 408 of no answer: there it is late for the old expiry."""
        async def fails(pair, status):
            asked = await pair.active(LIFETIME)
            (await pair.refresh_of(asked)).answer(status)
            await pair.sees("unavailable")
            anew = await pair.romeo.asked()
            pair.another_dialog(asked, anew)
            self.assert_ok(await anew.accept().shows("busy"))
            await pair.sees("available", "dnd")
        await pair.for_each((408, 500, 503), fails)

    async def test_xmpp_watcher_A_deactivated_timeout_unknown(self, pair: XPair):
        asked = await pair.active()
        for reason in (";reason=deactivated", ";reason=timeout", ";reason=because", ""):
            self.assert_ok(await asked.notify(f"terminated{reason}"))
            before, asked = asked, await pair.romeo.asked(what=f"the SUBSCRIBE after {reason}")
            pair.another_dialog(before, asked)
            await pair.sees_nothing()
            self.assert_ok(await asked.accept().shows("busy"))
            await pair.sees("available", "dnd")
        self.assert_ok(await asked.notify("terminated;reason=deactivated"))
        (await pair.romeo.asked()).answer(403)
        await self._ends(pair)

    async def test_xmpp_watcher_A_probation_giveup(self, pair: XPair):
        asked = await pair.active()
        for reason in ("probation", "giveup"):
            self.assert_ok(await asked.notify(f"terminated;reason={reason};retry-after=2"))
            await pair.sees("unavailable")
            self.assertEqual([], pair.romeo.inbox.drain(), "it was asked too early")
            before, asked = asked, await pair.romeo.asked()
            pair.another_dialog(before, asked)
            self.assert_ok(await asked.accept().shows("busy"))
            await pair.sees("available", "dnd")
            await pair.sees_nothing()

    async def test_xmpp_watcher_A_invariant(self, pair: XPair):
        """It will never change again: it stays shown, and is not asked for (section 6)."""
        asked = await pair.active()
        self.assert_ok(await asked.notify("terminated;reason=invariant;retry-after=1"))
        await pair.sees_nothing()
        pair.signs_in_again()
        await pair.romeo.asked()

    async def test_xmpp_watcher_A_rejected_noresource(self, pair: XPair):
        for reason in ("rejected", "noresource"):
            asked = await pair.active()
            self.assert_ok(await asked.notify(f"terminated;reason={reason}"))
            await self._ends(pair)

    async def test_xmpp_watcher_A_subscribe_again(self, pair: XPair):
        await pair.active()
        pair.subscribe()
        await self._is_told_again(pair)
        self.assertEqual([], pair.romeo.inbox.drain())

    async def _is_told_again(self, pair):
        """Her server keeps `subscribed` for itself when she is."""
        for _ in range(2):  # the first was when she was approved
            await self.place.received(pair.romeo.address, pair.juliet.boundjid.bare, "subscribed")
        await pair.sees("available", "away")

    async def test_xmpp_watcher_S_subscribe_again(self, pair: XPair):
        await pair.suspended()
        asked = await pair.requested()
        await pair.sees_nothing()
        self.assert_ok(await asked.accept().shows("away"))
        await self._is_told_again(pair)

    async def test_xmpp_watcher_A_unsubscribe(self, pair: XPair):
        asked = await pair.active()
        pair.unsubscribe()
        last = await pair.romeo.asked(expires=0)
        pair.same_dialog(asked, last)
        self.assert_ok(await last.accept().notify("terminated;reason=timeout"))
        await pair.is_confirmed()

    async def test_xmpp_watcher_S_unsubscribe(self, pair: XPair):
        await pair.suspended()
        pair.unsubscribe()
        await pair.is_confirmed()
        await pair.asks_nothing()

    async def test_xmpp_watcher_A_probe(self, pair: XPair):
        asked = await pair.active()
        pair.signs_in_again()
        shown = await pair.sees("available", "away")
        self.assertEqual(f"{pair.romeo.address}/0", shown["from"].full)
        self.assert_ok(await asked.shows(is_open=False))
        await pair.sees("unavailable")
        pair.signs_in_again()
        self.assertEqual(pair.romeo.address, (await pair.sees("unavailable"))["from"].full)
        await pair.asks_nothing()

    async def test_xmpp_watcher_S_probe(self, pair: XPair):
        await pair.suspended()
        pair.signs_in_again()
        asked = await pair.romeo.asked()
        self.assertEqual((False, 28800), (asked.in_dialog, asked.expires))
        self.assert_ok(await asked.accept().shows("busy"))
        await pair.sees("available", "dnd")
        await pair.sees_nothing()
