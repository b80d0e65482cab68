"""Any one process of the gateway may be killed: chat goes on within 5 s, and presence is true again."""

import asyncio
import time
import unittest

import scenario
import gateway
import insistent
from scenario import is_kind, is_notify
from world import ROMEO
from xmpp_user import presence_of

BACK_SECONDS = 5


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
        self.assertEqual([], romeo.inbox.drain(is_kind("subscribe")), "a subscription was forgotten")

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

        after = gateway.processes(parent)
        self.assertEqual({kind: pids for kind, pids in before.items() if kind != name},
                         {kind: pids for kind, pids in after.items() if kind != name}, "others were restarted")
        self.assertEqual(1, len(set(after[name]) - set(before[name])), "the killed one did not come back")


if __name__ == "__main__":
    unittest.main()
