"""Every process of the gateway is killed, Redis too: what the store remembers goes on, and what it has lost is rebuilt.

All rows meet before the gateway goes and before it comes back, so one death serves them all.
"""

import asyncio
import contextlib
import shutil
import unittest

import rows  # first: it finds demo/
import pidf
from presence_users import Watcher
from presence_world import PresenceWorld
from s_watcher import SPair
from scenario import is_kind
from x_watcher import XPair

MEET_SECONDS = 120
LIFETIME = 4  # seconds, of dialogs that are to expire
SAY_AGAIN = 0.3  # seconds, where nobody says that it arrived


class Restarts:
    loses_store, more = False, ""

    @classmethod
    def make_world(cls):
        cls.unfinished, cls.met = set(cls.chosen), {}
        return PresenceWorld(cls.partner, more=cls.more)

    async def _play(self):
        try:
            await super()._play()
        finally:  # nobody waits for a row that failed
            self.unfinished.discard(self)
            for when in list(self.met):
                await self._look(when)

    @contextlib.asynccontextmanager
    async def without_gateway(self):
        await self._meet("before", self._kill)
        yield
        await self._meet("after", self._start)

    async def _meet(self, when, then):
        here, happened, _ = self.met.setdefault(when, (set(), asyncio.Event(), then))
        here.add(self)
        await self._look(when)
        async with asyncio.timeout(MEET_SECONDS):
            await happened.wait()

    async def _look(self, when):
        """Whoever makes it complete does what was waited for."""
        here, happened, then = self.met[when]
        if here >= self.unfinished and not happened.is_set():
            self.met[when] = (set(), happened, then)
            await then()
            happened.set()

    async def _start(self):
        """All of it; and both servers have noticed: ejabberd sends nothing for a while after it failed to."""
        await self.place.start_gateway()
        nurse, friar = await self.xmpp_user("nurse"), await self.sip_user(Watcher, "friar")
        async with asyncio.timeout(MEET_SECONDS):
            while not friar.inbox.drain(is_kind("message")):
                nurse.say(friar.address, "are you there?")
                await asyncio.sleep(SAY_AGAIN)
            while (await friar.page(nurse.boundjid.bare, "I am")).status >= 300:
                await asyncio.sleep(SAY_AGAIN)

    async def _kill(self):
        await self.place.store_is_written()
        await asyncio.to_thread(self.place.gateway.kill_all)
        self.place.servers.remove(self.place.gateway)
        if self.loses_store:
            shutil.rmtree(self.place.folder / "appendonlydir")


class Intact(Restarts):
    async def test_restart_xmpp_watcher_R(self, pair: XPair):
        asked = await pair.requested()
        async with self.without_gateway():
            pass
        anew = await pair.romeo.asked()
        pair.another_dialog(asked, anew)
        self.assert_ok(await anew.accept().shows("busy"))
        await pair.sees("subscribed")

    async def test_restart_xmpp_watcher_P(self, pair: XPair):
        asked = await pair.pending()
        async with self.without_gateway():
            pass
        again = await pair.refresh_of(asked)
        self.assert_ok(await again.accept().notify("pending;expires=3600"))
        await pair.sees_nothing()
        self.assert_ok(await again.shows("busy"))
        await pair.sees("subscribed")
        await pair.sees("available", "dnd")

    async def test_restart_xmpp_watcher_A(self, pair: XPair):
        asked = await pair.active()
        async with self.without_gateway():
            pass
        again = await pair.refresh_of(asked)
        await pair.sees_nothing()
        self.assert_ok(await again.accept().shows("busy"))
        await pair.sees("available", "dnd")
        await pair.sees_nothing()
        pair.signs_in_again()
        await pair.sees("available", "dnd")

    async def test_restart_xmpp_watcher_S(self, pair: XPair):
        """He said when he wants to be asked again."""
        await pair.suspended()
        async with self.without_gateway():
            pass
        await pair.asks_nothing()
        pair.signs_in_again()
        asked = await pair.romeo.asked()
        self.assertFalse(asked.in_dialog)
        self.assert_ok(await asked.accept().shows("busy"))
        await pair.sees("available", "dnd")

    async def test_restart_xmpp_watcher_removed(self, pair: XPair):
        """T-32."""
        asked = await pair.active()
        self.assert_ok(await asked.notify("terminated;reason=rejected"))
        await pair.sees("unavailable")
        await pair.sees("unsubscribed")
        async with self.without_gateway():
            pass
        self.assertEqual(481, (await asked.shows("busy", "a secret")).status)
        await pair.sees_nothing()
        await pair.asks_nothing()

    async def test_restart_sip_watcher_P(self, pair: SPair):
        await pair.pending()
        async with self.without_gateway():
            pair.juliet.send_presence(pshow="away", pstatus="a secret")
        await pair.told_nothing()
        pair.approves()
        await pair.told_of_approval()

    async def test_restart_sip_watcher_P_approved_meanwhile(self, pair: SPair):
        """juliet's server confirms again when it is asked again."""
        await pair.pending()
        async with self.without_gateway():
            pair.approves()
        await pair.told_until("active", "open")

    async def test_restart_sip_watcher_A(self, pair: SPair):
        await pair.active()
        other = await pair.another_endpoint()
        await pair.subscribes(other)
        await pair.told("active", "open", other)
        async with self.without_gateway():
            pair.juliet.send_presence(pshow="away", pstatus="on the balcony")
        for endpoint in (pair.romeo, other):
            event = await pair.told("active", "open", endpoint)
            self.assertEqual(("on the balcony",), event.state.notes)
        await pair.refreshes()
        await pair.told("active", "open")

    async def test_restart_sip_watcher_A_removed_meanwhile(self, pair: SPair):
        """Neither server answers the probe of somebody who was removed: see docs/peers.md. T-32: no change is shown."""
        await pair.active()
        async with self.without_gateway():
            pair.refuses()
        await pair.place_received("probe")
        pair.juliet.send_presence(pshow="away", pstatus="a secret")
        await pair.told_nothing()

    async def test_restart_sip_watcher_C(self, pair: SPair):
        await pair.authorised()
        async with self.without_gateway():
            pass
        await pair.subscribes()
        await pair.told("active", "")
        await pair.told("active", "open")
        await pair.is_told_nothing("subscribe")

    async def test_restart_sip_watcher_removed(self, pair: SPair):
        """T-32."""
        await pair.active()
        pair.refuses()
        await pair.told_of_refusal()
        async with self.without_gateway():
            pair.juliet.send_presence(pshow="away", pstatus="a secret")
        self.assertEqual(481, (await pair.romeo.refresh()).status)
        await pair.subscribes(expires=0)
        await pair.told("terminated", "")
        await pair.told_nothing()


class Expired(Restarts):
    more = f"presence: {{refresh: {LIFETIME}s}}\n"

    async def test_restart_sip_watcher_A_expired(self, pair: SPair):
        """He is told once that it ended, and she that he is away."""
        await pair.active(LIFETIME)
        async with self.without_gateway():
            await asyncio.sleep(LIFETIME)  # it passes while nobody is there
        self.assertEqual("terminated;reason=timeout", (await pair.told("terminated", "closed")).text)
        await pair.place_received("unavailable")
        pair.juliet.send_presence(pshow="away")
        await pair.told_nothing()
        await pair.subscribes(granted=LIFETIME)  # C
        await pair.told("active", "")
        await pair.told("active", "open")


class Lost(Restarts):
    loses_store = True

    async def test_loss_xmpp_watcher_A_probe(self, pair: XPair):
        asked = await pair.active()
        async with self.without_gateway():
            pass
        self.assertEqual(481, (await asked.shows("busy")).status)
        pair.signs_in_again()
        poll = await pair.romeo.asked(expires=0)
        document = pidf.write(pair.romeo.address, True, "busy")
        self.assert_ok(await poll.accept().notify("terminated;reason=timeout", document))
        await pair.sees("available", "dnd")
        again = await pair.romeo.asked()
        self.assert_ok(await again.accept().shows("away"))
        await pair.sees("available", "away")

    async def test_loss_xmpp_watcher_A_subscribe(self, pair: XPair):
        await pair.active()
        async with self.without_gateway():
            pass
        again = await pair.requested()
        self.assert_ok(await again.accept().shows("busy"))
        await pair.sees("available", "dnd")

    async def test_loss_xmpp_watcher_P(self, pair: XPair):
        """Prosody asks again when juliet signs in; with ejabberd she does it herself."""
        asked = await pair.pending()
        async with self.without_gateway():
            pass
        self.assertEqual(481, (await asked.shows("busy")).status)
        await pair.sees_nothing()
        pair.signs_in_again() if self.partner == "prosody" else pair.subscribe()
        again = await pair.romeo.asked(expires=28800)
        self.assert_ok(await again.accept().shows("busy"))
        await pair.sees("subscribed")

    async def test_loss_sip_watcher_A(self, pair: SPair):
        """juliet's server confirms by itself."""
        await pair.active()
        async with self.without_gateway():
            pass
        self.assertEqual(481, (await pair.romeo.refresh()).status)
        await pair.subscribes()
        await pair.told("pending")
        await pair.told_until("active", "open")
        await pair.place_received("subscribe")

    async def test_loss_sip_watcher_removed(self, pair: SPair):
        """T-32: she is asked again, and until then nothing is shown."""
        await pair.active()
        pair.refuses()
        await pair.told_of_refusal()
        async with self.without_gateway():
            pair.juliet.send_presence(pshow="away", pstatus="a secret")
        self.assertEqual(481, (await pair.romeo.refresh()).status)
        await pair.pending()
        pair.juliet.send_presence(pshow="dnd", pstatus="another secret")
        await pair.told_nothing()


class IntactWithProsody(Intact, rows.Rows):
    partner = "prosody"


class IntactWithEjabberd(Intact, rows.Rows):
    partner = "ejabberd"


class ExpiredWithProsody(Expired, rows.Rows):
    partner = "prosody"


class ExpiredWithEjabberd(Expired, rows.Rows):
    partner = "ejabberd"


class LostWithProsody(Lost, rows.Rows):
    partner = "prosody"


class LostWithEjabberd(Lost, rows.Rows):
    partner = "ejabberd"


if __name__ == "__main__":
    unittest.main()
