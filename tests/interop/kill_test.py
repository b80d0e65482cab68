"""Any one process of the gateway may be killed: chat goes on within 5 s, and presence is true again."""

import asyncio
import time
import unittest

import scenario
import gateway
import insistent
import sip_message
from partner_world import PartnerWorld
from scenario import is_kind, is_notify
from world import JULIET, ROMEO
from xmpp_user import presence_of

BACK_SECONDS = 5
VERIFIED_SECONDS = 60  # the first question may come while the server is not back; the next one 10 s later


class Kill(scenario.Scenario):
    async def start(self):
        await asyncio.gather(self.place.start_peers(), self.place.start_gateway(more="workers: {router: 2}\n"))

    async def test_sip_frontend(self):
        await self._kill("sip-frontend")

    async def test_xmpp_frontend(self):
        await self._kill("xmpp-frontend")

    async def test_router(self):
        await self._kill("router")

    async def test_redis(self):
        await self._kill("redis-server")

    async def test_supervisor(self):
        """Nobody restarts it here; what it started goes on."""
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        parent = self.place.gateway.process.pid
        orphans = [pid for pids in gateway.processes(parent).values() for pid in pids]
        self.addCleanup(lambda: [gateway.kill(pid) for pid in orphans])
        gateway.kill(parent)
        await insistent.chat(romeo, juliet, "after")

    async def test_all_routers_at_once(self):
        """They hold nothing that is not in Redis: neither subscriptions nor sessions."""
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        await insistent.chat(romeo, juliet, "before")
        for pid in gateway.processes(self.place.gateway.process.pid)["router"]:
            gateway.kill(pid)
        juliet.send_presence(pshow="dnd", pstatus="a nurse calls")
        await insistent.chat(romeo, juliet, "after")
        await romeo.inbox.take(is_notify("active", "open", "busy", "a nurse calls"), what="juliet's state")
        await insistent.publish(romeo, activity="away")
        await juliet.inbox.take(presence_of(ROMEO, "available", "away"), what="romeo's state")
        anew = [event for event in romeo.inbox.drain(is_kind("subscribe"))
                if not sip_message.tag_of(event.request.get("To"))]
        self.assertEqual([], anew, "a subscription was forgotten")

    async def test_partners_server(self):
        """It crashes, and says nothing of whom it had: who does not come back is not shown for ever."""
        self.place.stop()
        self.place = PartnerWorld("prosody", "external")
        await self.place.start()
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        phone = await self.place.juliet(f"{JULIET}/phone")
        phone.send_presence(pstatus="in the garden")
        await romeo.inbox.take(is_notify("active", "open", note="in the garden"), what="the phone")
        await self.place.restart_partner(crash=True)
        back = await self.place.juliet()
        back.send_presence(pstatus="on the balcony")
        last = await romeo.inbox.take(
            lambda event: is_notify("active", "open", note="on the balcony")(event) and
            "in the garden" not in event.state.notes, VERIFIED_SECONDS, "juliet without her phone")
        self.assertEqual(("on the balcony",), last.state.notes)

    async def _kill(self, name):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        await insistent.chat(romeo, juliet, "before")

        parent = self.place.gateway.process.pid
        before = gateway.processes(parent)
        self.assertIn(name, before)
        gateway.kill(before[name][0])
        killed = time.monotonic()
        juliet.send_presence(pshow="dnd", pstatus="a nurse calls")
        published = asyncio.create_task(insistent.publish(romeo, activity="away"))

        await insistent.chat(romeo, juliet, "after")
        took = time.monotonic() - killed
        self.assertLess(took, BACK_SECONDS, f"{took:.1f} s until both had chatted again")

        await romeo.inbox.take(is_notify("active", "open", "busy", "a nurse calls"), what="juliet's state")
        await published
        await juliet.inbox.take(presence_of(ROMEO, "available", "away"), what="romeo's state")

        def back():
            return len(set(gateway.processes(parent).get(name, ())) - set(before[name])) == 1

        await self.until(back, "the killed one does not come back")
        after = gateway.processes(parent)
        self.assertEqual({kind: pids for kind, pids in before.items() if kind != name},
                         {kind: pids for kind, pids in after.items() if kind != name}, "others were restarted")


if __name__ == "__main__":
    unittest.main()
