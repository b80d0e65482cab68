"""Table 8.1, an XMPP user watches a SIP user: the rows of the states N, R and P."""

import pidf
from x_watcher import LIFETIME, XPair

ERRORS = {404: "item-not-found", 410: "gone", 416: "not-acceptable", 484: "item-not-found", 485: "item-not-found",
          604: "item-not-found", 405: "feature-not-implemented", 501: "feature-not-implemented"}
SHOWS = {"away": "away", "busy": "dnd"}


class XWatcherRequests:
    async def test_xmpp_watcher_N_subscribe(self, pair: XPair):
        request = (await pair.requested()).request
        self.assertRegex(request.get("From"), f"^<sip:{pair.juliet.boundjid.bare}>;tag=[^;]+$")
        self.assertEqual(f"<sip:{pair.romeo.address}>", request.get("To"))
        self.assertEqual(f"<sip:localhost:{self.place.sip_port};transport=tls>", request.get("Contact"))
        self.assertEqual(("presence", "application/pidf+xml", "28800"),
                         tuple(request.get(name) for name in ("Event", "Accept", "Expires")))

    async def test_xmpp_watcher_R_2xx(self, pair: XPair):
        (await pair.requested()).accept()
        await pair.sees_nothing()

    async def test_xmpp_watcher_R_2xx_without_NOTIFY(self, pair: XPair):
        """Timer N."""
        first = (await pair.requested()).accept()
        second = await pair.romeo.asked(seconds=60)
        pair.another_dialog(first, second)
        await pair.sees_nothing()
        self.assertEqual(481, (await first.shows()).status)  # EVT-12
        self.assert_ok(await second.accept().shows())
        await pair.sees("subscribed")

    async def test_xmpp_watcher_R_423(self, pair: XPair):
        first = (await pair.requested()).answer(423, ("Min-Expires", "40000"))
        second = await pair.romeo.asked(expires=40000)
        pair.another_dialog(first, second)
        self.assert_ok(await second.accept().shows())
        await pair.sees("subscribed")

    async def test_xmpp_watcher_R_403_489_603(self, pair: XPair):
        for status in (403, 489, 603):
            (await pair.requested()).answer(status)
            self.assertEqual(pair.romeo.address, (await pair.sees("unsubscribed"))["from"].full)
            await pair.sees_nothing()

    async def test_xmpp_watcher_R_404_and_the_like(self, pair: XPair):
        await self._errors(pair, ERRORS)

    async def test_xmpp_watcher_R_401_407(self, pair: XPair):
        await self._errors(pair, {401: "not-authorized", 407: "registration-required"})

    async def _errors(self, pair, expected):
        for status, condition in expected.items():
            pair.subscribe(id=f"asked-{status}")
            (await pair.romeo.asked()).answer(status)
            error = await pair.sees("error")
            self.assertEqual((f"asked-{status}", condition, pair.romeo.address),
                             (error["id"], error["error"]["condition"], error["from"].full))

    async def test_xmpp_watcher_R_408_and_the_like(self, pair: XPair):
        """Kamailio makes a 408 of no answer. Each is asked again, ten seconds later."""
        async def asked_twice(pair, status):
            first = await pair.requested()
            if status:
                first.answer(status)
            second = await pair.romeo.asked(seconds=40)
            pair.another_dialog(first, second)
            await pair.sees_nothing()
            self.assert_ok(await second.accept().shows())
            await pair.sees("subscribed")
        await pair.for_each((500, 503, None), asked_twice)

    async def test_xmpp_watcher_R_P_pending(self, pair: XPair):
        asked = await pair.pending()
        await pair.sees_nothing()
        self.assert_ok(await asked.notify("pending;expires=3000"))
        await pair.sees_nothing()

    async def test_xmpp_watcher_R_active(self, pair: XPair):
        await self._approved(pair, (await pair.requested()).accept())

    async def test_xmpp_watcher_R_active_before_the_2xx(self, pair: XPair):
        asked = await pair.requested()
        await self._approved(pair, asked)
        self.assert_ok(await asked.accept().shows())
        await pair.sees("available", "")

    async def test_xmpp_watcher_P_active(self, pair: XPair):
        await self._approved(pair, await pair.pending())

    async def _approved(self, pair, asked):
        """`subscribed` from the bare address comes first, then presence, once."""
        self.assert_ok(await asked.shows("busy", "on the wall"))
        self.assertEqual(pair.romeo.address, (await pair.sees("subscribed"))["from"].full)
        shown = await pair.sees("available", "dnd")
        self.assertEqual((f"{pair.romeo.address}/0", "on the wall"), (shown["from"].full, shown["status"]))
        await pair.sees_nothing()

    async def test_xmpp_watcher_R_P_rejected_noresource(self, pair: XPair):
        for begin in (pair.requested, pair.pending):
            for reason in ("rejected", "noresource"):
                asked = await begin()
                if begin == pair.requested:
                    asked.accept()
                self.assert_ok(await asked.notify(f"terminated;reason={reason}"))
                await pair.sees("unsubscribed")
                await pair.sees_nothing()
                self.assertEqual([], pair.romeo.inbox.drain(), "it was asked again")

    async def test_xmpp_watcher_R_P_terminated_otherwise(self, pair: XPair):
        asked = await pair.pending()
        for reason in ("deactivated", "timeout", "because", "probation;retry-after=1", "giveup;retry-after=1"):
            self.assert_ok(await asked.notify(f"terminated;reason={reason}"))
            before, asked = asked, await pair.romeo.asked(what=f"the SUBSCRIBE after {reason}")
            pair.another_dialog(before, asked)
            asked.accept()
        await pair.sees_nothing()
        self.assert_ok(await asked.shows())
        await pair.sees("subscribed")

    async def test_xmpp_watcher_P_refresh_due(self, pair: XPair):
        await pair.refresh_of(await pair.pending(LIFETIME))
        await pair.sees_nothing()

    async def test_xmpp_watcher_P_refresh_refused(self, pair: XPair):
        async def refused(pair, status):
            (await pair.refresh_of(await pair.pending(LIFETIME))).answer(status)
            await pair.sees("unsubscribed")
            await pair.sees_nothing()
        await pair.for_each((403, 489, 603), refused)

    async def test_xmpp_watcher_P_refresh_423(self, pair: XPair):
        asked = await pair.pending(LIFETIME)
        (await pair.refresh_of(asked)).answer(423, ("Min-Expires", "40000"))
        pair.same_dialog(asked, await pair.romeo.asked(expires=40000))

    async def test_xmpp_watcher_R_unsubscribe(self, pair: XPair):
        """There is no dialog yet: whatever comes of the SUBSCRIBE finds nobody."""
        asked = await pair.requested()
        pair.unsubscribe()
        await pair.is_confirmed()
        self.assertEqual(481, (await asked.accept().shows()).status)
        await pair.sees_nothing()

    async def test_xmpp_watcher_P_unsubscribe(self, pair: XPair):
        asked = await pair.pending()
        pair.unsubscribe()
        last = await pair.romeo.asked(expires=0)
        pair.same_dialog(asked, last)
        self.assert_ok(await last.accept().notify("terminated;reason=timeout"))  # SUB-8
        await pair.is_confirmed()
        await pair.sees_nothing()

    async def test_xmpp_watcher_N_unsubscribe(self, pair: XPair):
        pair.unsubscribe()
        await pair.is_confirmed()
        await pair.sees_nothing()
        self.assertEqual([], pair.romeo.inbox.drain())

    async def test_xmpp_watcher_R_P_probe(self, pair: XPair):
        for begin in (pair.requested, pair.pending):
            await begin()
            pair.probe()
            await pair.asks_nothing()
            await pair.sees_nothing()
            await pair.lost()

    async def test_xmpp_watcher_N_probe(self, pair: XPair):
        pair.probe()
        asked = await pair.romeo.asked(expires=0)
        self.assertFalse(asked.in_dialog)
        pair.probe()
        await pair.asks_nothing()  # it shares the one that is under way (SUB-9)
        await self._polled(pair, asked.accept(), "away")
        pair.probe()
        await pair.asks_nothing()
        await pair.sees("available", "away")

    async def _polled(self, pair, asked, activity):
        """He shows his state; that is an authorisation, and a subscription follows (F-7)."""
        document = pidf.write(asked.user.address, True, activity)
        self.assert_ok(await asked.notify("terminated;reason=timeout", document))
        await pair.sees("available", SHOWS[activity])
        again = await pair.romeo.asked()
        pair.another_dialog(asked, again)
        self.assertLess(0, int(again.request.get("Expires")))
        self.assert_ok(await again.accept().shows(activity))
        await pair.sees("available", SHOWS[activity])
        await pair.sees_nothing()
        return again

    async def test_xmpp_watcher_N_probe_without_an_answer_that_shows_him(self, pair: XPair):
        pair.probe()
        asked = await pair.romeo.asked(expires=0)
        self.assert_ok(await asked.accept().notify("terminated;reason=timeout"))
        await pair.asks_nothing()
        await pair.sees_nothing()

    async def test_xmpp_watcher_N_probe_by_her_server(self, pair: XPair):
        await pair.active()
        await pair.lost()
        pair.signs_in_again()
        again = await self._polled(pair, (await pair.romeo.asked(expires=0)).accept(), "busy")
        self.assert_ok(await again.shows("away"))
        await pair.sees("available", "away")

    async def test_xmpp_watcher_N_probe_refused(self, pair: XPair):
        for status in (403, 603, 404, 604):
            await pair.active()
            await pair.lost()
            pair.signs_in_again()
            (await pair.romeo.asked(expires=0)).answer(status)
            await pair.sees("unsubscribed")
            await pair.sees_nothing()

    async def test_xmpp_watcher_N_probe_unanswered(self, pair: XPair):
        pair.probe()
        (await pair.romeo.asked(expires=0)).answer(500)
        await pair.sees_nothing()
